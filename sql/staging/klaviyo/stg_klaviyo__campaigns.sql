-- One row per campaign of any channel, archived ones too.
--
-- materialized: view
-- key: campaign_id
-- column campaign_id: text. The campaign's key: connection and Klaviyo's id.
-- column connection_id: text. The connection that the row came through.
-- column source_campaign_id: text. Klaviyo's own id.
-- column campaign_name: text. Name.
-- column status: text. Where it stands: draft, scheduled, sent, cancelled and so on.
-- column is_archived: boolean. Whether it was put away.
-- column send_method: text. How it is sent: static, immediate, throttled, smart_send_time.
-- column scheduled_at: timestamptz. When its sending was scheduled, UTC.
-- column sent_at: timestamptz. When it was or will be sent, UTC.
-- column created_at: timestamptz. When it was made, UTC.
-- column updated_at: timestamptz. When it last changed, UTC.
-- column synced_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_klaviyo.campaigns: id text, created_at timestamptz, updated_at timestamptz, payload
--    json, _connection_id text, _synced_at timestamptz
with parsed as (
    select
        loaded._connection_id,
        loaded._synced_at,
        loaded.id,
        loaded.created_at,
        loaded.updated_at,
        from_json(loaded.payload, '{
            "attributes": {
                "name": "VARCHAR",
                "status": "VARCHAR",
                "archived": "BOOLEAN",
                "scheduled_at": "TIMESTAMPTZ",
                "send_time": "TIMESTAMPTZ",
                "send_strategy": {"method": "VARCHAR"}
            }
        }') as node
    from raw_klaviyo.campaigns as loaded
)

select
    parsed._connection_id || ':' || parsed.id as campaign_id,
    parsed._connection_id as connection_id,
    parsed.id as source_campaign_id,
    node.attributes.name as campaign_name,
    lower(node.attributes.status) as status,
    node.attributes.archived as is_archived,
    node.attributes.send_strategy.method as send_method,
    node.attributes.scheduled_at,
    node.attributes.send_time as sent_at,
    parsed.created_at,
    parsed.updated_at,
    parsed._synced_at as synced_at
from parsed
