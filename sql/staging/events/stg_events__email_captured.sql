-- One row per Email Captured event. An email address was given in a form on the site. Sent by
-- front-end.
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
-- column email: text. The e-mail that was given, as sent.
-- column placement_component: text. Part of the page that the form stood in.
-- column placement_page: text. Page that the form stood on.
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
            "email": "VARCHAR",
            "placement_component": "VARCHAR",
            "placement_page": "VARCHAR"
        }') as said
    from staging.stg_events__events as events
    where events.type = 'track' and events.event = 'Email Captured'
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
    said.email,
    said.placement_component,
    said.placement_page
from parsed
