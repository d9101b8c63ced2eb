-- One row per shipment of an order of a Chord OMS.
--
-- materialized: view
-- key: shipment_id
-- column shipment_id: text. The shipment's key: connection and the OMS's id.
-- column connection_id: text. The connection that the row came through.
-- column order_id: text. The order that is sent.
-- column shipment_number: text. The shipment's number.
-- column shipment_state: text. pending, ready, shipped or canceled.
-- column tracking_number: text. Tracking number.
-- column shipping_amount: decimal(18,4). What sending costs the customer, before discounts.
-- column promotion_amount: decimal(18,4). Promotions on sending, negative.
-- column additional_tax_amount: decimal(18,4). Tax on top.
-- column included_tax_amount: decimal(18,4). Tax inside the cost.
-- column created_at: timestamptz. When the shipment was made, UTC.
-- column updated_at: timestamptz. When it last changed, UTC.
-- column shipped_at: timestamptz. When it was sent, UTC.
-- column synced_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_chord_oms.spree_shipments: id integer, order_id integer, number text, state text,
--    tracking text, cost decimal(10,2), promo_total decimal(10,2), adjustment_total
--    decimal(10,2), additional_tax_total decimal(10,2), included_tax_total decimal(10,2),
--    stock_location_id integer, shipped_at timestamptz, created_at timestamptz, updated_at
--    timestamptz, _connection_id text, _synced_at timestamptz
select
    shipments._connection_id || ':' || cast(shipments.id as varchar) as shipment_id,
    shipments._connection_id as connection_id,
    shipments._connection_id || ':' || cast(shipments.order_id as varchar) as order_id,
    shipments.number as shipment_number,
    shipments.state as shipment_state,
    nullif(trim(shipments.tracking), '') as tracking_number,
    cast(coalesce(shipments.cost, 0) as decimal(18,4)) as shipping_amount,
    cast(coalesce(shipments.promo_total, 0) as decimal(18,4)) as promotion_amount,
    cast(coalesce(shipments.additional_tax_total, 0) as decimal(18,4)) as additional_tax_amount,
    cast(coalesce(shipments.included_tax_total, 0) as decimal(18,4)) as included_tax_amount,
    shipments.created_at,
    shipments.updated_at,
    shipments.shipped_at,
    shipments._synced_at as synced_at
from raw_chord_oms.spree_shipments as shipments
