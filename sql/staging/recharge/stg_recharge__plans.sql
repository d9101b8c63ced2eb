-- One row per plan: a way in which a product may be subscribed to.
--
-- materialized: view
-- key: plan_id
-- column plan_id: text. The plan's key: connection and Recharge's id.
-- column connection_id: text. The connection that the row came through.
-- column source_plan_id: text. Recharge's id of the plan.
-- column ecommerce_product_id: text. The shop's own id of the product.
-- column plan_kind: text. subscription, prepaid, prepaid_v2, onetime or membership_subscription.
-- column title: text. Title.
-- column plan_name: text. The selling plan's name at the shop.
-- column discount_kind: text. percentage, fixed_amount or shipping.
-- column discount: decimal(18,4). Percent or amount, by its kind.
-- column order_interval_count: bigint. An order every so many units.
-- column charge_interval_count: bigint. A charge every so many units.
-- column interval_unit: text. day, week or month.
-- column is_deleted: boolean. Whether it is no longer offered.
-- column created_at: timestamptz. When Recharge made it, UTC.
-- column updated_at: timestamptz. When it last changed, UTC.
-- column synced_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_recharge.plans: id text, created_at timestamptz, updated_at timestamptz, payload
--    json, _connection_id text, _synced_at timestamptz
with parsed as (
    select
        loaded._connection_id,
        loaded._synced_at,
        loaded.id,
        loaded.created_at,
        loaded.updated_at,
        from_json(loaded.payload, '{
            "type": "VARCHAR",
            "title": "VARCHAR",
            "external_plan_name": "VARCHAR",
            "external_product_id": {"ecommerce": "VARCHAR"},
            "discount_type": "VARCHAR",
            "discount_amount": "DECIMAL(18,4)",
            "deleted_at": "TIMESTAMPTZ",
            "subscription_preferences": {
                "order_interval_frequency": "BIGINT",
                "charge_interval_frequency": "BIGINT",
                "interval_unit": "VARCHAR"
            }
        }') as record
    from raw_recharge.plans as loaded
)

select
    parsed._connection_id || ':' || parsed.id as plan_id,
    parsed._connection_id as connection_id,
    parsed.id as source_plan_id,
    record.external_product_id.ecommerce as ecommerce_product_id,
    record.type as plan_kind,
    record.title,
    record.external_plan_name as plan_name,
    record.discount_type as discount_kind,
    record.discount_amount as discount,
    record.subscription_preferences.order_interval_frequency as order_interval_count,
    record.subscription_preferences.charge_interval_frequency as charge_interval_count,
    record.subscription_preferences.interval_unit,
    record.deleted_at is not null as is_deleted,
    parsed.created_at,
    parsed.updated_at,
    parsed._synced_at as synced_at
from parsed
