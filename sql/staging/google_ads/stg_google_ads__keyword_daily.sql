-- One row per keyword and day.
--
-- materialized: view
-- key: keyword_key
-- column keyword_key: text. Connection, account, ad group, criterion and day.
-- column connection_id: text. The connection that the row came through.
-- column account_id: text. Google's id of the account.
-- column campaign_id: text. The campaign.
-- column ad_group_id: text. The ad group.
-- column criterion_id: text. Google's id of the keyword.
-- column keyword: text. Its text.
-- column match_type: text. exact, phrase or broad.
-- column date_local: date. The account's own day.
-- column currency: text. The account's currency.
-- column spend: decimal(18,6). Cost, in `currency`.
-- column impressions: bigint. Times shown.
-- column clicks: bigint. Clicks.
-- column conversions_reported: decimal(18,6). Primary conversions.
-- column synced_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_google_ads.keyword_daily: account_id text, campaign_id text, ad_group_id text,
--    criterion_id text, keyword text, match_type text, date date, currency text, cost
--    decimal(38,9), impressions bigint, clicks bigint, conversions decimal(38,9), _connection_id
--    text, _synced_at timestamptz
select
    concat_ws(':', r._connection_id, r.account_id, r.ad_group_id, r.criterion_id, r.date) as keyword_key,
    r._connection_id as connection_id,
    r.account_id,
    r.campaign_id,
    r.ad_group_id,
    r.criterion_id,
    r.keyword,
    lower(r.match_type) as match_type,
    r.date as date_local,
    r.currency,
    cast(r.cost as decimal(18, 6)) as spend,
    r.impressions,
    r.clicks,
    cast(r.conversions as decimal(18, 6)) as conversions_reported,
    r._synced_at as synced_at
from raw_google_ads.keyword_daily as r
