-- One row per custom event's name and day.
--
-- materialized: view
-- key: connection_id, event_name, date_local
-- column event_name: text. The custom event.
-- column connection_id: text. The connection that the row came through.
-- column date_local: date. The day, in the workspace's time zone.
-- column events_count: bigint. How often it came.
-- column synced_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_braze.custom_event_counts: event text, date date, count bigint,
--    _connection_id text, _synced_at timestamptz
select
    loaded.event as event_name,
    loaded._connection_id as connection_id,
    loaded.date as date_local,
    loaded.count as events_count,
    loaded._synced_at as synced_at
from raw_braze.custom_event_counts as loaded
