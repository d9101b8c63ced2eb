-- One row per Subscription Auto-Renewed event. A subscription installment order went through. Sent
-- by back-end.
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
-- column actionable_date: text. Day on which the subscription orders next, as sent.
-- column address: json. The subscription's shipping address, an object as sent.
-- column brand: text. The product's brand.
-- column currency: text. Currency of the amounts, as sent.
-- column email: text. The person's e-mail, as sent.
-- column end_date: text. Day on which the subscription ends, as sent.
-- column interval_length: bigint. Number of units between two orders of the subscription.
-- column interval_units: text. Unit of the subscription's interval, such as month.
-- column products: json. The subscription's products; an array of objects as sent.
-- column state: text. Where the subscription stands, as sent.
-- column subscription_id: text. Id of the subscription.
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
            "actionable_date": "VARCHAR",
            "address": "JSON",
            "brand": "VARCHAR",
            "currency": "VARCHAR",
            "email": "VARCHAR",
            "end_date": "VARCHAR",
            "interval_length": "BIGINT",
            "interval_units": "VARCHAR",
            "products": "JSON",
            "state": "VARCHAR",
            "subscription_id": "VARCHAR"
        }') as said
    from staging.stg_events__events as events
    where events.type = 'track' and events.event = 'Subscription Auto-Renewed'
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
    said.actionable_date,
    said.address,
    said.brand,
    said.currency,
    said.email,
    said.end_date,
    said.interval_length,
    said.interval_units,
    said.products,
    said.state,
    said.subscription_id
from parsed
