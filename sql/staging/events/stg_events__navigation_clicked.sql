-- One row per Navigation Clicked event. A navigation link was clicked. Sent by front-end.
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
-- column category: text. Category of the link.
-- column label: text. Text of the link.
-- column navigation_placement: text. Where on the page the link stood.
-- column navigation_title: text. Title of the navigation entry.
-- column navigation_url: text. Address that the link led to.
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
