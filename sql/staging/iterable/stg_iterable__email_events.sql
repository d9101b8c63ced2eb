-- One row per thing that happened with an e-mail: sent, opened, clicked, bounced, complained of,
-- left.
--
-- materialized: view
-- key: event_id
-- column event_id: text. The event's key: connection and a hash of what tells it apart.
-- column connection_id: text. The connection that the row came through.
-- column event_kind: text. Iterable's name of the kind of event: emailSend, emailOpen, emailClick
--    and so on.
-- column campaign_id: text. The campaign that it belongs to.
-- column template_id: text. Iterable's id of the template.
-- column message_id: text. Iterable's id of the message.
-- column email: text. Whose it was.
-- column normalized_email: text. That e-mail in lower case without blanks around it.
-- column source_user_id: text. The store's id of the person.
-- column url: text. Address that was clicked.
-- column occurred_at: timestamptz. When it happened, UTC.
-- column synced_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_iterable.email_events: event_id text, data_type text, campaign_id text, message_id
--    text, email text, created_at timestamptz, payload json, _connection_id text, _synced_at
--    timestamptz
with parsed as (
    select
        loaded._connection_id,
        loaded._synced_at,
        loaded.event_id,
        loaded.data_type,
        loaded.campaign_id,
        loaded.message_id,
        loaded.email,
        loaded.created_at,
        from_json(loaded.payload, '{
            "templateId": "VARCHAR",
            "userId": "VARCHAR",
            "href": "VARCHAR",
            "url": "VARCHAR"
        }') as record
    from raw_iterable.email_events as loaded
)

select
    parsed._connection_id || ':' || parsed.event_id as event_id,
    parsed._connection_id as connection_id,
    parsed.data_type as event_kind,
    parsed._connection_id || ':' || parsed.campaign_id as campaign_id,
    record.templateId as template_id,
    parsed.message_id,
    parsed.email,
    nullif(lower(trim(parsed.email)), '') as normalized_email,
    record.userId as source_user_id,
    coalesce(record.href, record.url) as url,
    parsed.created_at as occurred_at,
    parsed._synced_at as synced_at
from parsed
