-- One row per Cart Shared event. A shopper sent their cart to other people. Sent by front-end and
-- back-end.
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
-- column products: json. The products in the cart; an array of objects as sent.
-- column recipient: text. Whom it was shared with.
-- column share_message: text. Message that went with it.
-- column share_via: text. Way that it was shared, such as e-mail.
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
            "products": "JSON",
            "recipient": "VARCHAR",
            "share_message": "VARCHAR",
            "share_via": "VARCHAR"
        }') as said
    from staging.stg_events__events as events
    where events.type = 'track' and events.event = 'Cart Shared'
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
    said.products,
    said.recipient,
    said.share_message,
    said.share_via
from parsed
