-- One row per code of a Shopify discount.
--
-- materialized: view
-- key: discount_code_id
-- column discount_code_id: text. The code's key: connection and Shopify's id.
-- column connection_id: text. The connection that the row came through.
-- column discount_id: text. The discount that the code opens.
-- column code: text. What the customer types.
-- column usage_count: bigint. How often it was used, by Shopify's late count.
-- column synced_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_shopify.discount_codes: id text, discount_id text, payload json, _connection_id
--    text, _synced_at timestamptz
with parsed as (
    select
        loaded._connection_id,
        loaded._synced_at,
        loaded.id,
        loaded.discount_id,
        from_json(loaded.payload, '{
            "code": "VARCHAR",
            "asyncUsageCount": "BIGINT"
        }') as node
    from raw_shopify.discount_codes as loaded
)

select
    parsed._connection_id || ':' || regexp_replace(parsed.id, '^.*/', '') as discount_code_id,
    parsed._connection_id as connection_id,
    parsed._connection_id || ':' || regexp_replace(parsed.discount_id, '^.*/', '') as discount_id,
    node.code,
    node.asyncUsageCount as usage_count,
    parsed._synced_at as synced_at
from parsed
