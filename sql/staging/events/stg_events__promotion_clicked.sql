-- One row per Promotion Clicked event. An on-site promotion was clicked. Sent by front-end and
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
            "affiliation": "VARCHAR",
            "brand": "VARCHAR",
            "bundle": "BOOLEAN",
            "category": "VARCHAR",
            "coupon": "VARCHAR",
            "creative": "VARCHAR",
            "currency": "VARCHAR",
            "description": "VARCHAR",
            "name": "VARCHAR",
            "option_values": "JSON",
            "position": "VARCHAR",
            "price": "DECIMAL(18,4)",
            "product_id": "VARCHAR",
            "promotion_id": "VARCHAR",
            "quantity": "BIGINT",
            "slug": "VARCHAR",
            "variant": "VARCHAR"
        }') as said
    from staging.stg_events__events as events
    where events.type = 'track' and events.event = 'Promotion Clicked'
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
    said.creative,
    said.currency,
    said.description,
    said.name,
    said.option_values,
    said.position,
    said.price,
    said.product_id,
    said.promotion_id,
    said.quantity,
    said.slug,
    said.variant
from parsed
