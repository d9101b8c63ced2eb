-- One row per Subscription Installment Insufficient Stock event. An installment order could not be
-- filled, variant out of stock. Sent by back-end.
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
    where events.type = 'track' and events.event = 'Subscription Installment Insufficient Stock'
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
