-- One row per session: front-end events of one browser or device with no pause of more than 30
-- minutes between them.
--
-- materialized: table
-- key: session_id
-- column session_id: text. The session's key: environment and its first event.
-- column visitor_id: text. The anonymous id, or the user id where none was sent.
-- column user_id: text. The user id that was sent last within the session.
-- column blended_user_id: text. Who it was: the session's user id, else the user that the anonymous
--    id is known to be, else the anonymous id.
-- column session_number: bigint. 1 for the person's first session.
-- column channel: text. By what the session came, from marks of ads, campaign and referrer.
with visits as (
    select
        events.environment,
        coalesce(events.anonymous_id, events.user_id) as visitor_id,
        events.event_id,
        events.source,
        events.type,
        events.anonymous_id,
        events.user_id,
        events.occurred_at,
        events.page_url,
        events.page_host,
        events.page_referrer,
        events.referrer_host,
        events.campaign_source,
        events.campaign_medium,
        events.campaign_name,
        events.campaign_term,
        events.campaign_content,
        events.ad_click,
        lag(events.occurred_at) over (
            partition by events.environment, coalesce(events.anonymous_id, events.user_id)
            order by events.occurred_at, events.event_id
        ) as previous_at
    from marts.fct_events as events
    where events.side = 'front-end' and coalesce(events.anonymous_id, events.user_id) is not null
),

numbered as (
    select
        visits.*,
        sum(
            case
                when visits.previous_at is null then 1
                when visits.occurred_at > visits.previous_at + interval '30 minutes' then 1
                else 0
            end
        ) over (
            partition by visits.environment, visits.visitor_id
            order by visits.occurred_at, visits.event_id
            rows between unbounded preceding and current row
        ) as visit_number
    from visits
),

placed as (
    select
        numbered.*,
        row_number() over (
            partition by numbered.environment, numbered.visitor_id, numbered.visit_number
            order by numbered.occurred_at, numbered.event_id
        ) as place,
        row_number() over (
            partition by numbered.environment, numbered.visitor_id, numbered.visit_number
            order by
                case when numbered.page_url is null then 1 else 0 end,
                numbered.occurred_at,
                numbered.event_id
        ) as page_place,
        row_number() over (
            partition by numbered.environment, numbered.visitor_id, numbered.visit_number
            order by
                case when numbered.page_url is null then 1 else 0 end,
                numbered.occurred_at desc,
                numbered.event_id desc
        ) as last_page_place,
        row_number() over (
            partition by numbered.environment, numbered.visitor_id, numbered.visit_number
            order by
                case
                    when numbered.campaign_source is not null or numbered.ad_click is not null
                        then 0
                    else 1
                end,
                numbered.occurred_at,
                numbered.event_id
        ) as campaign_place,
        row_number() over (
            partition by numbered.environment, numbered.visitor_id, numbered.visit_number
            order by
                case when numbered.user_id is null then 1 else 0 end,
                numbered.occurred_at desc,
                numbered.event_id desc
        ) as user_place
    from numbered
),

sessions as (
    select
        placed.environment,
        placed.visitor_id,
        placed.visit_number,
        max(case when placed.place = 1 then placed.event_id end) as first_event_id,
        max(case when placed.place = 1 then placed.source end) as source,
        max(placed.anonymous_id) as anonymous_id,
        max(case when placed.user_place = 1 then placed.user_id end) as user_id,
        min(placed.occurred_at) as started_at,
        max(placed.occurred_at) as ended_at,
        count(*) as events_count,
        sum(case when placed.type in ('page', 'screen') then 1 else 0 end) as pages_count,
        max(case when placed.page_place = 1 then placed.page_url end) as landing_page_url,
        max(case when placed.page_place = 1 then placed.page_host end) as page_host,
        max(case when placed.page_place = 1 then placed.page_referrer end) as referrer,
        max(case when placed.page_place = 1 then placed.referrer_host end) as referrer_host,
        max(case when placed.last_page_place = 1 then placed.page_url end) as exit_page_url,
        max(case when placed.campaign_place = 1 then placed.campaign_source end)
            as campaign_source,
        max(case when placed.campaign_place = 1 then placed.campaign_medium end)
            as campaign_medium,
        max(case when placed.campaign_place = 1 then placed.campaign_name end) as campaign_name,
        max(case when placed.campaign_place = 1 then placed.campaign_term end) as campaign_term,
        max(case when placed.campaign_place = 1 then placed.campaign_content end)
            as campaign_content,
        max(case when placed.campaign_place = 1 then placed.ad_click end) as ad_click
    from placed
    group by placed.environment, placed.visitor_id, placed.visit_number
),

blended as (
    select
        sessions.*,
        coalesce(sessions.user_id, identities.user_id, sessions.visitor_id) as blended_user_id
    from sessions
    left join intermediate.int_event_identities as identities
        on identities.environment = sessions.environment
        and identities.anonymous_id = sessions.anonymous_id
)

select
    blended.environment || ':' || blended.first_event_id as session_id,
    blended.environment,
    blended.source,
    blended.visitor_id,
    blended.anonymous_id,
    blended.user_id,
    blended.blended_user_id,
    row_number() over (
        partition by blended.environment, blended.blended_user_id
        order by blended.started_at, blended.first_event_id
    ) as session_number,
    blended.started_at,
    blended.ended_at,
    blended.events_count,
    cast(blended.pages_count as bigint) as pages_count,
    blended.landing_page_url,
    blended.exit_page_url,
    blended.referrer,
    blended.referrer_host,
    blended.campaign_source,
    blended.campaign_medium,
    blended.campaign_name,
    blended.campaign_term,
    blended.campaign_content,
    blended.ad_click,
    case
        when blended.ad_click is not null then 'paid'
        when blended.campaign_medium in (
            'cpc', 'ppc', 'cpm', 'paid', 'paidsocial', 'paid_social', 'paid-social', 'paidsearch',
            'paid_search', 'display', 'retargeting'
        ) then 'paid'
        when blended.campaign_medium in ('email', 'e-mail', 'newsletter')
            or blended.campaign_source in ('klaviyo', 'braze', 'iterable')
            then 'email'
        when blended.campaign_medium = 'sms' then 'sms'
        when blended.campaign_medium in ('affiliate', 'affiliates') then 'affiliate'
        when blended.campaign_medium in ('social', 'organic_social', 'organic-social')
            then 'social'
        when blended.campaign_source is not null then 'campaign'
        when blended.referrer_host is null or blended.referrer_host = blended.page_host
            then 'direct'
        when blended.referrer_host like '%google.%'
            or blended.referrer_host like '%bing.%'
            or blended.referrer_host like '%duckduckgo.%'
            or blended.referrer_host like '%search.yahoo.%'
            or blended.referrer_host like '%ecosia.%'
            then 'search'
        when blended.referrer_host like '%facebook.com'
            or blended.referrer_host like '%instagram.com'
            or blended.referrer_host like '%pinterest.%'
            or blended.referrer_host like '%reddit.com'
            or blended.referrer_host like '%tiktok.com'
            or blended.referrer_host like '%youtube.com'
            or blended.referrer_host in ('t.co', 'x.com')
            then 'social'
        else 'referral'
    end as channel
from blended
