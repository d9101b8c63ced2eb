-- One row per User Updated event. A user account was changed in the order system. Sent by front-end
-- and back-end.
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
        events.received_at,
        from_json(events.properties, '{
            "bill_address": "JSON",
            "email": "VARCHAR",
            "metadata": "JSON",
            "roles": "JSON",
            "ship_address": "JSON"
        }') as said
    from staging.stg_events__events as events
    where events.type = 'track' and events.event = 'User Updated'
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
    parsed.received_at,
    said.bill_address,
    said.email,
    said.metadata,
    said.roles,
    said.ship_address
from parsed
