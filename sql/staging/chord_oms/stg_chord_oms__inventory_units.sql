-- One row per unit of an order line, on its way from stock to the customer and perhaps back.
--
-- materialized: view
-- key: inventory_unit_id
-- column inventory_unit_id: text. The unit's key: connection and the OMS's id.
-- column connection_id: text. The connection that the row came through.
-- column order_line_id: text. The order line that it fulfils.
-- column variant_id: text. What it is.
-- column shipment_id: text. The shipment that it travels in.
-- column unit_state: text. on_hand, backordered, shipped, returned or canceled.
-- column created_at: timestamptz. When the unit was made, UTC.
-- column updated_at: timestamptz. When it last changed, UTC.
-- column synced_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_chord_oms.spree_inventory_units: id integer, line_item_id integer, variant_id
--    integer, shipment_id integer, state text, created_at timestamptz, updated_at timestamptz,
--    _connection_id text, _synced_at timestamptz
select
    units._connection_id || ':' || cast(units.id as varchar) as inventory_unit_id,
    units._connection_id as connection_id,
    units._connection_id || ':' || cast(units.line_item_id as varchar) as order_line_id,
    units._connection_id || ':' || cast(units.variant_id as varchar) as variant_id,
    units._connection_id || ':' || cast(units.shipment_id as varchar) as shipment_id,
    units.state as unit_state,
    units.created_at,
    units.updated_at,
    units._synced_at as synced_at
from raw_chord_oms.spree_inventory_units as units
