-- One row per message of a campaign; a campaign with a test of variants has several.
--
-- materialized: view
-- key: campaign_message_id
-- column campaign_message_id: text. The message's key: connection and Klaviyo's id.
-- column connection_id: text. The connection that the row came through.
-- column source_campaign_message_id: text. Klaviyo's own id.
-- column campaign_id: text. The campaign's key.
-- column channel: text. email, sms or mobile_push.
-- column label: text. Its name within the campaign.
-- column subject: text. Subject of an e-mail, title of a push message.
-- column preview_text: text. What mail programs show beside the subject.
-- column body: text. Text of a text or push message.
-- column from_label: text. Sender as readers see it.
-- column template_id: text. The template's key; null without one.
-- column created_at: timestamptz. When it was made, UTC.
-- column updated_at: timestamptz. When it last changed, UTC.
-- column synced_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_klaviyo.campaign_messages: id text, created_at timestamptz, updated_at timestamptz,
--    campaign_id text, payload json, _connection_id text, _synced_at timestamptz
with parsed as (
    select
        loaded._connection_id,
        loaded._synced_at,
        loaded.id,
        loaded.created_at,
        loaded.updated_at,
        loaded.campaign_id,
        from_json(loaded.payload, '{
            "attributes": {
                "definition": {
                    "channel": "VARCHAR",
                    "label": "VARCHAR",
                    "content": {
                        "subject": "VARCHAR",
                        "title": "VARCHAR",
                        "preview_text": "VARCHAR",
                        "body": "VARCHAR",
                        "from_label": "VARCHAR"
                    }
                }
            },
            "relationships": {"template": {"data": {"id": "VARCHAR"}}}
        }') as node
    from raw_klaviyo.campaign_messages as loaded
)

select
    parsed._connection_id || ':' || parsed.id as campaign_message_id,
    parsed._connection_id as connection_id,
    parsed.id as source_campaign_message_id,
    parsed._connection_id || ':' || parsed.campaign_id as campaign_id,
    node.attributes.definition.channel,
    node.attributes.definition.label,
    coalesce(
        node.attributes.definition.content.subject,
        node.attributes.definition.content.title
    ) as subject,
    node.attributes.definition.content.preview_text,
    node.attributes.definition.content.body,
    node.attributes.definition.content.from_label,
    parsed._connection_id || ':' || node.relationships.template.data.id as template_id,
    parsed.created_at,
    parsed.updated_at,
    parsed._synced_at as synced_at
from parsed
