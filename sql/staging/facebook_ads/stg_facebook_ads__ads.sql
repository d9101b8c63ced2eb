-- One row per Facebook ad, archived and deleted ones among them.
--
-- materialized: view
-- key: ad_key
-- column ad_key: text. Connection and Meta's id of the ad.
-- column connection_id: text. The connection that the row came through.
-- column account_id: text. Meta's id of the ad account.
-- column campaign_id: text. Meta's id of the campaign.
-- column ad_set_id: text. Meta's id of the ad set.
-- column ad_id: text. Meta's id.
-- column ad_name: text. Name as it is now.
-- column creative_id: text. Meta's id of what the ad shows.
-- column status: text. Its own: active, paused, archived or deleted.
-- column effective_status: text. With those of its campaign and ad set taken into account.
-- column conversion_domain: text. Where its conversions happen.
-- column created_at: timestamptz. When it was made, UTC.
-- column updated_at: timestamptz. When it last changed, UTC.
-- column synced_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_facebook_ads.ads: id text, account_id text, campaign_id text, ad_set_id text,
--    creative_id text, created_at timestamptz, updated_at timestamptz, payload json, _connection_id
--    text, _synced_at timestamptz
-- source raw_facebook_ads.ad_sets: id text, payload json, _connection_id text
-- source raw_facebook_ads.campaigns: id text, payload json, _connection_id text
select
    loaded._connection_id || ':' || loaded.id as ad_key,
    loaded._connection_id as connection_id,
    loaded.account_id,
    loaded.campaign_id,
    loaded.ad_set_id,
    loaded.id as ad_id,
    loaded.payload ->> 'name' as ad_name,
    loaded.creative_id,
    lower(loaded.payload ->> 'status') as status,
    -- The vendor's own is as of the ad's last change, and a pause above it is none.
    case
        when loaded.payload ->> 'status' in ('ARCHIVED', 'DELETED')
            then lower(loaded.payload ->> 'status')
        when campaigns.payload ->> 'status' in ('ARCHIVED', 'DELETED')
            then lower(campaigns.payload ->> 'status')
        when ad_sets.payload ->> 'status' in ('ARCHIVED', 'DELETED')
            then lower(ad_sets.payload ->> 'status')
        when campaigns.payload ->> 'status' = 'PAUSED' then 'campaign_paused'
        when ad_sets.payload ->> 'status' = 'PAUSED' then 'adset_paused'
        when loaded.payload ->> 'effective_status' in ('CAMPAIGN_PAUSED', 'ADSET_PAUSED')
            then lower(loaded.payload ->> 'status')
        else lower(loaded.payload ->> 'effective_status')
    end as effective_status,
    loaded.payload ->> 'conversion_domain' as conversion_domain,
    loaded.created_at,
    loaded.updated_at,
    loaded._synced_at as synced_at
from raw_facebook_ads.ads as loaded
left join raw_facebook_ads.campaigns as campaigns
    on
        loaded._connection_id = campaigns._connection_id
        and loaded.campaign_id = campaigns.id
left join raw_facebook_ads.ad_sets as ad_sets
    on
        loaded._connection_id = ad_sets._connection_id
        and loaded.ad_set_id = ad_sets.id
