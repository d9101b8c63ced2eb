-- One row per Braze segment.
--
-- materialized: view
-- key: segment_id
-- column segment_id: text. The key: connection and Braze's identifier.
-- column connection_id: text. The connection that the row came through.
-- column name: text. Name.
-- column is_analytics_tracked: boolean. Whether its size is counted day by day.
-- column created_at: timestamptz. When it was made, UTC.
-- column updated_at: timestamptz. When it last changed, UTC.
-- column synced_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_braze.segments: id text, payload json, _connection_id text, _synced_at timestamptz
with parsed as (
    select
        loaded._connection_id,
        loaded._synced_at,
        loaded.id,
        from_json(loaded.payload, '{
            "name": "VARCHAR",
            "analytics_tracking_enabled": "BOOLEAN",
            "created_at": "TIMESTAMPTZ",
            "updated_at": "TIMESTAMPTZ"
        }') as node
    from raw_braze.segments as loaded
)

select
    parsed._connection_id || ':' || parsed.id as segment_id,
    parsed._connection_id as connection_id,
    node.name,
    coalesce(node.analytics_tracking_enabled, false) as is_analytics_tracked,
    node.created_at,
    node.updated_at,
    parsed._synced_at as synced_at
from parsed
