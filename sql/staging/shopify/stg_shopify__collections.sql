-- One row per Shopify collection.
--
-- materialized: view
-- key: collection_id
-- column collection_id: text. The collection's key: connection and Shopify's id.
-- column connection_id: text. The connection that the row came through.
-- column source_collection_id: text. Shopify's id of the collection.
-- column title: text. The collection's title.
-- column handle: text. The last part of its address in the shop.
-- column description_html: text. The description, as HTML.
-- column products_count: bigint. How many products it holds.
-- column updated_at: timestamptz. When the collection last changed, UTC.
-- column synced_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_shopify.collections: id text, updated_at timestamptz, payload json, _connection_id
--    text, _synced_at timestamptz
with parsed as (
    select
        loaded._connection_id,
        loaded._synced_at,
        loaded.id,
        loaded.updated_at,
        from_json(loaded.payload, '{
            "title": "VARCHAR",
            "handle": "VARCHAR",
            "descriptionHtml": "VARCHAR",
            "productsCount": {"count": "BIGINT"}
        }') as node
    from raw_shopify.collections as loaded
)

select
    parsed._connection_id || ':' || regexp_replace(parsed.id, '^.*/', '') as collection_id,
    parsed._connection_id as connection_id,
    regexp_replace(parsed.id, '^.*/', '') as source_collection_id,
    node.title,
    node.handle,
    node.descriptionHtml as description_html,
    node.productsCount.count as products_count,
    parsed.updated_at,
    parsed._synced_at as synced_at
from parsed
