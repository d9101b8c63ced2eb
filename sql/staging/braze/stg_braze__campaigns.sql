-- One row per Braze campaign, archived ones and drafts too.
--
-- materialized: view
-- key: campaign_id
-- column campaign_id: text. The key: connection and Braze's identifier.
-- column connection_id: text. The connection that the row came through.
-- column source_campaign_id: text. Braze's identifier.
-- column name: text. Name.
-- column channels: text. Channels, joined by a comma and a space.
-- column schedule_type: text. time_based, action_based or api_triggered.
-- column is_archived: boolean. Whether it was put away.
-- column is_draft: boolean. Whether it was never launched.
-- column is_enabled: boolean. Whether it may send.
-- column tags: text. Tags, joined by a comma and a space.
-- column first_sent_at: timestamptz. When it was first sent, UTC; null if never.
-- column last_sent_at: timestamptz. When it was last sent, UTC.
-- column created_at: timestamptz. When it was made, UTC.
-- column edited_at: timestamptz. When it was last edited, UTC.
-- column synced_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_braze.campaigns: id text, last_edited timestamptz, payload json, _connection_id text,
--    _synced_at timestamptz
with parsed as (
    select
        loaded._connection_id,
        loaded._synced_at,
        loaded.id,
        loaded.last_edited,
        from_json(loaded.payload, '{
            "name": "VARCHAR",
            "channels": ["VARCHAR"],
            "schedule_type": "VARCHAR",
            "archived": "BOOLEAN",
            "draft": "BOOLEAN",
            "enabled": "BOOLEAN",
            "tags": ["VARCHAR"],
            "first_sent": "TIMESTAMPTZ",
            "last_sent": "TIMESTAMPTZ",
            "created_at": "TIMESTAMPTZ"
        }') as node
    from raw_braze.campaigns as loaded
)

select
    parsed._connection_id || ':' || parsed.id as campaign_id,
    parsed._connection_id as connection_id,
    parsed.id as source_campaign_id,
    node.name,
    nullif(array_to_string(node.channels, ', '), '') as channels,
    node.schedule_type,
    coalesce(node.archived, false) as is_archived,
    coalesce(node.draft, false) as is_draft,
    coalesce(node.enabled, false) as is_enabled,
    nullif(array_to_string(node.tags, ', '), '') as tags,
    node.first_sent as first_sent_at,
    node.last_sent as last_sent_at,
    node.created_at,
    parsed.last_edited as edited_at,
    parsed._synced_at as synced_at
from parsed
