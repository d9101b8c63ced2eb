-- One row per Iterable campaign, of every state.
--
-- materialized: view
-- key: campaign_id
-- column campaign_id: text. The campaign's key: connection and Iterable's id.
-- column connection_id: text. The connection that the row came through.
-- column source_campaign_id: text. Iterable's id of the campaign.
-- column campaign_name: text. Name.
-- column medium: text. email, sms, push, inapp and so on.
-- column campaign_kind: text. blast (sent once) or triggered.
-- column campaign_state: text. draft, ready, scheduled, running, finished, starting, aborted,
--    recurring or archived.
-- column template_id: text. Iterable's id of its template.
-- column journey_id: text. Iterable's id of the journey that sends it.
-- column send_size: bigint. People it was sent to, by Iterable's count.
-- column started_at: timestamptz. When sending began, UTC.
-- column ended_at: timestamptz. When sending ended, UTC.
-- column created_at: timestamptz. When it was made, UTC.
-- column updated_at: timestamptz. When it last changed, UTC.
-- column synced_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_iterable.campaigns: id text, created_at timestamptz, updated_at timestamptz,
--    message_medium text, campaign_state text, template_id text, workflow_id text, payload json,
--    _connection_id text, _synced_at timestamptz
with parsed as (
    select
        loaded._connection_id,
        loaded._synced_at,
        loaded.id,
        loaded.created_at,
        loaded.updated_at,
        loaded.message_medium,
        loaded.campaign_state,
        loaded.template_id,
        loaded.workflow_id,
        from_json(loaded.payload, '{
            "name": "VARCHAR",
            "type": "VARCHAR",
            "sendSize": "BIGINT",
            "startAt": "BIGINT",
            "endedAt": "BIGINT"
        }') as record
    from raw_iterable.campaigns as loaded
)

select
    parsed._connection_id || ':' || parsed.id as campaign_id,
    parsed._connection_id as connection_id,
    parsed.id as source_campaign_id,
    record.name as campaign_name,
    lower(parsed.message_medium) as medium,
    lower(record.type) as campaign_kind,
    lower(parsed.campaign_state) as campaign_state,
    parsed.template_id,
    parsed.workflow_id as journey_id,
    record.sendSize as send_size,
    to_timestamp(record.startAt / 1000.0) as started_at,
    to_timestamp(record.endedAt / 1000.0) as ended_at,
    parsed.created_at,
    parsed.updated_at,
    parsed._synced_at as synced_at
from parsed
