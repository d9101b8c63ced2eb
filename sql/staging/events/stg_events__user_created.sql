-- One row per User Created event. A user account was created in the order system. Sent by back-end.
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
            "ship_address": "JSON",
            "store_credit_balance": "DECIMAL(18,4)",
            "user_id": "VARCHAR"
        }') as said
    from staging.stg_events__events as events
    where events.type = 'track' and events.event = 'User Created'
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
    said.ship_address,
    said.store_credit_balance,
    said.user_id as sent_user_id
from parsed
