-- One row per campaign, day and keyword. Cuts are never added to each other.
--
-- materialized: view
-- key: _connection_id, account_id, campaign_id, date_local, keyword
-- column _connection_id: text. The connection that the row came through.
-- column account_id: text. The ad account.
-- column campaign_id: text. The campaign.
-- column date_local: date. The day in the account's zone.
-- column keyword: text. The cut.
-- column currency: text. The currency of spend and values.
-- column spend: decimal(18,6). What was paid.
-- column impressions: bigint. Impressions.
-- column clicks: bigint. Clicks.
-- column purchases: decimal(18,6). Purchases after a click or a view.
-- column purchase_value: decimal(18,6). Their value.
-- column attribution_key: text. The account's windows.
-- column extracted_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_reddit_ads.campaign_keyword_daily: account_id text, campaign_id text, keyword text,
--    date date, currency text, attribution_key text, spend decimal(38,9), impressions bigint,
--    clicks bigint, conversion_purchase_clicks bigint, conversion_purchase_views bigint,
--    conversion_purchase_total_value decimal(38,9), _connection_id text, _synced_at timestamptz
select
    loaded._connection_id,
    loaded.account_id,
    loaded.campaign_id,
    loaded.date as date_local,
    loaded.keyword,
    loaded.currency,
    cast(coalesce(loaded.spend, 0) as decimal(18,6)) as spend,
    coalesce(loaded.impressions, 0) as impressions,
    coalesce(loaded.clicks, 0) as clicks,
    cast(coalesce(loaded.conversion_purchase_clicks, 0)
        + coalesce(loaded.conversion_purchase_views, 0) as decimal(18,6)) as purchases,
    cast(coalesce(loaded.conversion_purchase_total_value, 0) as decimal(18,6)) as purchase_value,
    loaded.attribution_key,
    loaded._synced_at as extracted_at
from raw_reddit_ads.campaign_keyword_daily as loaded
