-- One row per Recharge charge: paid, failed, skipped, or still to come (`queued`).
--
-- materialized: view
-- key: charge_id
-- column charge_id: text. The charge's key: connection and Recharge's id.
-- column connection_id: text. The connection that the row came through.
-- column source_charge_id: text. Recharge's id of the charge.
-- column customer_id: text. Who pays.
-- column source_address_id: text. Recharge's id of the address.
-- column ecommerce_order_id: text. The shop's own id of the order it became; null until then.
-- column status: text. success, queued, error, skipped, refunded, partially_refunded, pending or
--    pending_manual_payment.
-- column charge_kind: text. checkout or recurring.
-- column currency: text. Currency of the amounts.
-- column total_amount: decimal(18,4). What the customer pays.
-- column subtotal_amount: decimal(18,4). Goods after discounts.
-- column tax_amount: decimal(18,4). Tax.
-- column discount_amount: decimal(18,4). Discounts, positive.
-- column line_items_amount: decimal(18,4). Goods before discounts.
-- column refunded_amount: decimal(18,4). Money given back so far.
-- column orders_count: bigint. Orders that it became.
-- column scheduled_on: date. Day it is due.
-- column processed_at: timestamptz. When it was paid, UTC.
-- column retry_on: date. Day of the next try after a failure.
-- column error_kind: text. Why it failed, as a word.
-- column subscription_ids: text. Recharge's ids of what was bought, subscriptions and single
--    products, joined by a comma and a space.
-- column created_at: timestamptz. When Recharge made it, UTC.
-- column updated_at: timestamptz. When it last changed, UTC.
-- column synced_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_recharge.charges: id text, customer_id text, address_id text, created_at timestamptz,
--    updated_at timestamptz, payload json, _connection_id text, _synced_at timestamptz
with parsed as (
    select
        loaded._connection_id,
        loaded._synced_at,
        loaded.id,
        loaded.customer_id,
        loaded.address_id,
        loaded.created_at,
        loaded.updated_at,
        from_json(loaded.payload, '{
            "status": "VARCHAR",
            "type": "VARCHAR",
            "currency": "VARCHAR",
            "total_price": "DECIMAL(18,4)",
            "subtotal_price": "DECIMAL(18,4)",
            "total_tax": "DECIMAL(18,4)",
            "total_discounts": "DECIMAL(18,4)",
            "total_line_items_price": "DECIMAL(18,4)",
            "total_refunds": "DECIMAL(18,4)",
            "orders_count": "BIGINT",
            "scheduled_at": "VARCHAR",
            "processed_at": "TIMESTAMPTZ",
            "retry_date": "VARCHAR",
            "error_type": "VARCHAR",
            "external_order_id": {"ecommerce": "VARCHAR"},
            "line_items": [{"purchase_item_id": "VARCHAR"}]
        }') as record
    from raw_recharge.charges as loaded
)

select
    parsed._connection_id || ':' || parsed.id as charge_id,
    parsed._connection_id as connection_id,
    parsed.id as source_charge_id,
    parsed._connection_id || ':' || parsed.customer_id as customer_id,
    parsed.address_id as source_address_id,
    record.external_order_id.ecommerce as ecommerce_order_id,
    lower(record.status) as status,
    lower(record.type) as charge_kind,
    record.currency,
    record.total_price as total_amount,
    record.subtotal_price as subtotal_amount,
    record.total_tax as tax_amount,
    record.total_discounts as discount_amount,
    record.total_line_items_price as line_items_amount,
    coalesce(record.total_refunds, 0) as refunded_amount,
    record.orders_count,
    try_cast(left(record.scheduled_at, 10) as date) as scheduled_on,
    record.processed_at,
    try_cast(left(record.retry_date, 10) as date) as retry_on,
    record.error_type as error_kind,
    nullif(
        array_to_string(list_transform(record.line_items, lambda line: line.purchase_item_id), ', '), ''
    ) as subscription_ids,
    parsed.created_at,
    parsed.updated_at,
    parsed._synced_at as synced_at
from parsed
