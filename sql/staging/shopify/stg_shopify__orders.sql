-- One row per Shopify order, as Shopify states it. Amounts are in `currency`, the store's own;
-- totals are before returns unless they say otherwise. A table, because the record is large and
-- several models read it: taken apart once per build.
--
-- materialized: table
-- key: order_id
-- column order_id: text. The order's key: connection and Shopify's id.
-- column connection_id: text. The connection that the row came through.
-- column source_order_id: text. Shopify's id of the order.
-- column order_number: text. The order's name, such as #1001.
-- column customer_account_id: text. The buyer's account; null for a guest.
-- column email: text. E-mail given with the order.
-- column normalized_email: text. That e-mail in lower case without blanks around it.
-- column is_test: boolean. Whether it is a test order.
-- column channel: text. Where the order came from: web, pos, an app.
-- column financial_status: text. paid, pending, authorized, partially_paid, partially_refunded,
--    refunded, voided or expired.
-- column fulfillment_status: text. fulfilled, partially_fulfilled, unfulfilled and so on.
-- column cancel_reason: text. Why it was cancelled.
-- column currency: text. The store's currency.
-- column presentment_currency: text. The currency that the customer saw.
-- column is_tax_included: boolean. Whether the prices include tax.
-- column total_amount: decimal(18,4). What the customer owed before returns.
-- column subtotal_amount: decimal(18,4). Goods after discounts, before returns.
-- column tax_amount: decimal(18,4). All tax, also where prices include it.
-- column discount_amount: decimal(18,4). All discounts, positive.
-- column shipping_amount: decimal(18,4). Shipping charged.
-- column refunded_amount: decimal(18,4). Money given back so far, by Shopify's own count.
-- column current_total_amount: decimal(18,4). What is left of the total after edits and returns.
-- column presentment_total_amount: decimal(18,4). The total in the customer's currency.
-- column shipping_city: text. City of the shipping address.
-- column shipping_province_code: text. Province or state of the shipping address, as a code.
-- column shipping_country_code: text. Country of the shipping address, two letters.
-- column shipping_postal_code: text. Postal code of the shipping address.
-- column billing_city: text. City of the billing address.
-- column billing_province_code: text. Province or state of the billing address, as a code.
-- column billing_country_code: text. Country of the billing address, two letters.
-- column billing_postal_code: text. Postal code of the billing address.
-- column locale: text. The customer's language.
-- column discount_codes: text. Codes used, joined by a comma and a space.
-- column tags: text. Tags, joined by a comma and a space.
-- column note: text. Note on the order.
-- column custom_attributes: json. Extra answers of the checkout, as a list of key and value.
-- column created_at: timestamptz. When Shopify made the order, UTC.
-- column processed_at: timestamptz. When the customer bought, UTC; earlier than created for
--    imported orders.
-- column updated_at: timestamptz. When the order last changed, UTC.
-- column cancelled_at: timestamptz. When it was cancelled, UTC.
-- column closed_at: timestamptz. When it was archived, UTC.
-- column synced_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_shopify.orders: id text, created_at timestamptz, updated_at timestamptz, payload
--    json, _connection_id text, _synced_at timestamptz
with parsed as (
    select
        loaded._connection_id,
        loaded._synced_at,
        loaded.id,
        loaded.created_at,
        loaded.updated_at,
        from_json(loaded.payload, '{
            "name": "VARCHAR",
            "email": "VARCHAR",
            "test": "BOOLEAN",
            "processedAt": "TIMESTAMPTZ",
            "cancelledAt": "TIMESTAMPTZ",
            "cancelReason": "VARCHAR",
            "closedAt": "TIMESTAMPTZ",
            "displayFinancialStatus": "VARCHAR",
            "displayFulfillmentStatus": "VARCHAR",
            "currencyCode": "VARCHAR",
            "presentmentCurrencyCode": "VARCHAR",
            "sourceName": "VARCHAR",
            "taxesIncluded": "BOOLEAN",
            "customerLocale": "VARCHAR",
            "note": "VARCHAR",
            "customer": {"id": "VARCHAR"},
            "tags": ["VARCHAR"],
            "discountCodes": ["VARCHAR"],
            "customAttributes": "JSON",
            "subtotalPriceSet": {"shopMoney": {"amount": "DECIMAL(18,4)"}},
            "totalTaxSet": {"shopMoney": {"amount": "DECIMAL(18,4)"}},
            "totalDiscountsSet": {"shopMoney": {"amount": "DECIMAL(18,4)"}},
            "totalShippingPriceSet": {"shopMoney": {"amount": "DECIMAL(18,4)"}},
            "totalRefundedSet": {"shopMoney": {"amount": "DECIMAL(18,4)"}},
            "currentTotalPriceSet": {"shopMoney": {"amount": "DECIMAL(18,4)"}},
            "totalPriceSet": {
                "shopMoney": {"amount": "DECIMAL(18,4)", "currencyCode": "VARCHAR"},
                "presentmentMoney": {"amount": "DECIMAL(18,4)", "currencyCode": "VARCHAR"}
            },
            "shippingAddress": {
                "city": "VARCHAR",
                "provinceCode": "VARCHAR",
                "countryCodeV2": "VARCHAR",
                "zip": "VARCHAR"
            },
            "billingAddress": {
                "city": "VARCHAR",
                "provinceCode": "VARCHAR",
                "countryCodeV2": "VARCHAR",
                "zip": "VARCHAR"
            }
        }') as node
    from raw_shopify.orders as loaded
)

select
    parsed._connection_id || ':' || regexp_replace(parsed.id, '^.*/', '') as order_id,
    parsed._connection_id as connection_id,
    regexp_replace(parsed.id, '^.*/', '') as source_order_id,
    node.name as order_number,
    parsed._connection_id || ':' || regexp_replace(node.customer.id, '^.*/', '')
        as customer_account_id,
    node.email,
    nullif(lower(trim(node.email)), '') as normalized_email,
    coalesce(node.test, false) as is_test,
    node.sourceName as channel,
    lower(node.displayFinancialStatus) as financial_status,
    lower(node.displayFulfillmentStatus) as fulfillment_status,
    lower(node.cancelReason) as cancel_reason,
    coalesce(node.currencyCode, node.totalPriceSet.shopMoney.currencyCode) as currency,
    coalesce(node.presentmentCurrencyCode, node.totalPriceSet.presentmentMoney.currencyCode)
        as presentment_currency,
    coalesce(node.taxesIncluded, false) as is_tax_included,
    node.totalPriceSet.shopMoney.amount as total_amount,
    node.subtotalPriceSet.shopMoney.amount as subtotal_amount,
    coalesce(node.totalTaxSet.shopMoney.amount, 0) as tax_amount,
    coalesce(node.totalDiscountsSet.shopMoney.amount, 0) as discount_amount,
    coalesce(node.totalShippingPriceSet.shopMoney.amount, 0) as shipping_amount,
    coalesce(node.totalRefundedSet.shopMoney.amount, 0) as refunded_amount,
    node.currentTotalPriceSet.shopMoney.amount as current_total_amount,
    node.totalPriceSet.presentmentMoney.amount as presentment_total_amount,
    node.shippingAddress.city as shipping_city,
    node.shippingAddress.provinceCode as shipping_province_code,
    node.shippingAddress.countryCodeV2 as shipping_country_code,
    node.shippingAddress.zip as shipping_postal_code,
    node.billingAddress.city as billing_city,
    node.billingAddress.provinceCode as billing_province_code,
    node.billingAddress.countryCodeV2 as billing_country_code,
    node.billingAddress.zip as billing_postal_code,
    node.customerLocale as locale,
    nullif(array_to_string(node.discountCodes, ', '), '') as discount_codes,
    nullif(array_to_string(node.tags, ', '), '') as tags,
    node.note,
    node.customAttributes as custom_attributes,
    parsed.created_at,
    node.processedAt as processed_at,
    parsed.updated_at,
    node.cancelledAt as cancelled_at,
    node.closedAt as closed_at,
    parsed._synced_at as synced_at
from parsed
