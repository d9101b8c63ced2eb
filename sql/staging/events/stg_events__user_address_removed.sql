-- One row per User Address Removed event. An address was removed from an account. Sent by front-end
-- and back-end.
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
    where events.type = 'track' and events.event = 'User Address Removed'
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
