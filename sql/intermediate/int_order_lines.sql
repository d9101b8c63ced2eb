-- One row per order line of any connection, in the shape that both sources share.
--
-- materialized: view
-- key: order_line_id
-- column order_line_id: text. The line's key: connection and the vendor's id.
-- column connection_id: text. The connection that it came through.
-- column source_order_line_id: text. The vendor's id.
-- column order_id: text. The order or cart.
-- column product_id: text. The product; null for a custom item.
-- column variant_id: text. The variant; null for a custom item.
-- column title: text. The product's title; in Shopify as it was when sold.
-- column sku: text. Stock keeping unit.
-- column quantity: bigint. Units ordered, also those removed or returned since.
-- column current_quantity: bigint. Units left after edits and returns; null where the vendor does
--    not say.
-- column unit_price_amount: decimal(18,4). Price of one unit before discounts.
-- column items_amount: decimal(18,4). Goods at their price, before discounts.
-- column own_discount_amount: decimal(18,4). The line's own discounts; those of the whole order
--    are not in it.
-- column tax_amount: decimal(18,4). All tax, on top of the prices or inside them.
-- column included_tax_amount: decimal(18,4). The part of the tax that stands inside the price.
-- column is_gift_card: boolean. Whether a gift card was bought.
-- column is_shipping_required: boolean. Whether the goods must be sent.
-- column synced_at: timestamptz. When it was last loaded, UTC.
select
    shopify.order_line_id,
    shopify.connection_id,
    shopify.source_order_line_id,
    shopify.order_id,
    shopify.product_id,
    shopify.variant_id,
    shopify.title,
    shopify.sku,
    shopify.quantity,
    shopify.current_quantity,
    shopify.unit_price_amount,
    shopify.items_amount,
    shopify.discount_amount as own_discount_amount,
    shopify.tax_amount,
    case when orders.is_tax_included then shopify.tax_amount else 0 end as included_tax_amount,
    shopify.is_gift_card,
    shopify.is_shipping_required,
    shopify.synced_at
from staging.stg_shopify__order_line_items as shopify
left join staging.stg_shopify__orders as orders on orders.order_id = shopify.order_id
union all
select
    oms.order_line_id,
    oms.connection_id,
    oms.source_order_line_id,
    oms.order_id,
    variants.product_id,
    oms.variant_id,
    products.title,
    variants.sku,
    oms.quantity,
    cast(null as bigint) as current_quantity,
    oms.unit_price_amount,
    oms.items_amount,
    cast(-oms.promotion_amount as decimal(18,4)) as own_discount_amount,
    cast(oms.additional_tax_amount + oms.included_tax_amount as decimal(18,4)) as tax_amount,
    oms.included_tax_amount,
    false as is_gift_card,
    true as is_shipping_required,
    oms.synced_at
from staging.stg_chord_oms__line_items as oms
left join staging.stg_chord_oms__variants as variants on variants.variant_id = oms.variant_id
left join staging.stg_chord_oms__products as products on products.product_id = variants.product_id
