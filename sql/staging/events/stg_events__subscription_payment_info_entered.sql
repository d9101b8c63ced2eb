-- One row per Subscription Payment Info Entered event. Payment details were given for a
-- subscription. Sent by front-end and back-end.
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
            "checkout_id": "VARCHAR",
            "coupon": "VARCHAR",
            "currency": "VARCHAR",
            "order_id": "VARCHAR",
            "payment_method": "VARCHAR",
            "products": "JSON",
            "shipping_method": "VARCHAR",
            "step": "BIGINT",
            "value": "DECIMAL(18,4)"
        }') as said
    from staging.stg_events__events as events
    where events.type = 'track' and events.event = 'Subscription Payment Info Entered'
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
    said.checkout_id,
    said.coupon,
    said.currency,
    said.order_id,
    said.payment_method,
    said.products,
    said.shipping_method,
    said.step,
    said.value
from parsed
