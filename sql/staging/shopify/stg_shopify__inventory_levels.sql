-- One row per stock item and place: how many units are there.
--
-- materialized: view
-- key: inventory_level_id
-- column inventory_level_id: text. The level's key: connection and Shopify's id, which names
--    place and item.
-- column connection_id: text. The connection that the row came through.
-- column inventory_item_id: text. What is counted.
-- column location_id: text. Where it is counted.
-- column is_active: boolean. Whether the place still stocks the item.
-- column available_quantity: bigint. Units that can be sold.
-- column on_hand_quantity: bigint. Units that are there.
-- column committed_quantity: bigint. Units sold and not yet sent.
-- column incoming_quantity: bigint. Units on their way to the place.
-- column updated_at: timestamptz. When the level last changed, UTC.
-- column synced_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_shopify.inventory_levels: id text, inventory_item_id text, updated_at timestamptz,
--    payload json, _connection_id text, _synced_at timestamptz
with parsed as (
    select
        loaded._connection_id,
        loaded._synced_at,
        loaded.id,
        loaded.inventory_item_id,
        loaded.updated_at,
        from_json(loaded.payload, '{
            "isActive": "BOOLEAN",
            "location": {"id": "VARCHAR"},
            "quantities": [{"name": "VARCHAR", "quantity": "BIGINT"}]
        }') as node
    from raw_shopify.inventory_levels as loaded
)

select
    parsed._connection_id || ':' || regexp_replace(parsed.id, '^.*/', '') as inventory_level_id,
    parsed._connection_id as connection_id,
    parsed._connection_id || ':' || regexp_replace(parsed.inventory_item_id, '^.*/', '')
        as inventory_item_id,
    parsed._connection_id || ':' || regexp_replace(node.location.id, '^.*/', '') as location_id,
    node.isActive as is_active,
    cast(
        list_sum(
            list_transform(
                list_filter(node.quantities, lambda stock: stock.name = 'available'),
                lambda stock: stock.quantity
            )
        ) as bigint
    ) as available_quantity,
    cast(
        list_sum(
            list_transform(
                list_filter(node.quantities, lambda stock: stock.name = 'on_hand'),
                lambda stock: stock.quantity
            )
        ) as bigint
    ) as on_hand_quantity,
    cast(
        list_sum(
            list_transform(
                list_filter(node.quantities, lambda stock: stock.name = 'committed'),
                lambda stock: stock.quantity
            )
        ) as bigint
    ) as committed_quantity,
    cast(
        list_sum(
            list_transform(
                list_filter(node.quantities, lambda stock: stock.name = 'incoming'),
                lambda stock: stock.quantity
            )
        ) as bigint
    ) as incoming_quantity,
    parsed.updated_at,
    parsed._synced_at as synced_at
from parsed
