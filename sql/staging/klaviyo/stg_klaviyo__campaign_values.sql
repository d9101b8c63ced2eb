-- One row per campaign message and calendar year of its sending, as Klaviyo's own reports count
-- it; everything is attributed to the time of sending.
--
-- materialized: view
-- key: campaign_id, campaign_message_id, send_channel, year_start
-- column campaign_id: text. The campaign's key.
-- column campaign_message_id: text. The message's key.
-- column send_channel: text. email, sms, push-notification or whatsapp.
-- column connection_id: text. The connection that the row came through.
-- column year_start: date. First day of the year in which it was sent.
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
-- source raw_klaviyo.campaign_values: campaign_id text, campaign_message_id text, send_channel
--    text, year_start date, time_zone text, conversion_metric_id text, currency text, recipients
--    bigint, delivered bigint, bounced bigint, failed bigint, opens bigint, opens_unique bigint,
--    clicks bigint, clicks_unique bigint, unsubscribes bigint, spam_complaints bigint,
--    conversions bigint, conversion_uniques bigint, conversion_value decimal(38,9),
--    _connection_id text, _synced_at timestamptz
select
    loaded._connection_id || ':' || loaded.campaign_id as campaign_id,
    loaded._connection_id || ':' || loaded.campaign_message_id as campaign_message_id,
    loaded.send_channel,
    loaded._connection_id as connection_id,
    loaded.year_start,
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
from raw_klaviyo.campaign_values as loaded
