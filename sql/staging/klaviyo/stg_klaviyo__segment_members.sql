-- One row per profile in a segment. Empty unless the connection asks for members.
--
-- materialized: view
-- key: segment_id, profile_id
-- column segment_id: text. The segment's key.
-- column profile_id: text. The profile's key.
-- column connection_id: text. The connection that the row came through.
-- column joined_at: timestamptz. Since when, UTC.
-- column synced_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_klaviyo.segment_members: segment_id text, profile_id text, joined_at timestamptz,
--    _connection_id text, _synced_at timestamptz
select
    loaded._connection_id || ':' || loaded.segment_id as segment_id,
    loaded._connection_id || ':' || loaded.profile_id as profile_id,
    loaded._connection_id as connection_id,
    loaded.joined_at,
    loaded._synced_at as synced_at
from raw_klaviyo.segment_members as loaded
