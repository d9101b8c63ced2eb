-- One row per segment and day.
--
-- materialized: view
-- key: segment_id, date_local
-- column segment_id: text. The segment's key.
-- column connection_id: text. The connection that the row came through.
-- column date_local: date. The day.
-- column account_time_zone: text. The account's time zone, in which the day runs.
-- column total_members: bigint. Members at the end of the day.
-- column members_added: bigint. Members that came.
-- column members_removed: bigint. Members that left.
-- column net_members_changed: bigint. Came less left.
-- column synced_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_klaviyo.segment_series: segment_id text, date date, time_zone text, total_members
--    bigint, members_added bigint, members_removed bigint, net_members_changed bigint,
--    _connection_id text, _synced_at timestamptz
select
    loaded._connection_id || ':' || loaded.segment_id as segment_id,
    loaded._connection_id as connection_id,
    loaded.date as date_local,
    loaded.time_zone as account_time_zone,
    loaded.total_members,
    loaded.members_added,
    loaded.members_removed,
    loaded.net_members_changed,
    loaded._synced_at as synced_at
from raw_klaviyo.segment_series as loaded
