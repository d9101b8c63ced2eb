-- One row per Recharge subscription, cancelled ones too. `price` is per unit, in `currency`; the
-- currency is the one the customer sees, and null where it is the store's own.
--
-- materialized: view
-- key: subscription_id
-- column subscription_id: text. The subscription's key: connection and Recharge's id.
-- column connection_id: text. The connection that the row came through.
-- column source_subscription_id: text. Recharge's id of the subscription.
-- column customer_id: text. Who subscribed.
-- column source_address_id: text. Recharge's id of the address that it is sent to.
-- column ecommerce_product_id: text. The shop's own id of the product.
-- column ecommerce_variant_id: text. The shop's own id of the variant.
-- column product_title: text. Product, as named when subscribed.
-- column variant_title: text. Variant, as named when subscribed.
-- column sku: text. Stock keeping unit.
-- column status: text. active, cancelled or expired.
-- column quantity: bigint. Units each time.
-- column price: decimal(18,4). Price of one unit.
-- column currency: text. Currency of the price.
-- column order_interval_count: bigint. An order every so many units.
-- column order_interval_unit: text. day, week or month.
-- column charge_interval_count: bigint. A charge every so many units.
-- column is_prepaid: boolean. Whether several orders are paid at once.
-- column next_charge_on: date. Day of the next charge.
-- column cancelled_at: timestamptz. When it was cancelled, UTC.
-- column cancellation_reason: text. Why, by the customer's choice.
-- column created_at: timestamptz. When Recharge made it, UTC.
-- column updated_at: timestamptz. When it last changed, UTC.
-- column synced_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_recharge.subscriptions: id text, customer_id text, address_id text, created_at
--    timestamptz, updated_at timestamptz, payload json, _connection_id text, _synced_at timestamptz
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
            "quantity": "BIGINT",
            "price": "DECIMAL(18,4)",
            "presentment_currency": "VARCHAR",
            "product_title": "VARCHAR",
            "variant_title": "VARCHAR",
            "sku": "VARCHAR",
            "external_product_id": {"ecommerce": "VARCHAR"},
            "external_variant_id": {"ecommerce": "VARCHAR"},
            "order_interval_frequency": "BIGINT",
            "order_interval_unit": "VARCHAR",
            "charge_interval_frequency": "BIGINT",
            "is_prepaid": "BOOLEAN",
            "next_charge_scheduled_at": "VARCHAR",
            "cancelled_at": "TIMESTAMPTZ",
            "cancellation_reason": "VARCHAR"
        }') as record
    from raw_recharge.subscriptions as loaded
)

select
    parsed._connection_id || ':' || parsed.id as subscription_id,
    parsed._connection_id as connection_id,
    parsed.id as source_subscription_id,
    parsed._connection_id || ':' || parsed.customer_id as customer_id,
    parsed.address_id as source_address_id,
    record.external_product_id.ecommerce as ecommerce_product_id,
    record.external_variant_id.ecommerce as ecommerce_variant_id,
    record.product_title,
    record.variant_title,
    record.sku,
    lower(record.status) as status,
    record.quantity,
    record.price,
    record.presentment_currency as currency,
    record.order_interval_frequency as order_interval_count,
    rtrim(lower(record.order_interval_unit), 's') as order_interval_unit,
    record.charge_interval_frequency as charge_interval_count,
    record.is_prepaid,
    try_cast(left(record.next_charge_scheduled_at, 10) as date) as next_charge_on,
    record.cancelled_at,
    record.cancellation_reason,
    parsed.created_at,
    parsed.updated_at,
    parsed._synced_at as synced_at
from parsed
