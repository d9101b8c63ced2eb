-- One row per store of a Chord OMS.
--
-- materialized: view
-- key: store_id
-- column store_id: text. The store's key: connection and the OMS's id.
-- column connection_id: text. The connection that the row came through.
-- column source_store_id: text. The OMS's id of the store.
-- column store_name: text. The store's name.
-- column store_code: text. The store's short code.
-- column url: text. The store's address.
-- column currency: text. The store's default currency; each order states its own.
-- column created_at: timestamptz. When the store was made, UTC.
-- column updated_at: timestamptz. When it last changed, UTC.
-- column synced_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_chord_oms.spree_stores: id integer, name text, url text, code text, default_currency
--    text, created_at timestamptz, updated_at timestamptz, _connection_id text, _synced_at
--    timestamptz
select
    stores._connection_id || ':' || cast(stores.id as varchar) as store_id,
    stores._connection_id as connection_id,
    cast(stores.id as varchar) as source_store_id,
    stores.name as store_name,
    stores.code as store_code,
    stores.url,
    stores.default_currency as currency,
    stores.created_at,
    stores.updated_at,
    stores._synced_at as synced_at
from raw_chord_oms.spree_stores as stores
