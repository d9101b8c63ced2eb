-- One row per line of an order of a Chord OMS. Removed lines are deleted there and so vanish
-- here.
--
-- materialized: view
-- key: order_line_id
-- column order_line_id: text. The line's key: connection and the OMS's id.
-- column connection_id: text. The connection that the row came through.
-- column source_order_line_id: text. The OMS's id of the line.
-- column order_id: text. The order that the line belongs to.
-- column variant_id: text. The variant that was bought.
-- column quantity: bigint. Units in the order.
-- column unit_price_amount: decimal(18,4). Price of one unit before discounts.
-- column unit_cost_amount: decimal(18,4). What one unit costs the merchant.
-- column items_amount: decimal(18,4). Price of all units, before discounts.
-- column promotion_amount: decimal(18,4). The line's own promotions, negative.
-- column adjustment_amount: decimal(18,4). Everything added to or taken off the line, tax on top
--    included.
-- column additional_tax_amount: decimal(18,4). Tax on top of the price.
-- column included_tax_amount: decimal(18,4). Tax inside the price.
-- column created_at: timestamptz. When the line was made, UTC.
-- column updated_at: timestamptz. When it last changed, UTC.
-- column synced_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_chord_oms.spree_line_items: id integer, order_id integer, variant_id integer,
--    quantity integer, price decimal(10,2), cost_price decimal(10,2), promo_total decimal(10,2),
--    adjustment_total decimal(10,2), additional_tax_total decimal(10,2), included_tax_total
--    decimal(10,2), created_at timestamptz, updated_at timestamptz, _connection_id text,
--    _synced_at timestamptz
select
    line_items._connection_id || ':' || cast(line_items.id as varchar) as order_line_id,
    line_items._connection_id as connection_id,
    cast(line_items.id as varchar) as source_order_line_id,
    line_items._connection_id || ':' || cast(line_items.order_id as varchar) as order_id,
    line_items._connection_id || ':' || cast(line_items.variant_id as varchar) as variant_id,
    cast(line_items.quantity as bigint) as quantity,
    cast(line_items.price as decimal(18,4)) as unit_price_amount,
    cast(line_items.cost_price as decimal(18,4)) as unit_cost_amount,
    cast(line_items.price * line_items.quantity as decimal(18,4)) as items_amount,
    cast(coalesce(line_items.promo_total, 0) as decimal(18,4)) as promotion_amount,
    cast(coalesce(line_items.adjustment_total, 0) as decimal(18,4)) as adjustment_amount,
    cast(coalesce(line_items.additional_tax_total, 0) as decimal(18,4)) as additional_tax_amount,
    cast(coalesce(line_items.included_tax_total, 0) as decimal(18,4)) as included_tax_amount,
    line_items.created_at,
    line_items.updated_at,
    line_items._synced_at as synced_at
from raw_chord_oms.spree_line_items as line_items
