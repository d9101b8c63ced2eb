-- One row per payment method of a Chord OMS. Its settings hold secrets and are never loaded.
--
-- materialized: view
-- key: payment_method_id
-- column payment_method_id: text. The method's key: connection and the OMS's id.
-- column connection_id: text. The connection that the row came through.
-- column method_name: text. The method's name.
-- column method_type: text. The class that handles it, such as Spree::PaymentMethod::StoreCredit.
-- column is_active: boolean. Whether it is offered.
-- column created_at: timestamptz. When the method was made, UTC.
-- column updated_at: timestamptz. When it last changed, UTC.
-- column synced_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_chord_oms.spree_payment_methods: id integer, type text, name text, active boolean,
--    deleted_at timestamptz, created_at timestamptz, updated_at timestamptz, _connection_id text,
--    _synced_at timestamptz
select
    methods._connection_id || ':' || cast(methods.id as varchar) as payment_method_id,
    methods._connection_id as connection_id,
    methods.name as method_name,
    methods.type as method_type,
    methods.active and methods.deleted_at is null as is_active,
    methods.created_at,
    methods.updated_at,
    methods._synced_at as synced_at
from raw_chord_oms.spree_payment_methods as methods
