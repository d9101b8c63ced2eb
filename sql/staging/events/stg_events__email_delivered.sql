-- One row per Email Delivered event. A mail server took an email. Sent by front-end and back-end.
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
-- column campaign_id: text. Id of the e-mail's campaign.
-- column campaign_name: text. Name of the e-mail's campaign.
-- column email_id: text. Id of the e-mail.
-- column email_subject: text. The e-mail's subject line.
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
            "email_subject": "VARCHAR"
        }') as said
    from staging.stg_events__events as events
    where events.type = 'track' and events.event = 'Email Delivered'
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
    said.email_subject
from parsed
