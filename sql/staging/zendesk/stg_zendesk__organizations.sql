-- One row per Zendesk organization.
--
-- materialized: view
-- key: organization_id
-- column organization_id: text. The organization's key: connection and Zendesk's id.
-- column connection_id: text. The connection that the row came through.
-- column name: text. Name.
-- column external_id: text. An id that another program gave it.
-- column tags: text. Tags, joined by a comma and a space.
-- column created_at: timestamptz. When it was made, UTC.
-- column updated_at: timestamptz. When it last changed, UTC.
-- column synced_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_zendesk.organizations: id text, created_at timestamptz, updated_at timestamptz,
--    payload json, _connection_id text, _synced_at timestamptz
with parsed as (
    select
        loaded._connection_id,
        loaded._synced_at,
        loaded.id,
        loaded.created_at,
        loaded.updated_at,
        from_json(loaded.payload, '{
            "name": "VARCHAR",
            "external_id": "VARCHAR",
            "tags": ["VARCHAR"]
        }') as node
    from raw_zendesk.organizations as loaded
)

select
    parsed._connection_id || ':' || parsed.id as organization_id,
    parsed._connection_id as connection_id,
    node.name,
    node.external_id,
    nullif(array_to_string(node.tags, ', '), '') as tags,
    parsed.created_at,
    parsed.updated_at,
    parsed._synced_at as synced_at
from parsed
