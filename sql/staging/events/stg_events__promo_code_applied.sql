-- One row per Promo Code Applied event. A promo code was applied by a customer on the website;
-- older name of Coupon Applied. Sent by front-end.
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
-- column cart_id: text. Id of the cart.
-- column coupon_id: text. Id of the coupon.
-- column coupon_name: text. The coupon's name or code.
-- column discount: decimal(18,4). Amount that the coupon takes off.
-- column order_id: text. The shop's id of the order.
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
            "cart_id": "VARCHAR",
            "coupon_id": "VARCHAR",
            "coupon_name": "VARCHAR",
            "discount": "DECIMAL(18,4)",
            "order_id": "VARCHAR"
        }') as said
    from staging.stg_events__events as events
    where events.type = 'track' and events.event = 'Promo Code Applied'
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
    said.cart_id,
    said.coupon_id,
    said.coupon_name,
    said.discount,
    said.order_id
from parsed
