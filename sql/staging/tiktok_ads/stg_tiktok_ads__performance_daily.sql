-- One row per TikTok ad account, level (campaign, ad group, ad), entity and day of the account's
-- zone.
-- Purchases are those on the web (complete_payment), in an app (purchase) and in the TikTok Shop
-- (onsite_shopping), each with a value of its own; that of the web is called
-- total_complete_payment_rate. Shop campaigns (GMV Max), which TikTok leaves out of its other
-- reports, stand beside them at the level of the campaign: orders and gross revenue of the shop.
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
-- column clicks: bigint. Clicks, all of them.
-- column link_clicks: bigint. The same: TikTok counts clicks to the destination.
-- column reach: bigint. People reached; never summed.
-- column video_views: bigint. Watched for six seconds or to the end.
-- column video_views_p25: bigint. Watched to a quarter.
-- column video_views_p50: bigint. Watched to half.
-- column video_views_p75: bigint. Watched to three quarters.
-- column video_views_p100: bigint. Watched to the end.
-- column purchases: decimal(18,6). Purchases that the vendor claims.
-- column purchase_value: decimal(18,6). Their value.
-- column conversions_reported: decimal(18,6). What the vendor calls conversions.
-- column conversions_value_reported: decimal(18,6). Their value; null: the vendor tells none.
-- column new_customer_purchases: decimal(18,6). Null: the vendor tells none.
-- column attribution_key: text. The ad group's windows, such as 7d_click_1d_view; above it, and
--    where the ad group is not known, ad_group_setting.
-- column extracted_at: timestamptz. When this version was loaded, UTC.
-- source raw_tiktok_ads.campaign_daily: advertiser_id text, campaign_id text, campaign_name text,
--    date date, currency text, time_zone text, spend decimal(38,9), impressions bigint, clicks
--    bigint, reach bigint, video_watched_6s bigint, video_views_p25 bigint, video_views_p50 bigint,
--    video_views_p75 bigint, video_views_p100 bigint, complete_payment decimal(38,9), purchase
--    decimal(38,9), onsite_shopping decimal(38,9), total_complete_payment_rate decimal(38,9),
--    total_purchase_value decimal(38,9), total_onsite_shopping_value decimal(38,9), conversion
--    decimal(38,9), _connection_id text, _synced_at timestamptz
-- source raw_tiktok_ads.ad_group_daily: advertiser_id text, campaign_id text, campaign_name text,
--    adgroup_id text, adgroup_name text, date date, currency text, time_zone text, spend
--    decimal(38,9), impressions bigint, clicks bigint, reach bigint, video_watched_6s bigint,
--    video_views_p25 bigint, video_views_p50 bigint, video_views_p75 bigint, video_views_p100
--    bigint, complete_payment decimal(38,9), purchase decimal(38,9), onsite_shopping decimal(38,9),
--    total_complete_payment_rate decimal(38,9), total_purchase_value decimal(38,9),
--    total_onsite_shopping_value decimal(38,9), conversion decimal(38,9), _connection_id text,
--    _synced_at timestamptz
-- source raw_tiktok_ads.ad_daily: advertiser_id text, campaign_id text, campaign_name text,
--    adgroup_id text, adgroup_name text, ad_id text, ad_name text, date date, currency text,
--    time_zone text, spend decimal(38,9), impressions bigint, clicks bigint, reach bigint,
--    video_watched_6s bigint, video_views_p25 bigint, video_views_p50 bigint, video_views_p75
--    bigint, video_views_p100 bigint, complete_payment decimal(38,9), purchase decimal(38,9),
--    onsite_shopping decimal(38,9), total_complete_payment_rate decimal(38,9), total_purchase_value
--    decimal(38,9), total_onsite_shopping_value decimal(38,9), conversion decimal(38,9),
--    _connection_id text, _synced_at timestamptz
-- source raw_tiktok_ads.gmv_max_daily: advertiser_id text, store_id text, campaign_id text, date
--    date, currency text, time_zone text, cost decimal(38,9), orders bigint, gross_revenue
--    decimal(38,9), _connection_id text, _synced_at timestamptz
-- source raw_tiktok_ads.gmv_max_campaigns: advertiser_id text, campaign_id text, campaign_name
--    text, _connection_id text
with days as (
    select
        loaded._connection_id,
        loaded.advertiser_id,
        'campaign' as entity_level,
        loaded.campaign_id as entity_id,
        loaded.campaign_id,
        loaded.campaign_name,
        cast(null as varchar) as adgroup_id,
        cast(null as varchar) as adgroup_name,
        cast(null as varchar) as ad_id,
        cast(null as varchar) as ad_name,
        cast(null as varchar) as campaign_type,
        loaded.date,
        loaded.currency,
        loaded.time_zone,
        loaded.spend,
        loaded.impressions,
        loaded.clicks,
        loaded.reach,
        loaded.video_watched_6s,
        loaded.video_views_p25,
        loaded.video_views_p50,
        loaded.video_views_p75,
        loaded.video_views_p100,
        loaded.complete_payment,
        loaded.purchase,
        loaded.onsite_shopping,
        loaded.total_complete_payment_rate,
        loaded.total_purchase_value,
        loaded.total_onsite_shopping_value,
        loaded.conversion,
        loaded._synced_at
    from raw_tiktok_ads.campaign_daily as loaded
    union all
    select
        loaded._connection_id,
        loaded.advertiser_id,
        'ad_group' as entity_level,
        loaded.adgroup_id as entity_id,
        loaded.campaign_id,
        loaded.campaign_name,
        loaded.adgroup_id,
        loaded.adgroup_name,
        cast(null as varchar) as ad_id,
        cast(null as varchar) as ad_name,
        cast(null as varchar) as campaign_type,
        loaded.date,
        loaded.currency,
        loaded.time_zone,
        loaded.spend,
        loaded.impressions,
        loaded.clicks,
        loaded.reach,
        loaded.video_watched_6s,
        loaded.video_views_p25,
        loaded.video_views_p50,
        loaded.video_views_p75,
        loaded.video_views_p100,
        loaded.complete_payment,
        loaded.purchase,
        loaded.onsite_shopping,
        loaded.total_complete_payment_rate,
        loaded.total_purchase_value,
        loaded.total_onsite_shopping_value,
        loaded.conversion,
        loaded._synced_at
    from raw_tiktok_ads.ad_group_daily as loaded
    union all
    select
        loaded._connection_id,
        loaded.advertiser_id,
        'ad' as entity_level,
        loaded.ad_id as entity_id,
        loaded.campaign_id,
        loaded.campaign_name,
        loaded.adgroup_id,
        loaded.adgroup_name,
        loaded.ad_id,
        loaded.ad_name,
        cast(null as varchar) as campaign_type,
        loaded.date,
        loaded.currency,
        loaded.time_zone,
        loaded.spend,
        loaded.impressions,
        loaded.clicks,
        loaded.reach,
        loaded.video_watched_6s,
        loaded.video_views_p25,
        loaded.video_views_p50,
        loaded.video_views_p75,
        loaded.video_views_p100,
        loaded.complete_payment,
        loaded.purchase,
        loaded.onsite_shopping,
        loaded.total_complete_payment_rate,
        loaded.total_purchase_value,
        loaded.total_onsite_shopping_value,
        loaded.conversion,
        loaded._synced_at
    from raw_tiktok_ads.ad_daily as loaded
    union all
    select
        loaded._connection_id,
        loaded.advertiser_id,
        'campaign' as entity_level,
        loaded.campaign_id as entity_id,
        loaded.campaign_id,
        max(named.campaign_name) as campaign_name,
        cast(null as varchar) as adgroup_id,
        cast(null as varchar) as adgroup_name,
        cast(null as varchar) as ad_id,
        cast(null as varchar) as ad_name,
        'shopping' as campaign_type,
        loaded.date,
        max(loaded.currency) as currency,
        max(loaded.time_zone) as time_zone,
        sum(loaded.cost) as spend,
        cast(null as bigint) as impressions,
        cast(null as bigint) as clicks,
        cast(null as bigint) as reach,
        cast(null as bigint) as video_watched_6s,
        cast(null as bigint) as video_views_p25,
        cast(null as bigint) as video_views_p50,
        cast(null as bigint) as video_views_p75,
        cast(null as bigint) as video_views_p100,
        cast(null as decimal(38,9)) as complete_payment,
        cast(null as decimal(38,9)) as purchase,
        sum(loaded.orders) as onsite_shopping,
        cast(null as decimal(38,9)) as total_complete_payment_rate,
        cast(null as decimal(38,9)) as total_purchase_value,
        sum(loaded.gross_revenue) as total_onsite_shopping_value,
        cast(null as decimal(38,9)) as conversion,
        max(loaded._synced_at) as _synced_at
    from raw_tiktok_ads.gmv_max_daily as loaded
    left join raw_tiktok_ads.gmv_max_campaigns as named
        on
            named._connection_id = loaded._connection_id
            and named.advertiser_id = loaded.advertiser_id
            and named.campaign_id = loaded.campaign_id
    group by loaded._connection_id, loaded.advertiser_id, loaded.campaign_id, loaded.date
)

select
    days._connection_id,
    'tiktok' as channel,
    days.advertiser_id as vendor_account_id,
    accounts.account_name,
    days.entity_level,
    days.entity_id,
    days.campaign_id,
    days.campaign_name,
    days.adgroup_id as ad_group_id,
    days.adgroup_name as ad_group_name,
    days.ad_id,
    days.ad_name,
    coalesce(days.campaign_type, 'social') as campaign_type,
    days.date as date_local,
    days.time_zone as account_time_zone,
    timezone(days.time_zone, cast(days.date as timestamp)) as date_utc_start,
    days.currency,
    cast(coalesce(days.spend, 0) as decimal(18,6)) as spend,
    days.impressions,
    days.clicks,
    days.clicks as link_clicks,
    days.reach,
    days.video_watched_6s as video_views,
    days.video_views_p25,
    days.video_views_p50,
    days.video_views_p75,
    days.video_views_p100,
    cast(
        coalesce(days.complete_payment, 0) + coalesce(days.purchase, 0)
        + coalesce(days.onsite_shopping, 0) as decimal(18,6)
    ) as purchases,
    cast(
        coalesce(days.total_complete_payment_rate, 0) + coalesce(days.total_purchase_value, 0)
        + coalesce(days.total_onsite_shopping_value, 0) as decimal(18,6)
    ) as purchase_value,
    cast(days.conversion as decimal(18,6)) as conversions_reported,
    cast(null as decimal(18,6)) as conversions_value_reported,
    cast(null as decimal(18,6)) as new_customer_purchases,
    coalesce(ad_groups.attribution_key, 'ad_group_setting') as attribution_key,
    days._synced_at as extracted_at
from days
left join staging.stg_tiktok_ads__advertisers as accounts
    on
        accounts._connection_id = days._connection_id
        and accounts.advertiser_id = days.advertiser_id
left join staging.stg_tiktok_ads__ad_groups as ad_groups
    on
        ad_groups._connection_id = days._connection_id
        and ad_groups.ad_group_id = days.adgroup_id
