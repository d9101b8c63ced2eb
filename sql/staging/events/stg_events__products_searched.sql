-- One row per Products Searched event. The catalogue was searched. Sent by front-end.
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
            "currency": "VARCHAR",
            "price": "DECIMAL(18,4)",
            "product_id": "VARCHAR",
            "quantity": "BIGINT",
            "query": "JSON"
        }') as said
    from staging.stg_events__events as events
    where events.type = 'track' and events.event = 'Products Searched'
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
    said.currency,
    said.price,
    said.product_id,
    said.quantity,
    said.query
from parsed
