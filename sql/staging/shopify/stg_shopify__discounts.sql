-- One row per Shopify discount, by code or automatic.
--
-- materialized: view
-- key: discount_id
-- column discount_id: text. The discount's key: connection and Shopify's id.
-- column connection_id: text. The connection that the row came through.
-- column source_discount_id: text. Shopify's id of the discount.
-- column title: text. The discount's title.
-- column discount_type: text. Shopify's type, such as DiscountCodeBasic.
-- column is_automatic: boolean. Whether it applies without a code.
-- column discount_status: text. active, expired or scheduled.
-- column discount_classes: text. What it takes off: order, product, shipping.
-- column usage_limit: bigint. How often it may be used.
-- column usage_count: bigint. How often it was used, by Shopify's late count.
-- column starts_at: timestamptz. From when it applies, UTC.
-- column ends_at: timestamptz. Until when it applies, UTC.
-- column created_at: timestamptz. When it was made, UTC.
-- column updated_at: timestamptz. When it last changed, UTC.
-- column synced_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_shopify.discounts: id text, updated_at timestamptz, payload json, _connection_id
--    text, _synced_at timestamptz
with parsed as (
    select
        loaded._connection_id,
        loaded._synced_at,
        loaded.id,
        loaded.updated_at,
        from_json(loaded.payload, '{
            "discount": {
                "__typename": "VARCHAR",
                "title": "VARCHAR",
                "status": "VARCHAR",
                "createdAt": "TIMESTAMPTZ",
                "startsAt": "TIMESTAMPTZ",
                "endsAt": "TIMESTAMPTZ",
                "usageLimit": "BIGINT",
                "asyncUsageCount": "BIGINT",
                "discountClasses": ["VARCHAR"]
            }
        }') as node
    from raw_shopify.discounts as loaded
)

select
    parsed._connection_id || ':' || regexp_replace(parsed.id, '^.*/', '') as discount_id,
    parsed._connection_id as connection_id,
    regexp_replace(parsed.id, '^.*/', '') as source_discount_id,
    node.discount.title,
    node.discount.__typename as discount_type,
    starts_with(node.discount.__typename, 'DiscountAutomatic') as is_automatic,
    lower(node.discount.status) as discount_status,
    lower(array_to_string(node.discount.discountClasses, ', ')) as discount_classes,
    node.discount.usageLimit as usage_limit,
    node.discount.asyncUsageCount as usage_count,
    node.discount.startsAt as starts_at,
    node.discount.endsAt as ends_at,
    node.discount.createdAt as created_at,
    parsed.updated_at,
    parsed._synced_at as synced_at
from parsed
