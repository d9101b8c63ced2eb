-- One row per Products Searched event. The catalogue was searched. Sent by front-end.
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
-- column currency: text. Currency of the price, as sent.
-- column price: decimal(18,4). Price of one unit.
-- column product_id: text. Id of the product.
-- column quantity: bigint. Number of units, rounded to whole ones.
-- column query: json. What was searched for: a text, or an object as sent.
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
            "currency": "VARCHAR",
            "price": "DECIMAL(18,4)",
            "product_id": "VARCHAR",
            "quantity": "BIGINT",
            "query": "JSON"
        }') as said
    from staging.stg_events__events as events
    where events.type = 'track' and events.event = 'Products Searched'
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
    said.currency,
    said.price,
    said.product_id,
    said.quantity,
    said.query
from parsed
