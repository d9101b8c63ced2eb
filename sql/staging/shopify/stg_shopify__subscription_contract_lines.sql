-- One row per line of a subscription contract: what is sent each time.
--
-- materialized: view
-- key: subscription_contract_line_id
-- column subscription_contract_line_id: text. The line's key: connection and Shopify's id.
-- column connection_id: text. The connection that the row came through.
-- column source_subscription_contract_line_id: text. Shopify's id of the line.
-- column subscription_contract_id: text. The contract that the line belongs to.
-- column product_id: text. The product; null for a custom line or when it was deleted.
-- column variant_id: text. The variant; null for a custom line or when it was deleted.
-- column title: text. Product, as named when subscribed.
-- column variant_title: text. Variant, as named when subscribed.
-- column sku: text. Stock keeping unit.
-- column quantity: bigint. Units each time.
-- column unit_price_amount: decimal(18,4). Price of one unit.
-- column line_amount: decimal(18,4). Price of all units, after the contract's discounts.
-- column currency: text. Currency of the prices.
-- column selling_plan_name: text. The plan that was chosen.
-- column is_shipping_required: boolean. Whether the goods must be sent.
-- column synced_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_shopify.subscription_contract_lines: id text, subscription_contract_id text, payload
--    json, _connection_id text, _synced_at timestamptz
with parsed as (
    select
        loaded._connection_id,
        loaded._synced_at,
        loaded.id,
        loaded.subscription_contract_id,
        from_json(loaded.payload, '{
            "title": "VARCHAR",
            "variantTitle": "VARCHAR",
            "sku": "VARCHAR",
            "quantity": "BIGINT",
            "productId": "VARCHAR",
            "variantId": "VARCHAR",
            "currentPrice": {"amount": "DECIMAL(18,4)", "currencyCode": "VARCHAR"},
            "lineDiscountedPrice": {"amount": "DECIMAL(18,4)"},
            "sellingPlanName": "VARCHAR",
            "requiresShipping": "BOOLEAN"
        }') as node
    from raw_shopify.subscription_contract_lines as loaded
)

select
    parsed._connection_id || ':' || regexp_replace(parsed.id, '^.*/', '')
        as subscription_contract_line_id,
    parsed._connection_id as connection_id,
    regexp_replace(parsed.id, '^.*/', '') as source_subscription_contract_line_id,
    parsed._connection_id || ':' || regexp_replace(parsed.subscription_contract_id, '^.*/', '')
        as subscription_contract_id,
    parsed._connection_id || ':' || regexp_replace(node.productId, '^.*/', '') as product_id,
    parsed._connection_id || ':' || regexp_replace(node.variantId, '^.*/', '') as variant_id,
    node.title,
    node.variantTitle as variant_title,
    nullif(trim(node.sku), '') as sku,
    coalesce(node.quantity, 0) as quantity,
    node.currentPrice.amount as unit_price_amount,
    node.lineDiscountedPrice.amount as line_amount,
    node.currentPrice.currencyCode as currency,
    node.sellingPlanName as selling_plan_name,
    node.requiresShipping as is_shipping_required,
    parsed._synced_at as synced_at
from parsed
