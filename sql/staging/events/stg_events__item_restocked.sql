-- One row per Item Restocked event. A product someone asked to be told about is back in stock. Sent
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
        events.received_at,
        from_json(events.properties, '{
            "affiliation": "VARCHAR",
            "backorderable": "BOOLEAN",
            "brand": "VARCHAR",
            "bundle": "BOOLEAN",
            "category": "VARCHAR",
            "coupon": "VARCHAR",
            "currency": "VARCHAR",
            "description": "VARCHAR",
            "email": "VARCHAR",
            "image_url": "VARCHAR",
            "name": "VARCHAR",
            "option_values": "JSON",
            "position": "BIGINT",
            "price": "DECIMAL(18,4)",
            "product_id": "VARCHAR",
            "quantity": "BIGINT",
            "sku": "VARCHAR",
            "slug": "VARCHAR",
            "stock_request_id": "VARCHAR",
            "total_on_hand": "BIGINT",
            "url": "VARCHAR",
            "variant": "VARCHAR",
            "variant_id": "VARCHAR"
        }') as said
    from staging.stg_events__events as events
    where events.type = 'track' and events.event = 'Item Restocked'
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
    said.affiliation,
    said.backorderable,
    said.brand,
    said.bundle,
    said.category,
    said.coupon,
    said.currency,
    said.description,
    said.email,
    said.image_url,
    said.name,
    said.option_values,
    said.position,
    said.price,
    said.product_id,
    said.quantity,
    said.sku,
    said.slug,
    said.stock_request_id,
    said.total_on_hand,
    said.url,
    said.variant,
    said.variant_id
from parsed
