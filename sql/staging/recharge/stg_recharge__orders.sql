-- One row per order that a Recharge charge became.
--
-- materialized: view
-- key: order_id
-- column order_id: text. The order's key: connection and Recharge's id.
-- column connection_id: text. The connection that the row came through.
-- column source_order_id: text. Recharge's id of the order.
-- column charge_id: text. The charge that it came from.
-- column customer_id: text. Who ordered.
-- column source_address_id: text. Recharge's id of the address.
-- column ecommerce_order_id: text. The shop's own id of the order.
-- column ecommerce_order_number: text. The shop's number of the order.
-- column status: text. success, error, queued, cancelled or pending_charge_status.
-- column order_kind: text. checkout or recurring.
-- column currency: text. Currency of the amounts.
-- column total_amount: decimal(18,4). What the customer pays.
-- column subtotal_amount: decimal(18,4). Goods after discounts.
-- column tax_amount: decimal(18,4). Tax.
-- column discount_amount: decimal(18,4). Discounts, positive.
-- column line_items_amount: decimal(18,4). Goods before discounts.
-- column refunded_amount: decimal(18,4). Money given back so far.
-- column is_prepaid: boolean. Whether it was paid with an earlier charge.
-- column scheduled_at: timestamptz. When it was due, UTC.
-- column processed_at: timestamptz. When the charge was paid, UTC.
-- column created_at: timestamptz. When Recharge made it, UTC.
-- column updated_at: timestamptz. When it last changed, UTC.
-- column synced_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_recharge.orders: id text, customer_id text, address_id text, charge_id text,
--    created_at timestamptz, updated_at timestamptz, payload json, _connection_id text, _synced_at
--    timestamptz
with parsed as (
    select
        loaded._connection_id,
        loaded._synced_at,
        loaded.id,
        loaded.customer_id,
        loaded.address_id,
        loaded.charge_id,
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
            "is_prepaid": "BOOLEAN",
            "scheduled_at": "VARCHAR",
            "processed_at": "TIMESTAMPTZ",
            "external_order_id": {"ecommerce": "VARCHAR"},
            "external_order_number": {"ecommerce": "VARCHAR"}
        }') as record
    from raw_recharge.orders as loaded
)

select
    parsed._connection_id || ':' || parsed.id as order_id,
    parsed._connection_id as connection_id,
    parsed.id as source_order_id,
    parsed._connection_id || ':' || parsed.charge_id as charge_id,
    parsed._connection_id || ':' || parsed.customer_id as customer_id,
    parsed.address_id as source_address_id,
    record.external_order_id.ecommerce as ecommerce_order_id,
    record.external_order_number.ecommerce as ecommerce_order_number,
    lower(record.status) as status,
    lower(record.type) as order_kind,
    record.currency,
    record.total_price as total_amount,
    record.subtotal_price as subtotal_amount,
    record.total_tax as tax_amount,
    record.total_discounts as discount_amount,
    record.total_line_items_price as line_items_amount,
    coalesce(record.total_refunds, 0) as refunded_amount,
    coalesce(record.is_prepaid, false) as is_prepaid,
    try_cast(record.scheduled_at as timestamptz) as scheduled_at,
    record.processed_at,
    parsed.created_at,
    parsed.updated_at,
    parsed._synced_at as synced_at
from parsed
