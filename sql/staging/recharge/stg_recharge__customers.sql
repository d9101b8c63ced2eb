-- One row per Recharge customer of a store.
--
-- materialized: view
-- key: customer_id
-- column customer_id: text. The customer's key: connection and Recharge's id.
-- column connection_id: text. The connection that the row came through.
-- column source_customer_id: text. Recharge's id of the customer.
-- column ecommerce_customer_id: text. The shop's own id of the customer, as Shopify shows it.
-- column email: text. E-mail address.
-- column normalized_email: text. That e-mail in lower case without blanks around it.
-- column first_name: text. First name.
-- column last_name: text. Last name.
-- column phone: text. Phone number.
-- column active_subscriptions_count: bigint. Subscriptions that go on.
-- column subscriptions_count: bigint. Subscriptions ever begun.
-- column has_valid_payment_method: boolean. Whether a charge could be paid.
-- column first_charge_processed_at: timestamptz. When the first charge was paid, UTC.
-- column created_at: timestamptz. When Recharge made it, UTC.
-- column updated_at: timestamptz. When it last changed, UTC.
-- column synced_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_recharge.customers: id text, created_at timestamptz, updated_at timestamptz, payload
--    json, _connection_id text, _synced_at timestamptz
with parsed as (
    select
        loaded._connection_id,
        loaded._synced_at,
        loaded.id,
        loaded.created_at,
        loaded.updated_at,
        from_json(loaded.payload, '{
            "email": "VARCHAR",
            "first_name": "VARCHAR",
            "last_name": "VARCHAR",
            "phone": "VARCHAR",
            "external_customer_id": {"ecommerce": "VARCHAR"},
            "subscriptions_active_count": "BIGINT",
            "subscriptions_total_count": "BIGINT",
            "has_valid_payment_method": "BOOLEAN",
            "first_charge_processed_at": "TIMESTAMPTZ"
        }') as record
    from raw_recharge.customers as loaded
)

select
    parsed._connection_id || ':' || parsed.id as customer_id,
    parsed._connection_id as connection_id,
    parsed.id as source_customer_id,
    record.external_customer_id.ecommerce as ecommerce_customer_id,
    record.email,
    nullif(lower(trim(record.email)), '') as normalized_email,
    nullif(trim(record.first_name), '') as first_name,
    nullif(trim(record.last_name), '') as last_name,
    nullif(trim(record.phone), '') as phone,
    record.subscriptions_active_count as active_subscriptions_count,
    record.subscriptions_total_count as subscriptions_count,
    record.has_valid_payment_method,
    record.first_charge_processed_at,
    parsed.created_at,
    parsed.updated_at,
    parsed._synced_at as synced_at
from parsed
