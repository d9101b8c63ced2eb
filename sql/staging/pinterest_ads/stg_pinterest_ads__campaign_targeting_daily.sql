-- One row per campaign, day, targeting type and value. Types are independent cuts of the same
--    numbers and are never added up.
--
-- materialized: view
-- key: _connection_id, account_id, campaign_id, date_local, targeting_type, targeting_value
-- column _connection_id: text. The connection that the row came through.
-- column account_id: text. The ad account.
-- column campaign_id: text. The campaign.
-- column date_local: date. The day, UTC.
-- column targeting_type: text. AGE_BUCKET, GENDER, COUNTRY ...
-- column targeting_value: text. Its value.
-- column currency: text. The currency of spend and values.
-- column spend: decimal(18,6). What was paid.
-- column impressions: bigint. Paid ones.
-- column clicks: bigint. Clicks on the pin, paid.
-- column purchases: decimal(18,6). Checkouts.
-- column purchase_value: decimal(18,6). Their value.
-- column attribution_key: text. The windows asked for.
-- column extracted_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_pinterest_ads.campaign_targeting_daily: account_id text, campaign_id text, date date,
--    targeting_type text, targeting_value text, currency text, attribution_key text, spend
--    decimal(38,9), total_checkout_value decimal(38,9), impression_1 bigint, clickthrough_1
--    bigint, total_checkout bigint, _connection_id text, _synced_at timestamptz
select
    loaded._connection_id,
    loaded.account_id,
    loaded.campaign_id,
    loaded.date as date_local,
    loaded.targeting_type,
    loaded.targeting_value,
    loaded.currency,
    cast(coalesce(loaded.spend, 0) as decimal(18,6)) as spend,
    coalesce(loaded.impression_1, 0) as impressions,
    coalesce(loaded.clickthrough_1, 0) as clicks,
    cast(coalesce(loaded.total_checkout, 0) as decimal(18,6)) as purchases,
    cast(coalesce(loaded.total_checkout_value, 0) as decimal(18,6)) as purchase_value,
    loaded.attribution_key,
    loaded._synced_at as extracted_at
from raw_pinterest_ads.campaign_targeting_daily as loaded
