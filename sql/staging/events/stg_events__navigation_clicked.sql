-- One row per Navigation Clicked event. A navigation link was clicked. Sent by front-end.
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
            "category": "VARCHAR",
            "label": "VARCHAR",
            "navigation_placement": "VARCHAR",
            "navigation_title": "VARCHAR",
            "navigation_url": "VARCHAR"
        }') as said
    from staging.stg_events__events as events
    where events.type = 'track' and events.event = 'Navigation Clicked'
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
    said.category,
    said.label,
    said.navigation_placement,
    said.navigation_title,
    said.navigation_url
from parsed
