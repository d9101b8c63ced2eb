-- One row per Shopify product.
--
-- materialized: view
-- key: product_id
-- column product_id: text. The product's key: connection and Shopify's id.
-- column connection_id: text. The connection that the row came through.
-- column source_product_id: text. Shopify's id of the product.
-- column title: text. The product's title.
-- column handle: text. The last part of its address in the shop.
-- column product_status: text. active, archived, draft or unlisted.
-- column vendor: text. Who makes or supplies it.
-- column product_type: text. The merchant's own category.
-- column tags: text. Tags, joined by a comma and a space.
-- column description_html: text. The description, as HTML.
-- column is_gift_card: boolean. Whether the product is a gift card.
-- column inventory_quantity: bigint. Units in stock over all variants.
-- column created_at: timestamptz. When the product was made, UTC.
-- column updated_at: timestamptz. When the product last changed, UTC.
-- column published_at: timestamptz. When it went on sale in the online shop, UTC.
-- column synced_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_shopify.products: id text, created_at timestamptz, updated_at timestamptz, payload
--    json, _connection_id text, _synced_at timestamptz
with parsed as (
    select
        loaded._connection_id,
        loaded._synced_at,
        loaded.id,
        loaded.created_at,
        loaded.updated_at,
        from_json(loaded.payload, '{
            "title": "VARCHAR",
            "handle": "VARCHAR",
            "status": "VARCHAR",
            "vendor": "VARCHAR",
            "productType": "VARCHAR",
            "tags": ["VARCHAR"],
            "publishedAt": "TIMESTAMPTZ",
            "descriptionHtml": "VARCHAR",
            "isGiftCard": "BOOLEAN",
            "totalInventory": "BIGINT"
        }') as node
    from raw_shopify.products as loaded
)

select
    parsed._connection_id || ':' || regexp_replace(parsed.id, '^.*/', '') as product_id,
    parsed._connection_id as connection_id,
    regexp_replace(parsed.id, '^.*/', '') as source_product_id,
    node.title,
    node.handle,
    lower(node.status) as product_status,
    nullif(node.vendor, '') as vendor,
    nullif(node.productType, '') as product_type,
    array_to_string(node.tags, ', ') as tags,
    node.descriptionHtml as description_html,
    coalesce(node.isGiftCard, false) as is_gift_card,
    node.totalInventory as inventory_quantity,
    parsed.created_at,
    parsed.updated_at,
    node.publishedAt as published_at,
    parsed._synced_at as synced_at
from parsed
