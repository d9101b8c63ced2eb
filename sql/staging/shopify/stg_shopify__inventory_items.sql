-- One row per thing that is counted in stock; each variant has one.
--
-- materialized: view
-- key: inventory_item_id
-- column inventory_item_id: text. The item's key: connection and Shopify's id.
-- column connection_id: text. The connection that the row came through.
-- column source_inventory_item_id: text. Shopify's id of the item.
-- column sku: text. Stock keeping unit.
-- column is_tracked: boolean. Whether its stock is counted.
-- column is_shipping_required: boolean. Whether it must be sent.
-- column unit_cost_amount: decimal(18,4). What one unit costs the merchant.
-- column currency: text. Currency of that cost.
-- column origin_country_code: text. Country of origin, two letters.
-- column harmonized_system_code: text. Customs code.
-- column created_at: timestamptz. When the item was made, UTC.
-- column updated_at: timestamptz. When the item last changed, UTC.
-- column synced_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_shopify.inventory_items: id text, updated_at timestamptz, payload json,
--    _connection_id text, _synced_at timestamptz
with parsed as (
    select
        loaded._connection_id,
        loaded._synced_at,
        loaded.id,
        loaded.updated_at,
        from_json(loaded.payload, '{
            "sku": "VARCHAR",
            "tracked": "BOOLEAN",
            "requiresShipping": "BOOLEAN",
            "createdAt": "TIMESTAMPTZ",
            "unitCost": {"amount": "DECIMAL(18,4)", "currencyCode": "VARCHAR"},
            "countryCodeOfOrigin": "VARCHAR",
            "harmonizedSystemCode": "VARCHAR"
        }') as node
    from raw_shopify.inventory_items as loaded
)

select
    parsed._connection_id || ':' || regexp_replace(parsed.id, '^.*/', '') as inventory_item_id,
    parsed._connection_id as connection_id,
    regexp_replace(parsed.id, '^.*/', '') as source_inventory_item_id,
    nullif(trim(node.sku), '') as sku,
    node.tracked as is_tracked,
    node.requiresShipping as is_shipping_required,
    node.unitCost.amount as unit_cost_amount,
    node.unitCost.currencyCode as currency,
    node.countryCodeOfOrigin as origin_country_code,
    node.harmonizedSystemCode as harmonized_system_code,
    node.createdAt as created_at,
    parsed.updated_at,
    parsed._synced_at as synced_at
from parsed
