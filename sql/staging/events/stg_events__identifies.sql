-- One row per identify call: what was known of a person at that moment.
--
-- materialized: view
-- column email: text. The e-mail, in lower case without blanks around it.
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
