-- One row per day of the workspace.
--
-- materialized: view
-- key: connection_id, date_local
-- column date_local: date. The day, in the workspace's time zone.
-- column connection_id: text. The connection that the row came through.
-- column new_users_count: bigint. People who were new.
-- column daily_active_users_count: bigint. People who were active that day.
-- column monthly_active_users_count: bigint. People who were active in the 30 days up to it.
-- column uninstalls_count: bigint. Apps that were taken off.
-- column synced_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_braze.kpis: date date, new_users bigint, dau bigint, mau bigint, uninstalls bigint,
--    _connection_id text, _synced_at timestamptz
select
    loaded.date as date_local,
    loaded._connection_id as connection_id,
    loaded.new_users as new_users_count,
    loaded.dau as daily_active_users_count,
    loaded.mau as monthly_active_users_count,
    loaded.uninstalls as uninstalls_count,
    loaded._synced_at as synced_at
from raw_braze.kpis as loaded
