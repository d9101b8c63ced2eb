-- One row per Checkout Abandoned event. A started checkout was left unfinished. Sent by back-end.
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
            "checkout_type": "VARCHAR",
            "coupon": "VARCHAR",
            "currency": "VARCHAR",
            "discount": "DECIMAL(18,4)",
            "discounted_order_cart_url": "VARCHAR",
            "email": "VARCHAR",
            "order_cart_url": "VARCHAR",
            "order_id": "VARCHAR",
            "order_name": "VARCHAR",
            "phone": "VARCHAR",
            "products": "JSON",
            "revenue": "DECIMAL(18,4)",
            "shipping": "DECIMAL(18,4)",
            "tax": "DECIMAL(18,4)",
            "value": "DECIMAL(18,4)"
        }') as said
    from staging.stg_events__events as events
    where events.type = 'track' and events.event = 'Checkout Abandoned'
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
    said.checkout_type,
    said.coupon,
    said.currency,
    said.discount,
    said.discounted_order_cart_url,
    said.email,
    said.order_cart_url,
    said.order_id,
    said.order_name,
    said.phone,
    said.products,
    said.revenue,
    said.shipping,
    said.tax,
    said.value
from parsed
