-- One row per variant of a Shopify product. Prices are in the store's currency, which stands with
-- the store.
--
-- materialized: view
-- key: variant_id
-- column variant_id: text. The variant's key: connection and Shopify's id.
-- column connection_id: text. The connection that the row came through.
-- column source_variant_id: text. Shopify's id of the variant.
-- column product_id: text. The product that it is a variant of.
-- column inventory_item_id: text. What is counted in stock for it.
-- column title: text. The variant's options in words.
-- column sku: text. Stock keeping unit.
-- column barcode: text. Barcode (EAN, UPC, ISBN).
-- column price_amount: decimal(18,4). Price of one unit.
-- column compare_at_price_amount: decimal(18,4). The crossed-out price, if any.
-- column position: bigint. Its place among the variants of the product.
-- column inventory_quantity: bigint. Units in stock.
-- column created_at: timestamptz. When the variant was made, UTC.
-- column updated_at: timestamptz. When the variant last changed, UTC.
-- column synced_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_shopify.product_variants: id text, product_id text, created_at timestamptz,
--    updated_at timestamptz, payload json, _connection_id text, _synced_at timestamptz
with parsed as (
    select
        loaded._connection_id,
        loaded._synced_at,
        loaded.id,
        loaded.product_id,
        loaded.created_at,
        loaded.updated_at,
        from_json(loaded.payload, '{
            "title": "VARCHAR",
            "sku": "VARCHAR",
            "barcode": "VARCHAR",
            "price": "DECIMAL(18,4)",
            "compareAtPrice": "DECIMAL(18,4)",
            "position": "BIGINT",
            "inventoryQuantity": "BIGINT",
            "inventoryItem": {"id": "VARCHAR"}
        }') as node
    from raw_shopify.product_variants as loaded
)

select
    parsed._connection_id || ':' || regexp_replace(parsed.id, '^.*/', '') as variant_id,
    parsed._connection_id as connection_id,
    regexp_replace(parsed.id, '^.*/', '') as source_variant_id,
    parsed._connection_id || ':' || regexp_replace(parsed.product_id, '^.*/', '') as product_id,
    parsed._connection_id || ':' || regexp_replace(node.inventoryItem.id, '^.*/', '')
        as inventory_item_id,
    node.title,
    nullif(trim(node.sku), '') as sku,
    nullif(trim(node.barcode), '') as barcode,
    node.price as price_amount,
    node.compareAtPrice as compare_at_price_amount,
    node.position,
    node.inventoryQuantity as inventory_quantity,
    parsed.created_at,
    parsed.updated_at,
    parsed._synced_at as synced_at
from parsed
