-- One row per session: how long it was, how much it held, and at which moments the things happened
-- that describe it.
--
-- materialized: table
-- key: session_key
-- column session_key: bigint. The session, as a number of this build.
-- column ended_at: timestamptz. Its last event, UTC.
-- column events_count: bigint. Events of the session.
-- column pages_count: hugeint. Page and screen calls of the session.
-- column is_anonymous_id: boolean. Whether its visitor is an anonymous id.
-- column first_page_at: timestamptz. Its first event with a page's address.
-- column last_page_at: timestamptz. Its last event with a page's address.
-- column campaign_at: timestamptz. Its first event with a campaign or an ad's mark.
-- column last_user_at: timestamptz. Its last event with a user id.
select
    starts.session_key,
    max(events.occurred_at) as ended_at,
    count(*) as events_count,
    sum(case when events.type in ('page', 'screen') then 1 else 0 end) as pages_count,
    max(case when events.anonymous_id is null then 0 else 1 end) = 1 as is_anonymous_id,
    min(case when events.page_url is not null then events.occurred_at end) as first_page_at,
    max(case when events.page_url is not null then events.occurred_at end) as last_page_at,
    min(
        case
            when events.campaign_source is not null or events.ad_click is not null
                then events.occurred_at
        end
    ) as campaign_at,
    max(case when events.user_id is not null then events.occurred_at end) as last_user_at
from marts.fct_events as events
inner join intermediate.int_session_starts as starts
    on starts.environment = events.environment
    and starts.visitor_id = coalesce(events.anonymous_id, events.user_id)
    and starts.started_at <= events.occurred_at
    and (starts.next_started_at is null or starts.next_started_at > events.occurred_at)
where events.side = 'front-end'
group by starts.session_key
