-- One row per Product List Viewed event. A product list or category was shown. Sent by front-end.
--
-- materialized: view
-- column event_id: text. The message's key: source and message id.
-- column source: text. The source that it came through.
-- column side: text. front-end or back-end.
-- column environment: text. production or staging.
-- column message_id: text. The sender's id of the message.
-- column event_text: text. The event's name as it was sent.
-- column user_id: text. The sender's id of the person.
-- column anonymous_id: text. The browser's or device's id.
-- column occurred_at: timestamptz. When it happened, UTC, the sender's clock corrected.
-- column received_at: timestamptz. When it came in, UTC.
-- column category: text. Category of the list.
-- column item_list_id: text. Id of the list that the products stood in.
-- column item_list_name: text. Name of the list that the products stood in.
-- column list_id: text. Id of the product list.
-- column products: json. The products of the list; an array of objects as sent.
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
