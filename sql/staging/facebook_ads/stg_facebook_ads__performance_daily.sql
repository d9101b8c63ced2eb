-- One row per Facebook campaign, ad set or ad and day: the cross-channel columns. The levels stand
-- side by side; spend is added up at the level of campaigns alone.
--
-- materialized: view
-- column _connection_id: text. The connection that the row came through.
-- column channel: text. Always facebook (Instagram is bought there too).
-- column vendor_account_id: text. Meta's id of the ad account.
-- column account_name: text. Its name as it is now.
-- column entity_level: text. campaign, ad_group (an ad set) or ad. [accepted: campaign, ad_group, ad]
-- column entity_id: text. Meta's id of the campaign, ad set or ad.
-- column campaign_id: text. Meta's id of the campaign.
-- column campaign_name: text. Its name as it is now.
-- column ad_group_id: text. Meta's id of the ad set; null for campaigns.
-- column ad_group_name: text. Its name as it is now.
-- column ad_id: text. Meta's id of the ad; null above ads.
-- column ad_name: text. Its name as it is now.
-- column campaign_type: text. Always social.
-- column date_local: date. The day, as the account counts days.
-- column account_time_zone: text. The zone by which days begin.
-- column date_utc_start: timestamptz. When that day began, UTC.
-- column currency: text. Currency of all money of the row.
-- column spend: decimal(18,6). What the ads cost.
-- column impressions: bigint. How often they were shown.
-- column clicks: bigint. All clicks, likes and comments among them.
-- column link_clicks: bigint. Clicks that led away from the ad.
-- column reach: bigint. People who saw them. Not to be added up; null where Meta leaves it out.
-- column video_views: bigint. Videos played through, or for 15 seconds (ThruPlay).
-- column video_views_p25: bigint. Videos played to a quarter.
-- column video_views_p50: bigint. Videos played to the half.
-- column video_views_p75: bigint. Videos played to three quarters.
-- column video_views_p100: bigint. Videos played to the end.
-- column purchases: decimal(18,6). Purchases, each once over web, app, shop and offline.
-- column purchase_value: decimal(18,6). Their value.
-- column conversions_reported: decimal(18,6). What Meta counts as conversions: trials, leads and
--    the like, without purchases.
-- column conversions_value_reported: decimal(18,6). Their value.
-- column new_customer_purchases: decimal(18,6). Always null: Meta does not tell.
-- column attribution_key: text. The windows by which purchases count, and on which day they do.
-- column extracted_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_facebook_ads.insights_campaign_daily: account_id text, campaign_id text, date date,
--    time_zone text, currency text, attribution text, attribution_setting text, spend
--    decimal(38,9), impressions bigint, clicks bigint, inline_link_clicks bigint, reach bigint,
--    video_thruplay_watched_actions bigint, video_p25_watched_actions bigint,
--    video_p50_watched_actions bigint, video_p75_watched_actions bigint, video_p100_watched_actions
--    bigint, purchases decimal(38,9), purchase_value decimal(38,9), conversions_reported
--    decimal(38,9), conversions_value_reported decimal(38,9), _connection_id text, _synced_at
--    timestamptz
-- source raw_facebook_ads.insights_ad_set_daily: account_id text, campaign_id text, ad_set_id text,
--    date date, time_zone text, currency text, attribution text, attribution_setting text, spend
--    decimal(38,9), impressions bigint, clicks bigint, inline_link_clicks bigint, reach bigint,
--    video_thruplay_watched_actions bigint, video_p25_watched_actions bigint,
--    video_p50_watched_actions bigint, video_p75_watched_actions bigint, video_p100_watched_actions
--    bigint, purchases decimal(38,9), purchase_value decimal(38,9), conversions_reported
--    decimal(38,9), conversions_value_reported decimal(38,9), _connection_id text, _synced_at
--    timestamptz
-- source raw_facebook_ads.insights_ad_daily: account_id text, campaign_id text, ad_set_id text,
--    ad_id text, date date, time_zone text, currency text, attribution text, attribution_setting
--    text, spend decimal(38,9), impressions bigint, clicks bigint, inline_link_clicks bigint, reach
--    bigint, video_thruplay_watched_actions bigint, video_p25_watched_actions bigint,
--    video_p50_watched_actions bigint, video_p75_watched_actions bigint, video_p100_watched_actions
--    bigint, purchases decimal(38,9), purchase_value decimal(38,9), conversions_reported
--    decimal(38,9), conversions_value_reported decimal(38,9), _connection_id text, _synced_at
--    timestamptz
-- source raw_facebook_ads.ad_accounts: account_id text, name text, _connection_id text
-- source raw_facebook_ads.campaigns: id text, payload json, _connection_id text
-- source raw_facebook_ads.ad_sets: id text, payload json, _connection_id text
-- source raw_facebook_ads.ads: id text, payload json, _connection_id text
with every_level as (
    select
        loaded._connection_id,
        loaded.account_id,
        'campaign' as entity_level,
        loaded.campaign_id as entity_id,
        loaded.campaign_id,
        cast(null as text) as ad_set_id,
        cast(null as text) as ad_id,
        loaded.date,
        loaded.time_zone,
        loaded.currency,
        loaded.attribution,
        loaded.attribution_setting,
        loaded.spend,
        loaded.impressions,
        loaded.clicks,
        loaded.inline_link_clicks,
        loaded.reach,
        loaded.video_thruplay_watched_actions,
        loaded.video_p25_watched_actions,
        loaded.video_p50_watched_actions,
        loaded.video_p75_watched_actions,
        loaded.video_p100_watched_actions,
        loaded.purchases,
        loaded.purchase_value,
        loaded.conversions_reported,
        loaded.conversions_value_reported,
        loaded._synced_at
    from raw_facebook_ads.insights_campaign_daily as loaded
    union all
    select
        loaded._connection_id,
        loaded.account_id,
        'ad_group' as entity_level,
        loaded.ad_set_id as entity_id,
        loaded.campaign_id,
        loaded.ad_set_id as ad_set_id,
        cast(null as text) as ad_id,
        loaded.date,
        loaded.time_zone,
        loaded.currency,
        loaded.attribution,
        loaded.attribution_setting,
        loaded.spend,
        loaded.impressions,
        loaded.clicks,
        loaded.inline_link_clicks,
        loaded.reach,
        loaded.video_thruplay_watched_actions,
        loaded.video_p25_watched_actions,
        loaded.video_p50_watched_actions,
        loaded.video_p75_watched_actions,
        loaded.video_p100_watched_actions,
        loaded.purchases,
        loaded.purchase_value,
        loaded.conversions_reported,
        loaded.conversions_value_reported,
        loaded._synced_at
    from raw_facebook_ads.insights_ad_set_daily as loaded
    union all
    select
        loaded._connection_id,
        loaded.account_id,
        'ad' as entity_level,
        loaded.ad_id as entity_id,
        loaded.campaign_id,
        loaded.ad_set_id as ad_set_id,
        loaded.ad_id as ad_id,
        loaded.date,
        loaded.time_zone,
        loaded.currency,
        loaded.attribution,
        loaded.attribution_setting,
        loaded.spend,
        loaded.impressions,
        loaded.clicks,
        loaded.inline_link_clicks,
        loaded.reach,
        loaded.video_thruplay_watched_actions,
        loaded.video_p25_watched_actions,
        loaded.video_p50_watched_actions,
        loaded.video_p75_watched_actions,
        loaded.video_p100_watched_actions,
        loaded.purchases,
        loaded.purchase_value,
        loaded.conversions_reported,
        loaded.conversions_value_reported,
        loaded._synced_at
    from raw_facebook_ads.insights_ad_daily as loaded
)

select
    days._connection_id,
    'facebook' as channel,
    days.account_id as vendor_account_id,
    accounts.name as account_name,
    days.entity_level,
    days.entity_id,
    days.campaign_id,
    campaigns.payload ->> 'name' as campaign_name,
    days.ad_set_id as ad_group_id,
    ad_sets.payload ->> 'name' as ad_group_name,
    days.ad_id,
    ads.payload ->> 'name' as ad_name,
    'social' as campaign_type,
    days.date as date_local,
    days.time_zone as account_time_zone,
    timezone(days.time_zone, cast(days.date as timestamp)) as date_utc_start,
    days.currency,
    cast(days.spend as decimal(18, 6)) as spend,
    days.impressions,
    days.clicks,
    days.inline_link_clicks as link_clicks,
    days.reach,
    days.video_thruplay_watched_actions as video_views,
    days.video_p25_watched_actions as video_views_p25,
    days.video_p50_watched_actions as video_views_p50,
    days.video_p75_watched_actions as video_views_p75,
    days.video_p100_watched_actions as video_views_p100,
    cast(days.purchases as decimal(18, 6)) as purchases,
    cast(days.purchase_value as decimal(18, 6)) as purchase_value,
    cast(days.conversions_reported as decimal(18, 6)) as conversions_reported,
    cast(days.conversions_value_reported as decimal(18, 6)) as conversions_value_reported,
    cast(null as decimal(18, 6)) as new_customer_purchases,
    coalesce(days.attribution_setting, 'ad_set') || '@' || split_part(days.attribution, '@', 2)
        as attribution_key,
    days._synced_at as extracted_at
from every_level as days
left join raw_facebook_ads.ad_accounts as accounts
    on
        days._connection_id = accounts._connection_id
        and days.account_id = accounts.account_id
left join raw_facebook_ads.campaigns as campaigns
    on
        days._connection_id = campaigns._connection_id
        and days.campaign_id = campaigns.id
left join raw_facebook_ads.ad_sets as ad_sets
    on
        days._connection_id = ad_sets._connection_id
        and days.ad_set_id = ad_sets.id
left join raw_facebook_ads.ads as ads
    on
        days._connection_id = ads._connection_id
        and days.ad_id = ads.id
