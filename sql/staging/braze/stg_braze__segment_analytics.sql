-- One row per segment and day.
--
-- materialized: view
-- key: segment_id, date_local
-- column segment_id: text. The segment.
-- column connection_id: text. The connection that the row came through.
-- column date_local: date. The day, in the workspace's time zone.
-- column people_count: bigint. Its estimated size.
-- column synced_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_braze.segment_analytics: segment_id text, date date, size bigint,
--    _connection_id text, _synced_at timestamptz
select
    loaded._connection_id || ':' || loaded.segment_id as segment_id,
    loaded._connection_id as connection_id,
    loaded.date as date_local,
    loaded.size as people_count,
    loaded._synced_at as synced_at
from raw_braze.segment_analytics as loaded
