-- One row per metric and day with events, as Klaviyo counts them: what the events add up to.
--
-- materialized: view
-- key: metric_id, date_local
-- column metric_id: text. The metric's key.
-- column connection_id: text. The connection that the row came through.
-- column date_local: date. The day.
-- column account_time_zone: text. The account's time zone, in which the day runs.
-- column event_count: bigint. Events.
-- column sum_value: decimal(18,4). Sum of their values.
-- column unique_profiles: bigint. Profiles that did it.
-- column synced_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_klaviyo.metric_aggregates: metric_id text, date date, time_zone text, event_count
--    bigint, sum_value decimal(38,9), unique_profiles bigint, _connection_id text, _synced_at
--    timestamptz
select
    loaded._connection_id || ':' || loaded.metric_id as metric_id,
    loaded._connection_id as connection_id,
    loaded.date as date_local,
    loaded.time_zone as account_time_zone,
    loaded.event_count,
    loaded.sum_value::decimal(18,4) as sum_value,
    loaded.unique_profiles,
    loaded._synced_at as synced_at
from raw_klaviyo.metric_aggregates as loaded
