-- One row per Email Link Clicked event. A link in an email was clicked. Sent by front-end and back-
-- end.
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
            "campaign_id": "VARCHAR",
            "campaign_name": "VARCHAR",
            "email_id": "VARCHAR",
            "email_subject": "VARCHAR",
            "link_id": "VARCHAR",
            "link_url": "VARCHAR"
        }') as said
    from staging.stg_events__events as events
    where events.type = 'track' and events.event = 'Email Link Clicked'
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
    said.campaign_id,
    said.campaign_name,
    said.email_id,
    said.email_subject,
    said.link_id,
    said.link_url
from parsed
