-- One row per template of an e-mail.
--
-- materialized: view
-- key: template_id
-- column template_id: text. The template's key: connection and Klaviyo's id.
-- column connection_id: text. The connection that the row came through.
-- column source_template_id: text. Klaviyo's own id.
-- column template_name: text. Name.
-- column editor_type: text. How it was made: CODE, SYSTEM_DRAGGABLE and so on.
-- column created_at: timestamptz. When it was made, UTC.
-- column updated_at: timestamptz. When it last changed, UTC.
-- column synced_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_klaviyo.templates: id text, created_at timestamptz, updated_at timestamptz, payload
--    json, _connection_id text, _synced_at timestamptz
with parsed as (
    select
        loaded._connection_id,
        loaded._synced_at,
        loaded.id,
        loaded.created_at,
        loaded.updated_at,
        from_json(loaded.payload, '{
            "attributes": {"name": "VARCHAR", "editor_type": "VARCHAR"}
        }') as node
    from raw_klaviyo.templates as loaded
)

select
    parsed._connection_id || ':' || parsed.id as template_id,
    parsed._connection_id as connection_id,
    parsed.id as source_template_id,
    node.attributes.name as template_name,
    node.attributes.editor_type,
    parsed.created_at,
    parsed.updated_at,
    parsed._synced_at as synced_at
from parsed
