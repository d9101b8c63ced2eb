-- One row per Subscription Created event. An order opened a new subscription. Sent by back-end.
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
    where events.type = 'track' and events.event = 'Subscription Created'
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
