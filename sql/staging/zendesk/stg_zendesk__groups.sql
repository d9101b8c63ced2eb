-- One row per group of agents.
--
-- materialized: view
-- key: group_id
-- column group_id: text. The group's key: connection and Zendesk's id.
-- column connection_id: text. The connection that the row came through.
-- column name: text. Name.
-- column is_deleted: boolean. Whether it was deleted.
-- column synced_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_zendesk.groups: id text, payload json, _connection_id text, _synced_at timestamptz
with parsed as (
    select
        loaded._connection_id,
        loaded._synced_at,
        loaded.id,
        from_json(loaded.payload, '{
            "name": "VARCHAR",
            "deleted": "BOOLEAN"
        }') as node
    from raw_zendesk.groups as loaded
)

select
    parsed._connection_id || ':' || parsed.id as group_id,
    parsed._connection_id as connection_id,
    node.name,
    coalesce(node.deleted, false) as is_deleted,
    parsed._synced_at as synced_at
from parsed
