-- One row per kind of event.
--
-- materialized: view
-- key: metric_id
-- column metric_id: text. The metric's key: connection and Klaviyo's id.
-- column connection_id: text. The connection that the row came through.
-- column source_metric_id: text. Klaviyo's own id.
-- column metric_name: text. Name, such as Opened Email or Placed Order.
-- column integration: text. Who reports it, such as Klaviyo or Shopify.
-- column integration_category: text. Kind of that integration.
-- column synced_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_klaviyo.metrics: id text, payload json, _connection_id text, _synced_at timestamptz
with parsed as (
    select
        loaded._connection_id,
        loaded._synced_at,
        loaded.id,
        from_json(loaded.payload, '{
            "attributes": {
                "name": "VARCHAR",
                "integration": {"name": "VARCHAR", "category": "VARCHAR"}
            }
        }') as node
    from raw_klaviyo.metrics as loaded
)

select
    parsed._connection_id || ':' || parsed.id as metric_id,
    parsed._connection_id as connection_id,
    parsed.id as source_metric_id,
    node.attributes.name as metric_name,
    node.attributes.integration.name as integration,
    node.attributes.integration.category as integration_category,
    parsed._synced_at as synced_at
from parsed
