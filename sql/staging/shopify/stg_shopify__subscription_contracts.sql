-- One row per subscription contract of Shopify's own kind, cancelled ones too: those that the
-- connection's app made.
--
-- materialized: view
-- key: subscription_contract_id
-- column subscription_contract_id: text. The contract's key: connection and Shopify's id.
-- column connection_id: text. The connection that the row came through.
-- column source_subscription_contract_id: text. Shopify's id of the contract.
-- column customer_account_id: text. Who subscribed; null when the customer was deleted.
-- column origin_order_id: text. The order that began it; null for one that was brought along.
-- column status: text. active, paused, cancelled, expired or failed.
-- column billing_interval_unit: text. day, week, month or year.
-- column billing_interval_count: bigint. A charge every so many units.
-- column delivery_interval_unit: text. day, week, month or year.
-- column delivery_interval_count: bigint. A delivery every so many units.
-- column delivery_amount: decimal(18,4). Price of each delivery.
-- column currency: text. Currency of the contract's prices.
-- column last_payment_status: text. succeeded or failed; null before the first payment.
-- column last_error_type: text. Why the last payment failed: customer_error, inventory_error,
--    payment_error or other.
-- column next_billing_at: timestamptz. When the next charge is due, UTC.
-- column created_at: timestamptz. When it was made, UTC.
-- column updated_at: timestamptz. When it last changed, UTC.
-- column synced_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_shopify.subscription_contracts: id text, created_at timestamptz, updated_at
--    timestamptz, payload json, _connection_id text, _synced_at timestamptz
with parsed as (
    select
        loaded._connection_id,
        loaded._synced_at,
        loaded.id,
        loaded.created_at,
        loaded.updated_at,
        from_json(loaded.payload, '{
            "status": "VARCHAR",
            "nextBillingDate": "TIMESTAMPTZ",
            "currencyCode": "VARCHAR",
            "lastPaymentStatus": "VARCHAR",
            "lastBillingAttemptErrorType": "VARCHAR",
            "customer": {"id": "VARCHAR"},
            "originOrder": {"id": "VARCHAR"},
            "deliveryPrice": {"amount": "DECIMAL(18,4)"},
            "billingPolicy": {"interval": "VARCHAR", "intervalCount": "BIGINT"},
            "deliveryPolicy": {"interval": "VARCHAR", "intervalCount": "BIGINT"}
        }') as node
    from raw_shopify.subscription_contracts as loaded
)

select
    parsed._connection_id || ':' || regexp_replace(parsed.id, '^.*/', '')
        as subscription_contract_id,
    parsed._connection_id as connection_id,
    regexp_replace(parsed.id, '^.*/', '') as source_subscription_contract_id,
    parsed._connection_id || ':' || regexp_replace(node.customer.id, '^.*/', '')
        as customer_account_id,
    parsed._connection_id || ':' || regexp_replace(node.originOrder.id, '^.*/', '')
        as origin_order_id,
    lower(node.status) as status,
    lower(node.billingPolicy.interval) as billing_interval_unit,
    node.billingPolicy.intervalCount as billing_interval_count,
    lower(node.deliveryPolicy.interval) as delivery_interval_unit,
    node.deliveryPolicy.intervalCount as delivery_interval_count,
    node.deliveryPrice.amount as delivery_amount,
    node.currencyCode as currency,
    lower(node.lastPaymentStatus) as last_payment_status,
    lower(node.lastBillingAttemptErrorType) as last_error_type,
    node.nextBillingDate as next_billing_at,
    parsed.created_at,
    parsed.updated_at,
    parsed._synced_at as synced_at
from parsed
