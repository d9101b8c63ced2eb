-- One row per company that buys from the store.
--
-- materialized: view
-- key: company_id
-- column company_id: text. The company's key: connection and Shopify's id.
-- column connection_id: text. The connection that the row came through.
-- column source_company_id: text. Shopify's id of the company.
-- column company_name: text. The company's name.
-- column external_id: text. The company's number in the merchant's other systems.
-- column main_contact_id: text. The contact who is asked first.
-- column customer_since: timestamptz. Since when it is a customer, as the merchant says, UTC.
-- column created_at: timestamptz. When it was made, UTC.
-- column updated_at: timestamptz. When it last changed, UTC.
-- column synced_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_shopify.companies: id text, created_at timestamptz, updated_at timestamptz, payload
--    json, _connection_id text, _synced_at timestamptz
with parsed as (
    select
        loaded._connection_id,
        loaded._synced_at,
        loaded.id,
        loaded.created_at,
        loaded.updated_at,
        from_json(loaded.payload, '{
            "name": "VARCHAR",
            "externalId": "VARCHAR",
            "customerSince": "TIMESTAMPTZ",
            "mainContact": {"id": "VARCHAR"}
        }') as node
    from raw_shopify.companies as loaded
)

select
    parsed._connection_id || ':' || regexp_replace(parsed.id, '^.*/', '') as company_id,
    parsed._connection_id as connection_id,
    regexp_replace(parsed.id, '^.*/', '') as source_company_id,
    node.name as company_name,
    nullif(trim(node.externalId), '') as external_id,
    parsed._connection_id || ':' || regexp_replace(node.mainContact.id, '^.*/', '')
        as main_contact_id,
    node.customerSince as customer_since,
    parsed.created_at,
    parsed.updated_at,
    parsed._synced_at as synced_at
from parsed
