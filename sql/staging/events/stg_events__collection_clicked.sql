-- One row per Collection Clicked event. A link to a collection was clicked. Sent by front-end.
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
            "brand": "VARCHAR",
            "collection_id": "VARCHAR",
            "description": "VARCHAR",
            "image_url": "VARCHAR",
            "slug": "VARCHAR",
            "title": "VARCHAR",
            "url": "VARCHAR"
        }') as said
    from staging.stg_events__events as events
    where events.type = 'track' and events.event = 'Collection Clicked'
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
    said.brand,
    said.collection_id,
    said.description,
    said.image_url,
    said.slug,
    said.title,
    said.url
from parsed
