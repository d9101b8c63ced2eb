-- One row per Cart Shared event. A shopper sent their cart to other people. Sent by front-end and
-- back-end.
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
            "products": "JSON",
            "recipient": "VARCHAR",
            "share_message": "VARCHAR",
            "share_via": "VARCHAR"
        }') as said
    from staging.stg_events__events as events
    where events.type = 'track' and events.event = 'Cart Shared'
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
    said.products,
    said.recipient,
    said.share_message,
    said.share_via
from parsed
