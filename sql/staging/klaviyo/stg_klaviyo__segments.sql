-- One row per segment of profiles.
--
-- materialized: view
-- key: segment_id
-- column segment_id: text. The segment's key: connection and Klaviyo's id.
-- column connection_id: text. The connection that the row came through.
-- column source_segment_id: text. Klaviyo's own id.
-- column segment_name: text. Name.
-- column is_active: boolean. Whether Klaviyo keeps it up to date.
-- column profile_count: bigint. Number of members; null unless the connection asks for it.
-- column created_at: timestamptz. When it was made, UTC.
-- column updated_at: timestamptz. When it last changed, UTC.
-- column synced_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_klaviyo.segments: id text, created_at timestamptz, updated_at timestamptz, payload
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
                "is_active": "BOOLEAN",
                "profile_count": "BIGINT"
            }
        }') as node
    from raw_klaviyo.segments as loaded
)

select
    parsed._connection_id || ':' || parsed.id as segment_id,
    parsed._connection_id as connection_id,
    parsed.id as source_segment_id,
    node.attributes.name as segment_name,
    node.attributes.is_active,
    node.attributes.profile_count,
    parsed.created_at,
    parsed.updated_at,
    parsed._synced_at as synced_at
from parsed
