-- One row per Product Removed from Wishlist event. A product was taken off a wish list. Sent by
-- front-end and back-end.
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
            "brand": "VARCHAR",
            "bundle": "BOOLEAN",
            "category": "VARCHAR",
            "coupon": "VARCHAR",
            "description": "VARCHAR",
            "image_url": "VARCHAR",
            "name": "VARCHAR",
            "option_values": "JSON",
            "position": "BIGINT",
            "price": "DECIMAL(18,4)",
            "product_id": "VARCHAR",
            "quantity": "BIGINT",
            "sku": "VARCHAR",
            "slug": "VARCHAR",
            "url": "VARCHAR",
            "variant": "VARCHAR",
            "wishlist_id": "VARCHAR",
            "wishlist_name": "VARCHAR"
        }') as said
    from staging.stg_events__events as events
    where events.type = 'track' and events.event = 'Product Removed from Wishlist'
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
    said.brand,
    said.bundle,
    said.category,
    said.coupon,
    said.description,
    said.image_url,
    said.name,
    said.option_values,
    said.position,
    said.price,
    said.product_id,
    said.quantity,
    said.sku,
    said.slug,
    said.url,
    said.variant,
    said.wishlist_id,
    said.wishlist_name
from parsed
