-- One row per message that a step of a flow sends.
--
-- materialized: view
-- key: flow_message_id
-- column flow_message_id: text. The message's key: connection and Klaviyo's id.
-- column connection_id: text. The connection that the row came through.
-- column source_flow_message_id: text. Klaviyo's own id.
-- column flow_id: text. The flow's key.
-- column flow_action_id: text. The step's key.
-- column channel: text. email, sms and so on.
-- column message_name: text. Name.
-- column subject: text. Subject of an e-mail.
-- column created_at: timestamptz. When it was made, UTC.
-- column updated_at: timestamptz. When it last changed, UTC.
-- column synced_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_klaviyo.flow_messages: id text, created_at timestamptz, updated_at timestamptz,
--    flow_id text, flow_action_id text, payload json, _connection_id text, _synced_at timestamptz
with parsed as (
    select
        loaded._connection_id,
        loaded._synced_at,
        loaded.id,
        loaded.created_at,
        loaded.updated_at,
        loaded.flow_id,
        loaded.flow_action_id,
        from_json(loaded.payload, '{
            "attributes": {
                "channel": "VARCHAR",
                "definition": {"name": "VARCHAR", "subject_line": "VARCHAR"}
            }
        }') as node
    from raw_klaviyo.flow_messages as loaded
)

select
    parsed._connection_id || ':' || parsed.id as flow_message_id,
    parsed._connection_id as connection_id,
    parsed.id as source_flow_message_id,
    parsed._connection_id || ':' || parsed.flow_id as flow_id,
    parsed._connection_id || ':' || parsed.flow_action_id as flow_action_id,
    node.attributes.channel,
    node.attributes.definition.name as message_name,
    node.attributes.definition.subject_line as subject,
    parsed.created_at,
    parsed.updated_at,
    parsed._synced_at as synced_at
from parsed
