-- One row per place that holds stock.
--
-- materialized: view
-- key: location_id
-- column location_id: text. The place's key: connection and Shopify's id.
-- column connection_id: text. The connection that the row came through.
-- column source_location_id: text. Shopify's id of the place.
-- column location_name: text. The place's name.
-- column is_active: boolean. Whether the place is in use.
-- column is_fulfillment_service: boolean. Whether another company sends from here.
-- column city: text. City.
-- column province_code: text. Province or state, as a code.
-- column country_code: text. Country, two letters.
-- column postal_code: text. Postal code.
-- column created_at: timestamptz. When the place was made, UTC.
-- column updated_at: timestamptz. When the place last changed, UTC.
-- column synced_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_shopify.locations: id text, payload json, _connection_id text, _synced_at
--    timestamptz
with parsed as (
    select
        loaded._connection_id,
        loaded._synced_at,
        loaded.id,
        from_json(loaded.payload, '{
            "name": "VARCHAR",
            "isActive": "BOOLEAN",
            "isFulfillmentService": "BOOLEAN",
            "createdAt": "TIMESTAMPTZ",
            "updatedAt": "TIMESTAMPTZ",
            "address": {
                "city": "VARCHAR",
                "provinceCode": "VARCHAR",
                "countryCode": "VARCHAR",
                "zip": "VARCHAR"
            }
        }') as node
    from raw_shopify.locations as loaded
)

select
    parsed._connection_id || ':' || regexp_replace(parsed.id, '^.*/', '') as location_id,
    parsed._connection_id as connection_id,
    regexp_replace(parsed.id, '^.*/', '') as source_location_id,
    node.name as location_name,
    node.isActive as is_active,
    node.isFulfillmentService as is_fulfillment_service,
    node.address.city,
    node.address.provinceCode as province_code,
    node.address.countryCode as country_code,
    node.address.zip as postal_code,
    node.createdAt as created_at,
    node.updatedAt as updated_at,
    parsed._synced_at as synced_at
from parsed
