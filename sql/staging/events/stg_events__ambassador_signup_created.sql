-- One row per Ambassador Signup Created event. A visitor asked about the ambassador program. Sent
-- by front-end and back-end.
--
-- materialized: view
with parsed as (
    select
        events.event_id,
        events.source,
        events.side,
        events.environment,
        events.message_id,
        events.event_text,
        events.user_id,
        events.anonymous_id,
        events.occurred_at,
        events.received_at
    from staging.stg_events__events as events
    where events.type = 'track' and events.event = 'Ambassador Signup Created'
)

select
    parsed.event_id,
    parsed.source,
    parsed.side,
    parsed.environment,
    parsed.message_id,
    parsed.event_text,
    parsed.user_id,
    parsed.anonymous_id,
    parsed.occurred_at,
    parsed.received_at
from parsed
