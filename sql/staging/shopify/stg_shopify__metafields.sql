-- One row per metafield: an extra field of a product, variant, customer, order or collection.
--
-- materialized: view
-- key: metafield_id
-- column metafield_id: text. The metafield's key: connection and Shopify's id.
-- column connection_id: text. The connection that the row came through.
-- column owner_type: text. What it is a field of: product, productvariant, customer, order,
--    collection.
-- column owner_id: text. The key of what it is a field of.
-- column namespace: text. Group of the field.
-- column key: text. Name of the field.
-- column value_type: text. Shopify's type of the value.
-- column value: text. The value, as text.
-- column updated_at: timestamptz. When it last changed, UTC.
-- column synced_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_shopify.metafields: id text, owner_id text, updated_at timestamptz, payload json,
--    _connection_id text, _synced_at timestamptz
with parsed as (
    select
        loaded._connection_id,
        loaded._synced_at,
        loaded.id,
        loaded.owner_id,
        loaded.updated_at,
        from_json(loaded.payload, '{
            "namespace": "VARCHAR",
            "key": "VARCHAR",
            "type": "VARCHAR",
            "value": "VARCHAR",
            "ownerType": "VARCHAR"
        }') as node
    from raw_shopify.metafields as loaded
)

select
    parsed._connection_id || ':' || regexp_replace(parsed.id, '^.*/', '') as metafield_id,
    parsed._connection_id as connection_id,
    lower(coalesce(node.ownerType, split_part(parsed.owner_id, '/', 4))) as owner_type,
    parsed._connection_id || ':' || regexp_replace(parsed.owner_id, '^.*/', '') as owner_id,
    node.namespace,
    node.key,
    node.type as value_type,
    node.value,
    parsed.updated_at,
    parsed._synced_at as synced_at
from parsed
