-- One row per account of Google Ads that the login reaches, managers and closed ones too.
--
-- materialized: view
-- key: account_key
-- column account_key: text. Connection and Google's id.
-- column connection_id: text. The connection that the row came through.
-- column account_id: text. Google's id, ten digits.
-- column account_name: text. Its name.
-- column is_manager: boolean. Whether it only manages others.
-- column status: text. enabled, canceled, suspended or closed.
-- column currency: text. Its currency.
-- column time_zone: text. The zone that its days run in.
-- column synced_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_google_ads.customers: id text, name text, is_manager boolean, status text, currency
--    text, time_zone text, _connection_id text, _synced_at timestamptz
select
    r._connection_id || ':' || r.id as account_key,
    r._connection_id as connection_id,
    r.id as account_id,
    r.name as account_name,
    r.is_manager,
    lower(r.status) as status,
    r.currency,
    r.time_zone,
    r._synced_at as synced_at
from raw_google_ads.customers as r
