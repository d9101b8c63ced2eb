-- One row per parcel that a customer sent back.
--
-- materialized: view
-- key: customer_return_id
-- column customer_return_id: text. The return's key: connection and the OMS's id.
-- column connection_id: text. The connection that the row came through.
-- column return_number: text. The return's number.
-- column returned_at: timestamptz. When it was booked in, UTC.
-- column updated_at: timestamptz. When it last changed, UTC.
-- column synced_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_chord_oms.spree_customer_returns: id integer, number text, created_at timestamptz,
--    updated_at timestamptz, _connection_id text, _synced_at timestamptz
select
    returns._connection_id || ':' || cast(returns.id as varchar) as customer_return_id,
    returns._connection_id as connection_id,
    returns.number as return_number,
    returns.created_at as returned_at,
    returns.updated_at,
    returns._synced_at as synced_at
from raw_chord_oms.spree_customer_returns as returns
