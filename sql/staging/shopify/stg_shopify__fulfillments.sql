-- One row per fulfilment (parcel) of a Shopify order.
--
-- materialized: view
-- key: fulfillment_id
-- column fulfillment_id: text. The fulfilment's key: connection and Shopify's id.
-- column connection_id: text. The connection that the row came through.
-- column source_fulfillment_id: text. Shopify's id of the fulfilment.
-- column order_id: text. The order that was sent.
-- column fulfillment_state: text. success, open, pending, cancelled, error or failure.
-- column quantity: bigint. Units in the parcel.
-- column tracking_company: text. Carrier of the first parcel.
-- column tracking_number: text. Tracking number of the first parcel.
-- column tracking_url: text. Tracking page of the first parcel.
-- column created_at: timestamptz. When it was sent, UTC.
-- column updated_at: timestamptz. When it last changed, UTC.
-- column delivered_at: timestamptz. When it arrived, UTC.
-- column synced_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_shopify.fulfillments: id text, order_id text, created_at timestamptz, updated_at
--    timestamptz, payload json, _connection_id text, _synced_at timestamptz
with parsed as (
    select
        loaded._connection_id,
        loaded._synced_at,
        loaded.id,
        loaded.order_id,
        loaded.created_at,
        loaded.updated_at,
        from_json(loaded.payload, '{
            "status": "VARCHAR",
            "deliveredAt": "TIMESTAMPTZ",
            "totalQuantity": "BIGINT",
            "trackingInfo": [{"company": "VARCHAR", "number": "VARCHAR", "url": "VARCHAR"}]
        }') as node
    from raw_shopify.fulfillments as loaded
)

select
    parsed._connection_id || ':' || regexp_replace(parsed.id, '^.*/', '') as fulfillment_id,
    parsed._connection_id as connection_id,
    regexp_replace(parsed.id, '^.*/', '') as source_fulfillment_id,
    parsed._connection_id || ':' || regexp_replace(parsed.order_id, '^.*/', '') as order_id,
    lower(node.status) as fulfillment_state,
    node.totalQuantity as quantity,
    node.trackingInfo[1].company as tracking_company,
    node.trackingInfo[1].number as tracking_number,
    node.trackingInfo[1].url as tracking_url,
    parsed.created_at,
    parsed.updated_at,
    node.deliveredAt as delivered_at,
    parsed._synced_at as synced_at
from parsed
