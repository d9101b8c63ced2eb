-- One row per Reddit account, level (campaign, ad group, ad), entity and day of the account's zone.
-- Purchases are those after a click and those after a view; their value was told in hundredths, and
-- spend in millionths: both are whole units here. A report names three ids at most, so an ad finds
-- its ad group by the list of ads.
--
-- materialized: view
-- key: _connection_id, vendor_account_id, entity_level, entity_id, date_local
-- column _connection_id: text. The connection that the row came through.
-- column channel: text. The channel.
-- column vendor_account_id: text. The ad account.
-- column account_name: text. Its name.
-- column entity_level: text. campaign, ad_group or ad; spend is summed over campaign only.
--    [accepted: campaign, ad_group, ad]
-- column entity_id: text. Id of the campaign, ad group or ad.
-- column campaign_id: text. The campaign.
-- column campaign_name: text. Its name.
-- column ad_group_id: text. The ad group; null above it.
-- column ad_group_name: text. Its name.
-- column ad_id: text. The ad; null above it.
-- column ad_name: text. Its name.
-- column campaign_type: text. search, shopping, pmax, video, display or social.
-- column date_local: date. The vendor's day.
-- column account_time_zone: text. The zone of that day.
-- column date_utc_start: timestamptz. When that day began, UTC.
-- column currency: text. The currency of spend and values.
-- column spend: decimal(18,6). What was paid.
-- column impressions: bigint. Paid impressions.
-- column clicks: bigint. Clicks.
-- column link_clicks: bigint. Clicks that led to the shop.
-- column reach: bigint. People reached; never summed.
-- column video_views: bigint. Views of a video by the vendor's own measure.
-- column video_views_p25: bigint. Watched to a quarter.
-- column video_views_p50: bigint. Watched to half.
-- column video_views_p75: bigint. Watched to three quarters.
-- column video_views_p100: bigint. Watched to the end.
-- column purchases: decimal(18,6). Purchases that the vendor claims.
-- column purchase_value: decimal(18,6). Their value.
-- column conversions_reported: decimal(18,6). What the vendor calls conversions.
-- column conversions_value_reported: decimal(18,6). Their value; null: the vendor tells none.
-- column new_customer_purchases: decimal(18,6). Null: the vendor tells none.
-- column attribution_key: text. The windows of the conversions.
-- column extracted_at: timestamptz. When this version was loaded, UTC.
-- source raw_reddit_ads.campaign_daily: account_id text, campaign_id text, date date, currency
--    text, time_zone text, attribution_key text, spend decimal(38,9), impressions bigint, clicks
--    bigint, conversion_purchase_clicks bigint, conversion_purchase_views bigint,
--    conversion_purchase_total_value decimal(38,9), key_conversion_total_count bigint,
--    video_watched_3_seconds bigint, video_watched_25_percent bigint, video_watched_50_percent
--    bigint, video_watched_75_percent bigint, video_watched_100_percent bigint, reach bigint,
--    _connection_id text, _synced_at timestamptz
-- source raw_reddit_ads.ad_group_daily: account_id text, campaign_id text, ad_group_id text, date
--    date, currency text, time_zone text, attribution_key text, spend decimal(38,9), impressions
--    bigint, clicks bigint, conversion_purchase_clicks bigint, conversion_purchase_views bigint,
--    conversion_purchase_total_value decimal(38,9), key_conversion_total_count bigint,
--    video_watched_3_seconds bigint, video_watched_25_percent bigint, video_watched_50_percent
--    bigint, video_watched_75_percent bigint, video_watched_100_percent bigint, reach bigint,
--    _connection_id text, _synced_at timestamptz
-- source raw_reddit_ads.ad_daily: account_id text, campaign_id text, ad_id text, date date,
--    currency text, time_zone text, attribution_key text, spend decimal(38,9), impressions bigint,
--    clicks bigint, conversion_purchase_clicks bigint, conversion_purchase_views bigint,
--    conversion_purchase_total_value decimal(38,9), key_conversion_total_count bigint,
--    video_watched_3_seconds bigint, video_watched_25_percent bigint, video_watched_50_percent
--    bigint, video_watched_75_percent bigint, video_watched_100_percent bigint, reach bigint,
--    _connection_id text, _synced_at timestamptz
with days as (
    select
        loaded._connection_id,
        loaded.account_id,
        'campaign' as entity_level,
        loaded.campaign_id as entity_id,
        loaded.campaign_id,
        cast(null as varchar) as ad_group_id,
        cast(null as varchar) as ad_id,
        loaded.date,
        loaded.currency,
        loaded.time_zone,
        loaded.attribution_key,
        loaded.spend,
        loaded.impressions,
        loaded.clicks,
        loaded.conversion_purchase_clicks,
        loaded.conversion_purchase_views,
        loaded.conversion_purchase_total_value,
        loaded.key_conversion_total_count,
        loaded.video_watched_3_seconds,
        loaded.video_watched_25_percent,
        loaded.video_watched_50_percent,
        loaded.video_watched_75_percent,
        loaded.video_watched_100_percent,
        loaded.reach,
        loaded._synced_at
    from raw_reddit_ads.campaign_daily as loaded
    union all
    select
        loaded._connection_id,
        loaded.account_id,
        'ad_group' as entity_level,
        loaded.ad_group_id as entity_id,
        loaded.campaign_id,
        loaded.ad_group_id,
        cast(null as varchar) as ad_id,
        loaded.date,
        loaded.currency,
        loaded.time_zone,
        loaded.attribution_key,
        loaded.spend,
        loaded.impressions,
        loaded.clicks,
        loaded.conversion_purchase_clicks,
        loaded.conversion_purchase_views,
        loaded.conversion_purchase_total_value,
        loaded.key_conversion_total_count,
        loaded.video_watched_3_seconds,
        loaded.video_watched_25_percent,
        loaded.video_watched_50_percent,
        loaded.video_watched_75_percent,
        loaded.video_watched_100_percent,
        loaded.reach,
        loaded._synced_at
    from raw_reddit_ads.ad_group_daily as loaded
    union all
    select
        loaded._connection_id,
        loaded.account_id,
        'ad' as entity_level,
        loaded.ad_id as entity_id,
        loaded.campaign_id,
        cast(null as varchar) as ad_group_id,
        loaded.ad_id,
        loaded.date,
        loaded.currency,
        loaded.time_zone,
        loaded.attribution_key,
        loaded.spend,
        loaded.impressions,
        loaded.clicks,
        loaded.conversion_purchase_clicks,
        loaded.conversion_purchase_views,
        loaded.conversion_purchase_total_value,
        loaded.key_conversion_total_count,
        loaded.video_watched_3_seconds,
        loaded.video_watched_25_percent,
        loaded.video_watched_50_percent,
        loaded.video_watched_75_percent,
        loaded.video_watched_100_percent,
        loaded.reach,
        loaded._synced_at
    from raw_reddit_ads.ad_daily as loaded
)

select
    days._connection_id,
    'reddit' as channel,
    days.account_id as vendor_account_id,
    accounts.account_name,
    days.entity_level,
    days.entity_id,
    days.campaign_id,
    campaigns.campaign_name,
    coalesce(days.ad_group_id, ads.ad_group_id) as ad_group_id,
    ad_groups.ad_group_name,
    days.ad_id,
    ads.ad_name,
    case campaigns.objective
        when 'CATALOG_SALES' then 'shopping'
        when 'VIDEO_VIEWABLE_IMPRESSIONS' then 'video'
        else 'social'
    end as campaign_type,
    days.date as date_local,
    days.time_zone as account_time_zone,
    timezone(days.time_zone, cast(days.date as timestamp)) as date_utc_start,
    days.currency,
    cast(coalesce(days.spend, 0) as decimal(18,6)) as spend,
    coalesce(days.impressions, 0) as impressions,
    coalesce(days.clicks, 0) as clicks,
    coalesce(days.clicks, 0) as link_clicks,
    days.reach,
    coalesce(days.video_watched_3_seconds, 0) as video_views,
    coalesce(days.video_watched_25_percent, 0) as video_views_p25,
    coalesce(days.video_watched_50_percent, 0) as video_views_p50,
    coalesce(days.video_watched_75_percent, 0) as video_views_p75,
    coalesce(days.video_watched_100_percent, 0) as video_views_p100,
    cast(
        coalesce(days.conversion_purchase_clicks, 0) + coalesce(days.conversion_purchase_views, 0)
        as decimal(18,6)
    ) as purchases,
    cast(coalesce(days.conversion_purchase_total_value, 0) as decimal(18,6)) as purchase_value,
    cast(coalesce(days.key_conversion_total_count, 0) as decimal(18,6)) as conversions_reported,
    cast(null as decimal(18,6)) as conversions_value_reported,
    cast(null as decimal(18,6)) as new_customer_purchases,
    days.attribution_key,
    days._synced_at as extracted_at
from days
left join staging.stg_reddit_ads__ad_accounts as accounts
    on accounts._connection_id = days._connection_id and accounts.account_id = days.account_id
left join staging.stg_reddit_ads__campaigns as campaigns
    on campaigns._connection_id = days._connection_id and campaigns.campaign_id = days.campaign_id
left join staging.stg_reddit_ads__ads as ads
    on ads._connection_id = days._connection_id and ads.ad_id = days.ad_id
left join staging.stg_reddit_ads__ad_groups as ad_groups
    on
        ad_groups._connection_id = days._connection_id
        and ad_groups.ad_group_id = coalesce(days.ad_group_id, ads.ad_group_id)
