-- One row per refund of a Shopify order, also those that only took goods off and gave no money
-- back.
--
-- materialized: view
-- key: refund_id
-- column refund_id: text. The refund's key: connection and Shopify's id.
-- column connection_id: text. The connection that the row came through.
-- column source_refund_id: text. Shopify's id of the refund.
-- column order_id: text. The order that was refunded.
-- column amount: decimal(18,4). Money given back.
-- column currency: text. The store's currency.
-- column presentment_amount: decimal(18,4). Money given back, in the customer's currency.
-- column presentment_currency: text. The customer's currency.
-- column note: text. The merchant's note.
-- column refunded_at: timestamptz. When the refund was made, UTC.
-- column updated_at: timestamptz. When the refund last changed, UTC.
-- column synced_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_shopify.order_refunds: id text, order_id text, created_at timestamptz, payload json,
--    _connection_id text, _synced_at timestamptz
with parsed as (
    select
        loaded._connection_id,
        loaded._synced_at,
        loaded.id,
        loaded.order_id,
        loaded.created_at,
        from_json(loaded.payload, '{
            "note": "VARCHAR",
            "totalRefundedSet": {
                "shopMoney": {"amount": "DECIMAL(18,4)", "currencyCode": "VARCHAR"},
                "presentmentMoney": {"amount": "DECIMAL(18,4)", "currencyCode": "VARCHAR"}
            },
            "updatedAt": "TIMESTAMPTZ",
            "createdAt": "TIMESTAMPTZ"
        }') as node
    from raw_shopify.order_refunds as loaded
)

select
    parsed._connection_id || ':' || regexp_replace(parsed.id, '^.*/', '') as refund_id,
    parsed._connection_id as connection_id,
    regexp_replace(parsed.id, '^.*/', '') as source_refund_id,
    parsed._connection_id || ':' || regexp_replace(parsed.order_id, '^.*/', '') as order_id,
    coalesce(node.totalRefundedSet.shopMoney.amount, 0) as amount,
    node.totalRefundedSet.shopMoney.currencyCode as currency,
    coalesce(node.totalRefundedSet.presentmentMoney.amount, 0) as presentment_amount,
    node.totalRefundedSet.presentmentMoney.currencyCode as presentment_currency,
    nullif(trim(node.note), '') as note,
    coalesce(parsed.created_at, node.createdAt) as refunded_at,
    node.updatedAt as updated_at,
    parsed._synced_at as synced_at
from parsed
