-- One row per flow message and day of its sending, as Klaviyo's own reports count it. Profiles
-- counted on two days are counted twice in a sum.
--
-- materialized: view
-- key: flow_id, flow_message_id, send_channel, date_local
-- column flow_id: text. The flow's key.
-- column flow_message_id: text. The message's key.
-- column send_channel: text. email, sms, push-notification or whatsapp.
-- column connection_id: text. The connection that the row came through.
-- column date_local: date. The day on which it was sent.
-- column account_time_zone: text. The account's time zone, in which the day runs.
-- column conversion_metric_id: text. Key of the metric that counts as a conversion.
-- column currency: text. The account's currency.
-- column recipients: bigint. Profiles it was sent to.
-- column delivered: bigint. Messages that arrived.
-- column bounced: bigint. E-mails that came back.
-- column failed: bigint. Texts that did not arrive.
-- column opens: bigint. Times it was opened.
-- column opens_unique: bigint. Profiles that opened it.
-- column clicks: bigint. Clicks.
-- column clicks_unique: bigint. Profiles that clicked.
-- column unsubscribes: bigint. Times someone unsubscribed.
-- column spam_complaints: bigint. Complaints.
-- column conversions: bigint. Conversions attributed to it.
-- column conversion_uniques: bigint. Profiles that converted.
-- column conversion_value: decimal(18,4). Value of these conversions, in `currency`.
-- column synced_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_klaviyo.flow_series: flow_id text, flow_message_id text, send_channel text, date
--    date, time_zone text, conversion_metric_id text, currency text, recipients bigint, delivered
--    bigint, bounced bigint, failed bigint, opens bigint, opens_unique bigint, clicks bigint,
--    clicks_unique bigint, unsubscribes bigint, spam_complaints bigint, conversions bigint,
--    conversion_uniques bigint, conversion_value decimal(38,9), _connection_id text, _synced_at
--    timestamptz
select
    loaded._connection_id || ':' || loaded.flow_id as flow_id,
    loaded._connection_id || ':' || loaded.flow_message_id as flow_message_id,
    loaded.send_channel,
    loaded._connection_id as connection_id,
    loaded.date as date_local,
    loaded.time_zone as account_time_zone,
    loaded._connection_id || ':' || loaded.conversion_metric_id as conversion_metric_id,
    loaded.currency,
    loaded.recipients,
    loaded.delivered,
    loaded.bounced,
    loaded.failed,
    loaded.opens,
    loaded.opens_unique,
    loaded.clicks,
    loaded.clicks_unique,
    loaded.unsubscribes,
    loaded.spam_complaints,
    loaded.conversions,
    loaded.conversion_uniques,
    loaded.conversion_value::decimal(18,4) as conversion_value,
    loaded._synced_at as synced_at
from raw_klaviyo.flow_series as loaded
