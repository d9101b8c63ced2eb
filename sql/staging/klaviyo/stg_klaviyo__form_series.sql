-- One row per form and day.
--
-- materialized: view
-- key: form_id, date_local
-- column form_id: text. The form's key.
-- column connection_id: text. The connection that the row came through.
-- column date_local: date. The day.
-- column account_time_zone: text. The account's time zone, in which the day runs.
-- column viewed_form: bigint. Times it was shown.
-- column viewed_form_uniques: bigint. Profiles that saw it.
-- column submits: bigint. Times it was sent in.
-- column closed_form: bigint. Times it was closed.
-- column synced_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_klaviyo.form_series: form_id text, date date, time_zone text, viewed_form bigint,
--    viewed_form_uniques bigint, submits bigint, closed_form bigint, _connection_id text,
--    _synced_at timestamptz
select
    loaded._connection_id || ':' || loaded.form_id as form_id,
    loaded._connection_id as connection_id,
    loaded.date as date_local,
    loaded.time_zone as account_time_zone,
    loaded.viewed_form,
    loaded.viewed_form_uniques,
    loaded.submits,
    loaded.closed_form,
    loaded._synced_at as synced_at
from raw_klaviyo.form_series as loaded
