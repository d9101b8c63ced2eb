-- One row per User Address Updated event. An address on an account was changed. Sent by front-end
-- and back-end.
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
-- column address1: text. Street and number.
-- column address2: text. Second line of the street address.
-- column address_id: text. The order system's id of the address.
-- column city: text. City of the address.
-- column company: text. Company of the address.
-- column country: text. Country of the address.
-- column email: text. The person's e-mail, as sent.
-- column name: text. Name of the person at the address.
-- column phone: text. Phone number of the address, as sent.
-- column state: text. State or province of the address.
-- column zipcode: text. Postal code of the address.
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
            "address1": "VARCHAR",
            "address2": "VARCHAR",
            "address_id": "VARCHAR",
            "city": "VARCHAR",
            "company": "VARCHAR",
            "country": "VARCHAR",
            "email": "VARCHAR",
            "name": "VARCHAR",
            "phone": "VARCHAR",
            "state": "VARCHAR",
            "zipcode": "VARCHAR"
        }') as said
    from staging.stg_events__events as events
    where events.type = 'track' and events.event = 'User Address Updated'
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
    said.address1,
    said.address2,
    said.address_id,
    said.city,
    said.company,
    said.country,
    said.email,
    said.name,
    said.phone,
    said.state,
    said.zipcode
from parsed
