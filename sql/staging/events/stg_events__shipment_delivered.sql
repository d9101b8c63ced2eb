-- One row per Shipment Delivered event. A shipment reached the customer. Sent by back-end.
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
            "email": "VARCHAR",
            "first_name": "VARCHAR",
            "last_name": "VARCHAR",
            "order_date": "VARCHAR",
            "order_number": "VARCHAR",
            "shipment": "JSON"
        }') as said
    from staging.stg_events__events as events
    where events.type = 'track' and events.event = 'Shipment Delivered'
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
    said.email,
    said.first_name,
    said.last_name,
    said.order_date,
    said.order_number,
    said.shipment
from parsed
