-- One row per Payment Info Entered event. Payment details were given at checkout. Sent by
-- front-end.
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
-- column checkout_id: text. Id of the checkout.
-- column coupon: text. Coupon or promotion code that applied.
-- column currency: text. Currency of the amounts, as sent.
-- column order_id: text. The shop's id of the order.
-- column payment_method: text. How it is paid.
-- column products: json. The products of the checkout; an array of objects as sent.
-- column shipping_method: text. How it ships.
-- column step: bigint. Number of the checkout step.
-- column value: decimal(18,4). Value of the checkout, as the sender reckons it.
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
    where events.type = 'track' and events.event = 'Payment Info Entered'
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
