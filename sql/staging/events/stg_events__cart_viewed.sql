-- One row per Cart Viewed event. The cart page or drawer was opened. Sent by front-end.
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
            "cart_id": "VARCHAR",
            "currency": "VARCHAR",
            "products": "JSON",
            "value": "DECIMAL(18,4)"
        }') as said
    from staging.stg_events__events as events
    where events.type = 'track' and events.event = 'Cart Viewed'
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
    said.cart_id,
    said.currency,
    said.products,
    said.value
from parsed
