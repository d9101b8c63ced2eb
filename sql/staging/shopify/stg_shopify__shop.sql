-- One row per connected Shopify store.
--
-- materialized: view
-- key: shop_id
-- column shop_id: text. The store's key: connection and Shopify's id.
-- column connection_id: text. The connection that the row came through.
-- column source_shop_id: text. Shopify's id of the store.
-- column shop_name: text. The store's name.
-- column myshopify_domain: text. The permanent domain.
-- column currency: text. The currency that the store keeps its books in.
-- column time_zone: text. The store's own zone; the models are in UTC all the same.
-- column is_tax_included: boolean. Whether prices include tax by default.
-- column created_at: timestamptz. When the store was opened, UTC.
-- column synced_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_shopify.shop: id text, payload json, _connection_id text, _synced_at timestamptz
with parsed as (
    select
        loaded._connection_id,
        loaded._synced_at,
        loaded.id,
        from_json(loaded.payload, '{
            "name": "VARCHAR",
            "myshopifyDomain": "VARCHAR",
            "currencyCode": "VARCHAR",
            "ianaTimezone": "VARCHAR",
            "taxesIncluded": "BOOLEAN",
            "createdAt": "TIMESTAMPTZ"
        }') as node
    from raw_shopify.shop as loaded
)

select
    parsed._connection_id || ':' || regexp_replace(parsed.id, '^.*/', '') as shop_id,
    parsed._connection_id as connection_id,
    regexp_replace(parsed.id, '^.*/', '') as source_shop_id,
    node.name as shop_name,
    node.myshopifyDomain as myshopify_domain,
    node.currencyCode as currency,
    node.ianaTimezone as time_zone,
    node.taxesIncluded as is_tax_included,
    node.createdAt as created_at,
    parsed._synced_at as synced_at
from parsed
