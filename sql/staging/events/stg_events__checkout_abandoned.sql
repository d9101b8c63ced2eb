-- One row per Checkout Abandoned event. A started checkout was left unfinished. Sent by back-end.
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
-- column affiliation: text. Store or channel that it was sold through.
-- column checkout_type: text. Kind of checkout that was used.
-- column coupon: text. Coupon code of the order.
-- column currency: text. Currency of the amounts, as sent.
-- column discount: decimal(18,4). Discounts of the order.
-- column discounted_order_cart_url: text. Link back to the cart with a discount applied.
-- column email: text. The person's e-mail, as sent.
-- column order_cart_url: text. Link back to the cart.
-- column order_id: text. The shop's id of the order.
-- column order_name: text. Number of the order as people see it.
-- column phone: text. The customer's phone number, as sent.
-- column products: json. The products of the checkout; an array of objects as sent.
-- column revenue: decimal(18,4). Revenue that the order would bring, as the sender reckons it.
-- column shipping: decimal(18,4). Shipping costs of the order.
-- column tax: decimal(18,4). Tax of the order.
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
