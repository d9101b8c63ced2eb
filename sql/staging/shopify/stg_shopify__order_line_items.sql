-- One row per line of a Shopify order. A line keeps the units that were ordered; what an edit or
-- a return took away is missing in `current_quantity` only. A table, because the record is large
-- and several models read it: taken apart once per build.
--
-- materialized: table
-- key: order_line_id
-- column order_line_id: text. The line's key: connection and Shopify's id.
-- column connection_id: text. The connection that the row came through.
-- column source_order_line_id: text. Shopify's id of the line.
-- column order_id: text. The order that the line belongs to.
-- column product_id: text. The product; null for a custom item or when the product was deleted.
-- column variant_id: text. The variant; null for a custom item or when it was deleted.
-- column title: text. The product's title as sold.
-- column line_name: text. Title and variant as sold.
-- column sku: text. Stock keeping unit as sold.
-- column vendor: text. Vendor as sold.
-- column quantity: bigint. Units ordered, also those removed or returned since.
-- column current_quantity: bigint. Units that are left after edits and returns.
-- column unit_price_amount: decimal(18,4). Price of one unit before discounts.
-- column items_amount: decimal(18,4). Price of all units ordered, before discounts.
-- column discount_amount: decimal(18,4). The line's own discount; those of the whole order are
--    not in it.
-- column tax_amount: decimal(18,4). The line's tax.
-- column currency: text. The store's currency.
-- column is_gift_card: boolean. Whether a gift card was bought.
-- column is_shipping_required: boolean. Whether the goods must be sent.
-- column synced_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_shopify.order_line_items: id text, order_id text, payload json, _connection_id text,
--    _synced_at timestamptz
with parsed as (
    select
        loaded._connection_id,
        loaded._synced_at,
        loaded.id,
        loaded.order_id,
        from_json(loaded.payload, '{
            "title": "VARCHAR",
            "name": "VARCHAR",
            "sku": "VARCHAR",
            "quantity": "BIGINT",
            "currentQuantity": "BIGINT",
            "variant": {"id": "VARCHAR"},
            "product": {"id": "VARCHAR"},
            "originalUnitPriceSet": {"shopMoney": {"amount": "DECIMAL(18,4)"}},
            "originalTotalSet": {
                "shopMoney": {"amount": "DECIMAL(18,4)", "currencyCode": "VARCHAR"}
            },
            "totalDiscountSet": {"shopMoney": {"amount": "DECIMAL(18,4)"}},
            "taxLines": [{"priceSet": {"shopMoney": {"amount": "DECIMAL(18,4)"}}}],
            "requiresShipping": "BOOLEAN",
            "vendor": "VARCHAR",
            "isGiftCard": "BOOLEAN"
        }') as node
    from raw_shopify.order_line_items as loaded
)

select
    parsed._connection_id || ':' || regexp_replace(parsed.id, '^.*/', '') as order_line_id,
    parsed._connection_id as connection_id,
    regexp_replace(parsed.id, '^.*/', '') as source_order_line_id,
    parsed._connection_id || ':' || regexp_replace(parsed.order_id, '^.*/', '') as order_id,
    parsed._connection_id || ':' || regexp_replace(node.product.id, '^.*/', '') as product_id,
    parsed._connection_id || ':' || regexp_replace(node.variant.id, '^.*/', '') as variant_id,
    node.title,
    node.name as line_name,
    nullif(trim(node.sku), '') as sku,
    nullif(node.vendor, '') as vendor,
    coalesce(node.quantity, 0) as quantity,
    coalesce(node.currentQuantity, node.quantity, 0) as current_quantity,
    node.originalUnitPriceSet.shopMoney.amount as unit_price_amount,
    coalesce(node.originalTotalSet.shopMoney.amount, 0) as items_amount,
    coalesce(node.totalDiscountSet.shopMoney.amount, 0) as discount_amount,
    cast(
        coalesce(
            list_sum(list_transform(node.taxLines, lambda tax: tax.priceSet.shopMoney.amount)), 0
        ) as decimal(18,4)
    ) as tax_amount,
    node.originalTotalSet.shopMoney.currencyCode as currency,
    coalesce(node.isGiftCard, false) as is_gift_card,
    node.requiresShipping as is_shipping_required,
    parsed._synced_at as synced_at
from parsed
