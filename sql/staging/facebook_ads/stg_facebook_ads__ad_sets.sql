-- One row per Facebook ad set, archived and deleted ones among them.
--
-- materialized: view
-- key: ad_set_key
-- column ad_set_key: text. Connection and Meta's id of the ad set.
-- column connection_id: text. The connection that the row came through.
-- column account_id: text. Meta's id of the ad account.
-- column campaign_id: text. Meta's id of the campaign.
-- column ad_set_id: text. Meta's id.
-- column ad_set_name: text. Name as it is now.
-- column status: text. Its own: active, paused, archived or deleted.
-- column effective_status: text. With the campaign's taken into account.
-- column optimization_goal: text. What delivery aims at, in lower case.
-- column billing_event: text. What is paid for, in lower case.
-- column click_window_days: bigint. Days after a click in which a purchase counts.
-- column view_window_days: bigint. Days after a view in which a purchase counts; null: none.
-- column targeting: json. Whom the ads are shown to, as Meta tells it.
-- column created_at: timestamptz. When it was made, UTC.
-- column updated_at: timestamptz. When it last changed, UTC.
-- column synced_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_facebook_ads.ad_sets: id text, account_id text, campaign_id text, created_at
--    timestamptz, updated_at timestamptz, payload json, _connection_id text, _synced_at timestamptz
-- source raw_facebook_ads.campaigns: id text, payload json, _connection_id text
with parsed as (
    select
        loaded._connection_id,
        loaded._synced_at,
        loaded.id,
        loaded.account_id,
        loaded.campaign_id,
        loaded.created_at,
        loaded.updated_at,
        loaded.payload,
        from_json(
            loaded.payload -> 'attribution_spec',
            '[{"event_type": "VARCHAR", "window_days": "BIGINT"}]'
        ) as windows
    from raw_facebook_ads.ad_sets as loaded
)

select
    parsed._connection_id || ':' || parsed.id as ad_set_key,
    parsed._connection_id as connection_id,
    parsed.account_id,
    parsed.campaign_id,
    parsed.id as ad_set_id,
    parsed.payload ->> 'name' as ad_set_name,
    lower(parsed.payload ->> 'status') as status,
    -- The vendor's own is as of the ad set's last change, and a campaign's pause is none.
    case
        when parsed.payload ->> 'status' in ('ARCHIVED', 'DELETED')
            then lower(parsed.payload ->> 'status')
        when campaigns.payload ->> 'status' in ('ARCHIVED', 'DELETED')
            then lower(campaigns.payload ->> 'status')
        when campaigns.payload ->> 'status' = 'PAUSED' then 'campaign_paused'
        when parsed.payload ->> 'effective_status' = 'CAMPAIGN_PAUSED'
            then lower(parsed.payload ->> 'status')
        else lower(parsed.payload ->> 'effective_status')
    end as effective_status,
    lower(parsed.payload ->> 'optimization_goal') as optimization_goal,
    lower(parsed.payload ->> 'billing_event') as billing_event,
    list_filter(parsed.windows, lambda each: each.event_type = 'CLICK_THROUGH')[1].window_days
        as click_window_days,
    list_filter(parsed.windows, lambda each: each.event_type = 'VIEW_THROUGH')[1].window_days
        as view_window_days,
    parsed.payload -> 'targeting' as targeting,
    parsed.created_at,
    parsed.updated_at,
    parsed._synced_at as synced_at
from parsed
left join raw_facebook_ads.campaigns as campaigns
    on
        parsed._connection_id = campaigns._connection_id
        and parsed.campaign_id = campaigns.id
