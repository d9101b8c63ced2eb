-- One row per Iterable campaign and UTC day, for the days that it may have moved. Revenue is in the
-- currency that the store sent; Iterable names none.
--
-- materialized: view
-- key: campaign_id, date_utc
-- column campaign_id: text. The campaign: connection and Iterable's id.
-- column connection_id: text. The connection that the row came through.
-- column date_utc: date. The day, UTC.
-- column email_sends: bigint. E-mails sent.
-- column emails_delivered: bigint. E-mails that arrived.
-- column emails_bounced: bigint. E-mails that came back.
-- column email_opens: bigint. Opens, each of them.
-- column unique_email_opens: bigint. People who opened.
-- column email_clicks: bigint. Clicks, each of them.
-- column unique_email_clicks: bigint. People who clicked.
-- column unsubscribes: bigint. People who left.
-- column complaints: bigint. People who marked it as spam.
-- column sms_sends: bigint. Texts sent.
-- column purchases: bigint. Purchases put down to it.
-- column revenue_amount: decimal(18,4). Their amounts.
-- column synced_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_iterable.campaign_metrics: campaign_id text, date date, email_sends bigint,
--    emails_delivered bigint, emails_bounced bigint, email_opens bigint, unique_email_opens bigint,
--    email_clicks bigint, unique_email_clicks bigint, unsubscribes bigint, complaints bigint,
--    sms_sends bigint, purchases bigint, revenue decimal(38,9), _connection_id text, _synced_at
--    timestamptz
select
    loaded._connection_id || ':' || loaded.campaign_id as campaign_id,
    loaded._connection_id as connection_id,
    loaded.date as date_utc,
    loaded.email_sends,
    loaded.emails_delivered,
    loaded.emails_bounced,
    loaded.email_opens,
    loaded.unique_email_opens,
    loaded.email_clicks,
    loaded.unique_email_clicks,
    loaded.unsubscribes,
    loaded.complaints,
    loaded.sms_sends,
    loaded.purchases,
    cast(loaded.revenue as decimal(18, 4)) as revenue_amount,
    loaded._synced_at as synced_at
from raw_iterable.campaign_metrics as loaded
