-- One row per advertising channel, account, level (campaign, ad group, ad), entity and day, over all
-- ads connections. The levels stand side by side: **only rows of the level campaign add up to all
-- spend** (a Performance Max campaign has no ads), so every sum names its level. Money of different
-- currencies is never added up. Ratios (ROAS, CPC, CPM, CTR) are computed from sums, not loaded.
-- Days are the account's own, and recent ones are restated: `data_state` says how settled a row is.
--
-- materialized: table
-- key: connection_id, channel, account_id, entity_level, entity_id, date_local
-- column connection_id: text. The connection that it came through.
-- column channel: text. Where the ad was shown. What Google shows on YouTube is youtube, and is
--    counted once. [accepted: facebook, google, youtube, tiktok, pinterest, reddit]
-- column account_id: text. The vendor's id of the ad account.
-- column account_name: text. Its name.
-- column entity_level: text. What the row is about. [accepted: campaign, ad_group, ad]
-- column entity_id: text. The vendor's id of it.
-- column campaign_id: text. The campaign's id.
-- column campaign_name: text. Its name as it is now.
-- column ad_group_id: text. The ad group's (ad set's, asset group's) id; null for campaigns.
-- column ad_group_name: text. Its name as it is now.
-- column ad_id: text. The ad's id; null above ads.
-- column ad_name: text. Its name as it is now.
-- column campaign_type: text. search, shopping, pmax, video, display, social or the vendor's word.
-- column date_local: date. The day in the account's zone.
-- column account_time_zone: text. The zone that the day runs in.
-- column date_utc_start: timestamptz. When that day began, UTC.
-- column currency: text. Currency of all money of the row. [warn not_null]
-- column spend: decimal(18,6). What the ads cost. [not_null]
-- column impressions: bigint. Times shown, paid for.
-- column clicks: bigint. Clicks, each vendor's own definition.
-- column link_clicks: bigint. Clicks that led away from the ad.
-- column reach: bigint. People who saw it. Never to be added up, over days or otherwise.
-- column video_views: bigint. Views, each vendor's own definition.
-- column video_views_p25: bigint. Played to a quarter.
-- column video_views_p50: bigint. Played to the half.
-- column video_views_p75: bigint. Played to three quarters.
-- column video_views_p100: bigint. Played to the end.
-- column purchases: decimal(18,6). Purchases alone, each once.
-- column purchase_value: decimal(18,6). Their value, in `currency`.
-- column conversions_reported: decimal(18,6). What the vendor calls conversions; not comparable
--    between channels.
-- column conversions_value_reported: decimal(18,6). Their value, in `currency`.
-- column new_customer_purchases: decimal(18,6). Purchases of new customers; Google alone tells.
-- column attribution_key: text. The windows by which purchases count, and on which day they do.
-- column data_state: text. partial: the day was not over when it was read; open: the vendor may
--    still restate it; final: its window was closed. [not_null] [accepted: partial, open, final]
-- column window_closes_on: date. The day after which the vendor no longer restates it.
-- column extracted_at: timestamptz. When this version was loaded, UTC. Earlier beliefs stand in the
--    raw table's history.
with every_channel as (
    select
        _connection_id,
        channel,
        vendor_account_id,
        account_name,
        entity_level,
        entity_id,
        campaign_id,
        campaign_name,
        ad_group_id,
        ad_group_name,
        ad_id,
        ad_name,
        campaign_type,
        date_local,
        account_time_zone,
        date_utc_start,
        currency,
        spend,
        impressions,
        clicks,
        link_clicks,
        reach,
        video_views,
        video_views_p25,
        video_views_p50,
        video_views_p75,
        video_views_p100,
        purchases,
        purchase_value,
        conversions_reported,
        conversions_value_reported,
        new_customer_purchases,
        attribution_key,
        extracted_at
    from staging.stg_facebook_ads__performance_daily
    union all
    select
        _connection_id,
        channel,
        vendor_account_id,
        account_name,
        entity_level,
        entity_id,
        campaign_id,
        campaign_name,
        ad_group_id,
        ad_group_name,
        ad_id,
        ad_name,
        campaign_type,
        date_local,
        account_time_zone,
        date_utc_start,
        currency,
        spend,
        impressions,
        clicks,
        link_clicks,
        reach,
        video_views,
        video_views_p25,
        video_views_p50,
        video_views_p75,
        video_views_p100,
        purchases,
        purchase_value,
        conversions_reported,
        conversions_value_reported,
        new_customer_purchases,
        attribution_key,
        extracted_at
    from staging.stg_google_ads__performance_daily
    union all
    select
        _connection_id,
        channel,
        vendor_account_id,
        account_name,
        entity_level,
        entity_id,
        campaign_id,
        campaign_name,
        ad_group_id,
        ad_group_name,
        ad_id,
        ad_name,
        campaign_type,
        date_local,
        account_time_zone,
        date_utc_start,
        currency,
        spend,
        impressions,
        clicks,
        link_clicks,
        reach,
        video_views,
        video_views_p25,
        video_views_p50,
        video_views_p75,
        video_views_p100,
        purchases,
        purchase_value,
        conversions_reported,
        conversions_value_reported,
        new_customer_purchases,
        attribution_key,
        extracted_at
    from staging.stg_youtube_ads__performance_daily
    union all
    select
        _connection_id,
        channel,
        vendor_account_id,
        account_name,
        entity_level,
        entity_id,
        campaign_id,
        campaign_name,
        ad_group_id,
        ad_group_name,
        ad_id,
        ad_name,
        campaign_type,
        date_local,
        account_time_zone,
        date_utc_start,
        currency,
        spend,
        impressions,
        clicks,
        link_clicks,
        reach,
        video_views,
        video_views_p25,
        video_views_p50,
        video_views_p75,
        video_views_p100,
        purchases,
        purchase_value,
        conversions_reported,
        conversions_value_reported,
        new_customer_purchases,
        attribution_key,
        extracted_at
    from staging.stg_tiktok_ads__performance_daily
    union all
    select
        _connection_id,
        channel,
        vendor_account_id,
        account_name,
        entity_level,
        entity_id,
        campaign_id,
        campaign_name,
        ad_group_id,
        ad_group_name,
        ad_id,
        ad_name,
        campaign_type,
        date_local,
        account_time_zone,
        date_utc_start,
        currency,
        spend,
        impressions,
        clicks,
        link_clicks,
        reach,
        video_views,
        video_views_p25,
        video_views_p50,
        video_views_p75,
        video_views_p100,
        purchases,
        purchase_value,
        conversions_reported,
        conversions_value_reported,
        new_customer_purchases,
        attribution_key,
        extracted_at
    from staging.stg_pinterest_ads__performance_daily
    union all
    select
        _connection_id,
        channel,
        vendor_account_id,
        account_name,
        entity_level,
        entity_id,
        campaign_id,
        campaign_name,
        ad_group_id,
        ad_group_name,
        ad_id,
        ad_name,
        campaign_type,
        date_local,
        account_time_zone,
        date_utc_start,
        currency,
        spend,
        impressions,
        clicks,
        link_clicks,
        reach,
        video_views,
        video_views_p25,
        video_views_p50,
        video_views_p75,
        video_views_p100,
        purchases,
        purchase_value,
        conversions_reported,
        conversions_value_reported,
        new_customer_purchases,
        attribution_key,
        extracted_at
    from staging.stg_reddit_ads__performance_daily
),

windows as (
    select
        every_channel.*,
        cast(
            case channel
                when 'google' then date_local + interval '90 days'
                when 'youtube' then date_local + interval '90 days'
                when 'pinterest' then date_local + interval '60 days'
                when 'reddit' then date_local + interval '31 days'
                else date_local + interval '28 days'
            end as date
        ) as window_closes_on,
        cast(extracted_at as date) as extracted_on
    from every_channel
)

select
    _connection_id as connection_id,
    channel,
    vendor_account_id as account_id,
    account_name,
    entity_level,
    entity_id,
    campaign_id,
    campaign_name,
    ad_group_id,
    ad_group_name,
    ad_id,
    ad_name,
    campaign_type,
    date_local,
    account_time_zone,
    date_utc_start,
    currency,
    coalesce(spend, 0) as spend,
    impressions,
    clicks,
    link_clicks,
    reach,
    video_views,
    video_views_p25,
    video_views_p50,
    video_views_p75,
    video_views_p100,
    purchases,
    purchase_value,
    conversions_reported,
    conversions_value_reported,
    new_customer_purchases,
    attribution_key,
    case
        when extracted_on <= date_local then 'partial'
        when extracted_on <= window_closes_on then 'open'
        else 'final'
    end as data_state,
    window_closes_on,
    extracted_at
from windows
