-- One row per checkout that was begun and left.
--
-- materialized: view
-- key: checkout_id
-- column checkout_id: text. The checkout's key: connection and Shopify's id.
-- column connection_id: text. The connection that the row came through.
-- column source_checkout_id: text. Shopify's id of the checkout.
-- column checkout_number: text. The checkout's name.
-- column customer_account_id: text. The person's account, if known.
-- column total_amount: decimal(18,4). What the cart would have cost.
-- column subtotal_amount: decimal(18,4). Goods after discounts.
-- column tax_amount: decimal(18,4). Tax.
-- column discount_amount: decimal(18,4). Discounts, positive.
-- column currency: text. The store's currency.
-- column presentment_currency: text. The customer's currency.
-- column discount_codes: text. Codes used, joined by a comma and a space.
-- column recovery_url: text. Where the customer can go on.
-- column created_at: timestamptz. When the checkout began, UTC.
-- column updated_at: timestamptz. When it last changed, UTC.
-- column completed_at: timestamptz. When it became an order after all, UTC.
-- column synced_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_shopify.abandoned_checkouts: id text, created_at timestamptz, updated_at
--    timestamptz, payload json, _connection_id text, _synced_at timestamptz
with parsed as (
    select
        loaded._connection_id,
        loaded._synced_at,
        loaded.id,
        loaded.created_at,
        loaded.updated_at,
        from_json(loaded.payload, '{
            "name": "VARCHAR",
            "completedAt": "TIMESTAMPTZ",
            "abandonedCheckoutUrl": "VARCHAR",
            "customer": {"id": "VARCHAR"},
            "totalPriceSet": {
                "shopMoney": {"amount": "DECIMAL(18,4)", "currencyCode": "VARCHAR"},
                "presentmentMoney": {"amount": "DECIMAL(18,4)", "currencyCode": "VARCHAR"}
            },
            "subtotalPriceSet": {"shopMoney": {"amount": "DECIMAL(18,4)"}},
            "totalTaxSet": {"shopMoney": {"amount": "DECIMAL(18,4)"}},
            "totalDiscountSet": {"shopMoney": {"amount": "DECIMAL(18,4)"}},
            "discountCodes": ["VARCHAR"]
        }') as node
    from raw_shopify.abandoned_checkouts as loaded
)

select
    parsed._connection_id || ':' || regexp_replace(parsed.id, '^.*/', '') as checkout_id,
    parsed._connection_id as connection_id,
    regexp_replace(parsed.id, '^.*/', '') as source_checkout_id,
    node.name as checkout_number,
    parsed._connection_id || ':' || regexp_replace(node.customer.id, '^.*/', '')
        as customer_account_id,
    node.totalPriceSet.shopMoney.amount as total_amount,
    node.subtotalPriceSet.shopMoney.amount as subtotal_amount,
    node.totalTaxSet.shopMoney.amount as tax_amount,
    node.totalDiscountSet.shopMoney.amount as discount_amount,
    node.totalPriceSet.shopMoney.currencyCode as currency,
    node.totalPriceSet.presentmentMoney.currencyCode as presentment_currency,
    nullif(array_to_string(node.discountCodes, ', '), '') as discount_codes,
    node.abandonedCheckoutUrl as recovery_url,
    parsed.created_at,
    parsed.updated_at,
    node.completedAt as completed_at,
    parsed._synced_at as synced_at
from parsed
