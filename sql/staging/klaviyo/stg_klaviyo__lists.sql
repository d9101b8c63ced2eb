-- One row per list of profiles.
--
-- materialized: view
-- key: list_id
-- column list_id: text. The list's key: connection and Klaviyo's id.
-- column connection_id: text. The connection that the row came through.
-- column source_list_id: text. Klaviyo's own id.
-- column list_name: text. Name.
-- column opt_in_process: text. single_opt_in or double_opt_in.
-- column profile_count: bigint. Number of members; null unless the connection asks for it.
-- column created_at: timestamptz. When it was made, UTC.
-- column updated_at: timestamptz. When it last changed, UTC.
-- column synced_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_klaviyo.lists: id text, created_at timestamptz, updated_at timestamptz, payload
--    json, _connection_id text, _synced_at timestamptz
with parsed as (
    select
        loaded._connection_id,
        loaded._synced_at,
        loaded.id,
        loaded.created_at,
        loaded.updated_at,
        from_json(loaded.payload, '{
            "attributes": {
                "name": "VARCHAR",
                "opt_in_process": "VARCHAR",
                "profile_count": "BIGINT"
            }
        }') as node
    from raw_klaviyo.lists as loaded
)

select
    parsed._connection_id || ':' || parsed.id as list_id,
    parsed._connection_id as connection_id,
    parsed.id as source_list_id,
    node.attributes.name as list_name,
    node.attributes.opt_in_process,
    node.attributes.profile_count,
    parsed.created_at,
    parsed.updated_at,
    parsed._synced_at as synced_at
from parsed
