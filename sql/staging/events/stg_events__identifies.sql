-- One row per identify call: what was known of a person at that moment.
--
-- materialized: view
-- column event_id: text. The message's key: source and message id.
-- column source: text. The source that it came through.
-- column side: text. front-end or back-end.
-- column environment: text. production or staging.
-- column message_id: text. The sender's id of the message.
-- column user_id: text. The sender's id of the person.
-- column anonymous_id: text. The browser's or device's id.
-- column email: text. The e-mail, in lower case without blanks around it.
-- column occurred_at: timestamptz. When it happened, UTC, the sender's clock corrected.
-- column received_at: timestamptz. When it came in, UTC.
-- column first_name: text. First name.
-- column last_name: text. Last name.
-- column name: text. Whole name, as sent.
-- column phone: text. Phone number, as sent.
-- column username: text. Name that the person signs in by.
-- column account_created_at: text. When the account was made, as sent.
-- column city: text. City of the address.
-- column province: text. State or province of the address, as sent.
-- column country: text. Country of the address, as sent.
-- column postal_code: text. Postal code of the address.
with parsed as (
    select
        events.event_id,
        events.source,
        events.side,
        events.environment,
        events.message_id,
        events.user_id,
        events.anonymous_id,
        events.email,
        events.occurred_at,
        events.received_at,
        from_json(events.traits, '{
            "firstName": "VARCHAR",
            "first_name": "VARCHAR",
            "lastName": "VARCHAR",
            "last_name": "VARCHAR",
            "name": "VARCHAR",
            "phone": "VARCHAR",
            "username": "VARCHAR",
            "createdAt": "VARCHAR",
            "address": {
                "city": "VARCHAR",
                "state": "VARCHAR",
                "country": "VARCHAR",
                "postalCode": "VARCHAR"
            }
        }') as traits
    from staging.stg_events__events as events
    where events.type = 'identify'
)

select
    parsed.event_id,
    parsed.source,
    parsed.side,
    parsed.environment,
    parsed.message_id,
    parsed.user_id,
    parsed.anonymous_id,
    parsed.email,
    parsed.occurred_at,
    parsed.received_at,
    coalesce(traits."firstName", traits.first_name) as first_name,
    coalesce(traits."lastName", traits.last_name) as last_name,
    traits.name,
    traits.phone,
    traits.username,
    traits."createdAt" as account_created_at,
    traits.address.city as city,
    traits.address.state as province,
    traits.address.country as country,
    traits.address."postalCode" as postal_code
from parsed
