-- One row per Product List Viewed event. A product list or category was shown. Sent by front-end.
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
            "category": "VARCHAR",
            "item_list_id": "VARCHAR",
            "item_list_name": "VARCHAR",
            "list_id": "VARCHAR",
            "products": "JSON"
        }') as said
    from staging.stg_events__events as events
    where events.type = 'track' and events.event = 'Product List Viewed'
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
    said.category,
    said.item_list_id,
    said.item_list_name,
    said.list_id,
    said.products
from parsed
