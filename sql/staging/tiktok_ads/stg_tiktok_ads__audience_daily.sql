-- One row per ad group, day, breakdown (age_gender, country, platform, province) and audience.
-- Breakdowns are cuts of the same days: one of them at a time is added up.
--
-- materialized: view
-- key: _connection_id, advertiser_id, ad_group_id, date_local, breakdown, audience
-- column _connection_id: text. The connection that the row came through.
-- column advertiser_id: text. The ad account.
-- column campaign_id: text. The campaign.
-- column ad_group_id: text. The ad group.
-- column date_local: date. The day in the account's zone.
-- column breakdown: text. What was cut by. [accepted: age_gender, country, platform, province]
-- column audience: text. Which part; NONE is TikTok's word for those it does not know.
-- column currency: text. The currency of spend.
-- column spend: decimal(18,6). What was paid.
-- column impressions: bigint. Impressions.
-- column clicks: bigint. Clicks.
-- column conversions_reported: decimal(18,6). Of the ad group's optimisation event.
-- column extracted_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_tiktok_ads.ad_group_age_gender_daily: advertiser_id text, campaign_id text, adgroup_id
--    text, age text, gender text, date date, currency text, time_zone text, spend decimal(38,9),
--    impressions bigint, clicks bigint, conversion decimal(38,9), _connection_id text, _synced_at
--    timestamptz
-- source raw_tiktok_ads.ad_group_country_daily: advertiser_id text, campaign_id text, adgroup_id
--    text, country_code text, date date, currency text, time_zone text, spend decimal(38,9),
--    impressions bigint, clicks bigint, conversion decimal(38,9), _connection_id text, _synced_at
--    timestamptz
-- source raw_tiktok_ads.ad_group_platform_daily: advertiser_id text, campaign_id text, adgroup_id
--    text, platform text, date date, currency text, time_zone text, spend decimal(38,9),
--    impressions bigint, clicks bigint, conversion decimal(38,9), _connection_id text, _synced_at
--    timestamptz
-- source raw_tiktok_ads.ad_group_province_daily: advertiser_id text, campaign_id text, adgroup_id
--    text, province_id text, date date, currency text, time_zone text, spend decimal(38,9),
--    impressions bigint, clicks bigint, conversion decimal(38,9), _connection_id text, _synced_at
--    timestamptz
select
    loaded._connection_id,
    loaded.advertiser_id,
    loaded.campaign_id,
    loaded.adgroup_id as ad_group_id,
    loaded.date as date_local,
    'age_gender' as breakdown,
    loaded.age || ' ' || loaded.gender as audience,
    loaded.currency,
    cast(coalesce(loaded.spend, 0) as decimal(18,6)) as spend,
    loaded.impressions,
    loaded.clicks,
    cast(loaded.conversion as decimal(18,6)) as conversions_reported,
    loaded._synced_at as extracted_at
from raw_tiktok_ads.ad_group_age_gender_daily as loaded
union all
select
    loaded._connection_id,
    loaded.advertiser_id,
    loaded.campaign_id,
    loaded.adgroup_id as ad_group_id,
    loaded.date as date_local,
    'country' as breakdown,
    loaded.country_code as audience,
    loaded.currency,
    cast(coalesce(loaded.spend, 0) as decimal(18,6)) as spend,
    loaded.impressions,
    loaded.clicks,
    cast(loaded.conversion as decimal(18,6)) as conversions_reported,
    loaded._synced_at as extracted_at
from raw_tiktok_ads.ad_group_country_daily as loaded
union all
select
    loaded._connection_id,
    loaded.advertiser_id,
    loaded.campaign_id,
    loaded.adgroup_id as ad_group_id,
    loaded.date as date_local,
    'platform' as breakdown,
    loaded.platform as audience,
    loaded.currency,
    cast(coalesce(loaded.spend, 0) as decimal(18,6)) as spend,
    loaded.impressions,
    loaded.clicks,
    cast(loaded.conversion as decimal(18,6)) as conversions_reported,
    loaded._synced_at as extracted_at
from raw_tiktok_ads.ad_group_platform_daily as loaded
union all
select
    loaded._connection_id,
    loaded.advertiser_id,
    loaded.campaign_id,
    loaded.adgroup_id as ad_group_id,
    loaded.date as date_local,
    'province' as breakdown,
    loaded.province_id as audience,
    loaded.currency,
    cast(coalesce(loaded.spend, 0) as decimal(18,6)) as spend,
    loaded.impressions,
    loaded.clicks,
    cast(loaded.conversion as decimal(18,6)) as conversions_reported,
    loaded._synced_at as extracted_at
from raw_tiktok_ads.ad_group_province_daily as loaded
