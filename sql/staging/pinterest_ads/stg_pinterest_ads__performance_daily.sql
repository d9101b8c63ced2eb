-- One row per Pinterest account, level (campaign, ad group, ad), entity and UTC day.
-- Paid numbers only, as spend is: the `_1` metrics, and of the quartiles the total less the earned
-- part. People reached are counted over paid and earned together, so reach stays in the raw table.
-- What Pinterest has nothing of it leaves out: zero.
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
-- source raw_pinterest_ads.campaign_daily: account_id text, campaign_id text, date date, currency
--    text, time_zone text, attribution_key text, spend decimal(38,9), total_checkout_value
--    decimal(38,9), impression_1 bigint, impression_2 bigint, clickthrough_1 bigint,
--    outbound_click_1 bigint, video_mrc_views_1 bigint, total_video_p25_combined bigint,
--    video_p25_combined_2 bigint, total_video_p50_combined bigint, video_p50_combined_2 bigint,
--    total_video_p75_combined bigint, video_p75_combined_2 bigint, total_video_p100_complete
--    bigint, video_p100_complete_2 bigint, total_checkout bigint, total_conversions bigint,
--    _connection_id text, _synced_at timestamptz
-- source raw_pinterest_ads.ad_group_daily: account_id text, campaign_id text, ad_group_id text,
--    date date, currency text, time_zone text, attribution_key text, spend decimal(38,9),
--    total_checkout_value decimal(38,9), impression_1 bigint, impression_2 bigint, clickthrough_1
--    bigint, outbound_click_1 bigint, video_mrc_views_1 bigint, total_video_p25_combined bigint,
--    video_p25_combined_2 bigint, total_video_p50_combined bigint, video_p50_combined_2 bigint,
--    total_video_p75_combined bigint, video_p75_combined_2 bigint, total_video_p100_complete
--    bigint, video_p100_complete_2 bigint, total_checkout bigint, total_conversions bigint,
--    _connection_id text, _synced_at timestamptz
-- source raw_pinterest_ads.ad_daily: account_id text, campaign_id text, ad_group_id text, ad_id
--    text, date date, currency text, time_zone text, attribution_key text, spend decimal(38,9),
--    total_checkout_value decimal(38,9), impression_1 bigint, impression_2 bigint, clickthrough_1
--    bigint, outbound_click_1 bigint, video_mrc_views_1 bigint, total_video_p25_combined bigint,
--    video_p25_combined_2 bigint, total_video_p50_combined bigint, video_p50_combined_2 bigint,
--    total_video_p75_combined bigint, video_p75_combined_2 bigint, total_video_p100_complete
--    bigint, video_p100_complete_2 bigint, total_checkout bigint, total_conversions bigint,
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
        loaded.total_checkout_value,
        loaded.impression_1,
        loaded.impression_2,
        loaded.clickthrough_1,
        loaded.outbound_click_1,
        loaded.video_mrc_views_1,
        loaded.total_video_p25_combined,
        loaded.video_p25_combined_2,
        loaded.total_video_p50_combined,
        loaded.video_p50_combined_2,
        loaded.total_video_p75_combined,
        loaded.video_p75_combined_2,
        loaded.total_video_p100_complete,
        loaded.video_p100_complete_2,
        loaded.total_checkout,
        loaded.total_conversions,
        loaded._synced_at
    from raw_pinterest_ads.campaign_daily as loaded
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
        loaded.total_checkout_value,
        loaded.impression_1,
        loaded.impression_2,
        loaded.clickthrough_1,
        loaded.outbound_click_1,
        loaded.video_mrc_views_1,
        loaded.total_video_p25_combined,
        loaded.video_p25_combined_2,
        loaded.total_video_p50_combined,
        loaded.video_p50_combined_2,
        loaded.total_video_p75_combined,
        loaded.video_p75_combined_2,
        loaded.total_video_p100_complete,
        loaded.video_p100_complete_2,
        loaded.total_checkout,
        loaded.total_conversions,
        loaded._synced_at
    from raw_pinterest_ads.ad_group_daily as loaded
    union all
    select
        loaded._connection_id,
        loaded.account_id,
        'ad' as entity_level,
        loaded.ad_id as entity_id,
        loaded.campaign_id,
        loaded.ad_group_id,
        loaded.ad_id,
        loaded.date,
        loaded.currency,
        loaded.time_zone,
        loaded.attribution_key,
        loaded.spend,
        loaded.total_checkout_value,
        loaded.impression_1,
        loaded.impression_2,
        loaded.clickthrough_1,
        loaded.outbound_click_1,
        loaded.video_mrc_views_1,
        loaded.total_video_p25_combined,
        loaded.video_p25_combined_2,
        loaded.total_video_p50_combined,
        loaded.video_p50_combined_2,
        loaded.total_video_p75_combined,
        loaded.video_p75_combined_2,
        loaded.total_video_p100_complete,
        loaded.video_p100_complete_2,
        loaded.total_checkout,
        loaded.total_conversions,
        loaded._synced_at
    from raw_pinterest_ads.ad_daily as loaded
)

select
    days._connection_id,
    'pinterest' as channel,
    days.account_id as vendor_account_id,
    accounts.account_name,
    days.entity_level,
    days.entity_id,
    days.campaign_id,
    campaigns.campaign_name,
    days.ad_group_id,
    ad_groups.ad_group_name,
    days.ad_id,
    ads.ad_name,
    case campaigns.objective_type
        when 'CATALOG_SALES' then 'shopping'
        when 'VIDEO_COMPLETION' then 'video'
        else 'social'
    end as campaign_type,
    days.date as date_local,
    days.time_zone as account_time_zone,
    timezone(days.time_zone, cast(days.date as timestamp)) as date_utc_start,
    days.currency,
    cast(coalesce(days.spend, 0) as decimal(18,6)) as spend,
    coalesce(days.impression_1, 0) as impressions,
    coalesce(days.clickthrough_1, 0) as clicks,
    coalesce(days.outbound_click_1, 0) as link_clicks,
    cast(null as bigint) as reach,
    coalesce(days.video_mrc_views_1, 0) as video_views,
    coalesce(days.total_video_p25_combined, 0) - coalesce(days.video_p25_combined_2, 0)
        as video_views_p25,
    coalesce(days.total_video_p50_combined, 0) - coalesce(days.video_p50_combined_2, 0)
        as video_views_p50,
    coalesce(days.total_video_p75_combined, 0) - coalesce(days.video_p75_combined_2, 0)
        as video_views_p75,
    coalesce(days.total_video_p100_complete, 0) - coalesce(days.video_p100_complete_2, 0)
        as video_views_p100,
    cast(coalesce(days.total_checkout, 0) as decimal(18,6)) as purchases,
    cast(coalesce(days.total_checkout_value, 0) as decimal(18,6)) as purchase_value,
    cast(coalesce(days.total_conversions, 0) as decimal(18,6)) as conversions_reported,
    cast(null as decimal(18,6)) as conversions_value_reported,
    cast(null as decimal(18,6)) as new_customer_purchases,
    days.attribution_key,
    days._synced_at as extracted_at
from days
left join staging.stg_pinterest_ads__ad_accounts as accounts
    on accounts._connection_id = days._connection_id and accounts.account_id = days.account_id
left join staging.stg_pinterest_ads__campaigns as campaigns
    on campaigns._connection_id = days._connection_id and campaigns.campaign_id = days.campaign_id
left join staging.stg_pinterest_ads__ad_groups as ad_groups
    on ad_groups._connection_id = days._connection_id and ad_groups.ad_group_id = days.ad_group_id
left join staging.stg_pinterest_ads__ads as ads
    on ads._connection_id = days._connection_id and ads.ad_id = days.ad_id
