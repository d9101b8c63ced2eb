-- One row per line of a Shopify refund: which units came off.
--
-- materialized: view
-- key: refund_line_id
-- column refund_line_id: text. The refund line's key: connection and Shopify's id.
-- column connection_id: text. The connection that the row came through.
-- column refund_id: text. The refund that the line belongs to.
-- column order_id: text. The order that was refunded.
-- column order_line_id: text. The order line whose units came off.
-- column quantity: bigint. Units that came off.
-- column items_amount: decimal(18,4). Their price after discounts; with tax where prices include
--    it.
-- column tax_amount: decimal(18,4). Their tax.
-- column restock_type: text. cancel, return, no_restock or legacy_restock.
-- column synced_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_shopify.refund_line_items: id text, refund_id text, order_id text, payload json,
--    _connection_id text, _synced_at timestamptz
with parsed as (
    select
        loaded._connection_id,
        loaded._synced_at,
        loaded.id,
        loaded.refund_id,
        loaded.order_id,
        from_json(loaded.payload, '{
            "quantity": "BIGINT",
            "restockType": "VARCHAR",
            "subtotalSet": {"shopMoney": {"amount": "DECIMAL(18,4)"}},
            "totalTaxSet": {"shopMoney": {"amount": "DECIMAL(18,4)"}},
            "lineItem": {"id": "VARCHAR"}
        }') as node
    from raw_shopify.refund_line_items as loaded
)

select
    parsed._connection_id || ':' || regexp_replace(parsed.id, '^.*/', '') as refund_line_id,
    parsed._connection_id as connection_id,
    parsed._connection_id || ':' || regexp_replace(parsed.refund_id, '^.*/', '') as refund_id,
    parsed._connection_id || ':' || regexp_replace(parsed.order_id, '^.*/', '') as order_id,
    parsed._connection_id || ':' || regexp_replace(node.lineItem.id, '^.*/', '') as order_line_id,
    coalesce(node.quantity, 0) as quantity,
    coalesce(node.subtotalSet.shopMoney.amount, 0) as items_amount,
    coalesce(node.totalTaxSet.shopMoney.amount, 0) as tax_amount,
    lower(node.restockType) as restock_type,
    parsed._synced_at as synced_at
from parsed
