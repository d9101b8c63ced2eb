-- One row per deletion that Shopify reports; the deleted rows themselves leave the raw tables.
--
-- materialized: view
-- key: deletion_id
-- column deletion_id: text. The event's key: connection and Shopify's id.
-- column connection_id: text. The connection that the row came through.
-- column object_type: text. What was deleted: product, order, customer, collection.
-- column object_id: text. The key that the object had.
-- column message: text. Shopify's words.
-- column deleted_at: timestamptz. When it was deleted, UTC.
-- column synced_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_shopify.deleted_objects: id text, created_at timestamptz, payload json,
--    _connection_id text, _synced_at timestamptz
with parsed as (
    select
        loaded._connection_id,
        loaded._synced_at,
        loaded.id,
        loaded.created_at,
        from_json(loaded.payload, '{
            "subjectId": "VARCHAR",
            "subjectType": "VARCHAR",
            "message": "VARCHAR"
        }') as node
    from raw_shopify.deleted_objects as loaded
)

select
    parsed._connection_id || ':' || regexp_replace(parsed.id, '^.*/', '') as deletion_id,
    parsed._connection_id as connection_id,
    lower(node.subjectType) as object_type,
    parsed._connection_id || ':' || regexp_replace(node.subjectId, '^.*/', '') as object_id,
    node.message,
    parsed.created_at as deleted_at,
    parsed._synced_at as synced_at
from parsed
