-- One row per session: when it was, how much it held, who it was, and which of the person's sessions.
--
-- materialized: table
-- key: session_key
-- column session_key: bigint. The session, as a number of this build.
-- column environment: text. production or staging.
-- column visitor_id: text. The anonymous id, or the user id where none was sent.
-- column anonymous_id: text. The anonymous id; null where none was sent.
-- column started_at: timestamptz. Its first event, UTC.
-- column ended_at: timestamptz. Its last event, UTC.
-- column events_count: bigint. Events of the session.
-- column pages_count: bigint. Page and screen calls of the session.
-- column user_id: text. The user id that was sent last within the session.
-- column blended_user_id: text. The session's user id, else the user that the anonymous id is known
--    to be, else the anonymous id.
-- column session_number: bigint. 1 for the person's first session.
with people as (
    select
        starts.session_key,
        starts.environment,
        starts.visitor_id,
        case when spans.is_anonymous_id then starts.visitor_id end as anonymous_id,
        starts.started_at,
        spans.ended_at,
        spans.events_count,
        cast(spans.pages_count as bigint) as pages_count,
        users.user_id,
        coalesce(users.user_id, identities.user_id, starts.visitor_id) as blended_user_id
    from intermediate.int_session_starts as starts
    inner join intermediate.int_session_spans as spans on spans.session_key = starts.session_key
    inner join intermediate.int_session_marks as marks on marks.session_key = starts.session_key
    left join marts.fct_events as users on users.event_id = marks.user_event_id
    left join intermediate.int_event_identities as identities
        on identities.environment = starts.environment
        and identities.anonymous_id = starts.visitor_id
)

select
    people.session_key,
    people.environment,
    people.visitor_id,
    people.anonymous_id,
    people.started_at,
    people.ended_at,
    people.events_count,
    people.pages_count,
    people.user_id,
    people.blended_user_id,
    row_number() over (
        partition by people.environment, people.blended_user_id
        order by people.started_at, people.session_key
    ) as session_number
from people
