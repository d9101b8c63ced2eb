-- One row per Facebook ad, day and country.
--
-- materialized: view
-- key: row_key
-- column row_key: text. Connection, account, object, day, breakdown and attribution.
-- column connection_id: text. The connection that the row came through.
-- column account_id: text. Meta's id of the ad account.
-- column campaign_id: text. Meta's id of the campaign.
-- column ad_set_id: text. Meta's id of the ad set.
-- column ad_id: text. Meta's id of the ad.
-- column date_local: date. The day, as the account counts days.
-- column account_time_zone: text. The zone by which days begin.
-- column country: text. Where the people are, two letters; `unknown` where Meta does not know.
-- column currency: text. Currency of all money of the row.
-- column spend: decimal(18,6). What the ads cost.
-- column impressions: bigint. How often they were shown.
-- column clicks: bigint. All clicks.
-- column link_clicks: bigint. Clicks that led away from the ad.
-- column reach: bigint. People who saw them. Not to be added up; null where Meta leaves it out.
-- column video_views: bigint. Videos played through, or for 15 seconds.
-- column purchases: decimal(18,6). Purchases, each once.
-- column purchase_value: decimal(18,6). Their value.
-- column attribution_key: text. By which window purchases are counted, and on which day.
-- column extracted_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_facebook_ads.insights_country_daily: account_id text, campaign_id text, ad_set_id
--    text, ad_id text, date date, time_zone text, country text, currency text, attribution text,
--    attribution_setting text, spend decimal(38,9), impressions bigint, clicks bigint,
--    inline_link_clicks bigint, reach bigint, video_thruplay_watched_actions bigint, purchases
--    decimal(38,9), purchase_value decimal(38,9), _connection_id text, _synced_at timestamptz
select
    concat_ws(
        ':',
        loaded._connection_id,
        loaded.account_id,
        loaded.campaign_id,
        loaded.ad_set_id,
        loaded.ad_id,
        cast(loaded.date as text),
        loaded.country,
        loaded.attribution
    ) as row_key,
    loaded._connection_id as connection_id,
    loaded.account_id,
    loaded.campaign_id,
    loaded.ad_set_id,
    loaded.ad_id,
    loaded.date as date_local,
    loaded.time_zone as account_time_zone,
    loaded.country,
    loaded.currency,
    cast(loaded.spend as decimal(18, 6)) as spend,
    loaded.impressions,
    loaded.clicks,
    loaded.inline_link_clicks as link_clicks,
    loaded.reach,
    loaded.video_thruplay_watched_actions as video_views,
    cast(loaded.purchases as decimal(18, 6)) as purchases,
    cast(loaded.purchase_value as decimal(18, 6)) as purchase_value,
    coalesce(loaded.attribution_setting, 'ad_set') || '@' || split_part(loaded.attribution, '@', 2)
        as attribution_key,
    loaded._synced_at as extracted_at
from raw_facebook_ads.insights_country_daily as loaded
