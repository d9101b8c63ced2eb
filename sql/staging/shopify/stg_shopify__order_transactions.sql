-- One row per payment transaction of a Shopify order, failed and pending ones included.
--
-- materialized: view
-- key: payment_id
-- column payment_id: text. The transaction's key: connection and Shopify's id.
-- column connection_id: text. The connection that the row came through.
-- column source_payment_id: text. Shopify's id of the transaction.
-- column order_id: text. The order that was paid.
-- column parent_payment_id: text. The transaction that this one follows, such as a capture its
--    authorization.
-- column kind: text. sale, authorization, emv_authorization, capture, void, refund, change or
--    suggested_refund.
-- column payment_status: text. success, pending, failure, error, awaiting_response or unknown.
-- column gateway: text. Who moved the money.
-- column error_code: text. Why it failed.
-- column amount: decimal(18,4). The amount, positive whatever the kind.
-- column currency: text. The store's currency.
-- column presentment_amount: decimal(18,4). The amount in the customer's currency.
-- column presentment_currency: text. The customer's currency.
-- column is_test: boolean. Whether no real money moved.
-- column processed_at: timestamptz. When the money moved, UTC.
-- column created_at: timestamptz. When the transaction was made, UTC.
-- column synced_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_shopify.order_transactions: id text, order_id text, payload json, _connection_id
--    text, _synced_at timestamptz
with parsed as (
    select
        loaded._connection_id,
        loaded._synced_at,
        loaded.id,
        loaded.order_id,
        from_json(loaded.payload, '{
            "kind": "VARCHAR",
            "status": "VARCHAR",
            "gateway": "VARCHAR",
            "processedAt": "TIMESTAMPTZ",
            "createdAt": "TIMESTAMPTZ",
            "test": "BOOLEAN",
            "errorCode": "VARCHAR",
            "amountSet": {
                "shopMoney": {"amount": "DECIMAL(18,4)", "currencyCode": "VARCHAR"},
                "presentmentMoney": {"amount": "DECIMAL(18,4)", "currencyCode": "VARCHAR"}
            },
            "parentTransaction": {"id": "VARCHAR"}
        }') as node
    from raw_shopify.order_transactions as loaded
)

select
    parsed._connection_id || ':' || regexp_replace(parsed.id, '^.*/', '') as payment_id,
    parsed._connection_id as connection_id,
    regexp_replace(parsed.id, '^.*/', '') as source_payment_id,
    parsed._connection_id || ':' || regexp_replace(parsed.order_id, '^.*/', '') as order_id,
    parsed._connection_id || ':' || regexp_replace(node.parentTransaction.id, '^.*/', '')
        as parent_payment_id,
    lower(node.kind) as kind,
    lower(node.status) as payment_status,
    lower(node.gateway) as gateway,
    lower(node.errorCode) as error_code,
    node.amountSet.shopMoney.amount,
    node.amountSet.shopMoney.currencyCode as currency,
    node.amountSet.presentmentMoney.amount as presentment_amount,
    node.amountSet.presentmentMoney.currencyCode as presentment_currency,
    coalesce(node.test, false) as is_test,
    coalesce(node.processedAt, node.createdAt) as processed_at,
    node.createdAt as created_at,
    parsed._synced_at as synced_at
from parsed
