-- One row per sign-up form.
--
-- materialized: view
-- key: form_id
-- column form_id: text. The form's key: connection and Klaviyo's id.
-- column connection_id: text. The connection that the row came through.
-- column source_form_id: text. Klaviyo's own id.
-- column form_name: text. Name.
-- column status: text. draft or live.
-- column is_tested: boolean. Whether variants of it are tested.
-- column created_at: timestamptz. When it was made, UTC.
-- column updated_at: timestamptz. When it last changed, UTC.
-- column synced_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_klaviyo.forms: id text, created_at timestamptz, updated_at timestamptz, payload
--    json, _connection_id text, _synced_at timestamptz
with parsed as (
    select
        loaded._connection_id,
        loaded._synced_at,
        loaded.id,
        loaded.created_at,
        loaded.updated_at,
        from_json(loaded.payload, '{
            "attributes": {"name": "VARCHAR", "status": "VARCHAR", "ab_test": "BOOLEAN"}
        }') as node
    from raw_klaviyo.forms as loaded
)

select
    parsed._connection_id || ':' || parsed.id as form_id,
    parsed._connection_id as connection_id,
    parsed.id as source_form_id,
    node.attributes.name as form_name,
    node.attributes.status,
    node.attributes.ab_test as is_tested,
    parsed.created_at,
    parsed.updated_at,
    parsed._synced_at as synced_at
from parsed
