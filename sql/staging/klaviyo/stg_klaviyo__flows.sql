-- One row per flow (automation), archived ones too.
--
-- materialized: view
-- key: flow_id
-- column flow_id: text. The flow's key: connection and Klaviyo's id.
-- column connection_id: text. The connection that the row came through.
-- column source_flow_id: text. Klaviyo's own id.
-- column flow_name: text. Name.
-- column status: text. draft, manual or live.
-- column is_archived: boolean. Whether it was put away.
-- column trigger_type: text. What starts it, such as Metric or Added to List.
-- column created_at: timestamptz. When it was made, UTC.
-- column updated_at: timestamptz. When it last changed, UTC.
-- column synced_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_klaviyo.flows: id text, created_at timestamptz, updated_at timestamptz, payload
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
                "status": "VARCHAR",
                "archived": "BOOLEAN",
                "trigger_type": "VARCHAR"
            }
        }') as node
    from raw_klaviyo.flows as loaded
)

select
    parsed._connection_id || ':' || parsed.id as flow_id,
    parsed._connection_id as connection_id,
    parsed.id as source_flow_id,
    node.attributes.name as flow_name,
    node.attributes.status,
    node.attributes.archived as is_archived,
    node.attributes.trigger_type,
    parsed.created_at,
    parsed.updated_at,
    parsed._synced_at as synced_at
from parsed
