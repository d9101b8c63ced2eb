-- One row per day of the workspace.
--
-- materialized: view
-- key: connection_id, date_local
-- column date_local: date. The day, in the workspace's time zone.
-- column connection_id: text. The connection that the row came through.
-- column sessions_count: bigint. Sessions in its apps and sites.
-- column synced_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_braze.sessions: date date, sessions bigint, _connection_id text,
--    _synced_at timestamptz
select
    loaded.date as date_local,
    loaded._connection_id as connection_id,
    loaded.sessions as sessions_count,
    loaded._synced_at as synced_at
from raw_braze.sessions as loaded
