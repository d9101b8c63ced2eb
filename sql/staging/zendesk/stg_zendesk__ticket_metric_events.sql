-- One row per start, pause or stop of a ticket's clocks.
--
-- materialized: view
-- key: ticket_metric_event_id
-- column ticket_metric_event_id: text. The event's key: connection and Zendesk's id.
-- column connection_id: text. The connection that the row came through.
-- column ticket_id: text. The ticket.
-- column metric: text. Which clock: reply_time, resolution_time and so on.
-- column event_type: text. activate, pause, fulfill, apply_sla, breach, update_status or measure.
-- column instance_number: bigint. Which run of that clock.
-- column occurred_at: timestamptz. When, UTC.
-- column synced_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_zendesk.ticket_metric_events: id text, ticket_id text, time timestamptz, payload
--    json, _connection_id text, _synced_at timestamptz
with parsed as (
    select
        loaded._connection_id,
        loaded._synced_at,
        loaded.id,
        loaded.ticket_id,
        loaded.time,
        from_json(loaded.payload, '{
            "metric": "VARCHAR",
            "type": "VARCHAR",
            "instance_id": "BIGINT"
        }') as node
    from raw_zendesk.ticket_metric_events as loaded
)

select
    parsed._connection_id || ':' || parsed.id as ticket_metric_event_id,
    parsed._connection_id as connection_id,
    parsed._connection_id || ':' || parsed.ticket_id as ticket_id,
    node.metric,
    node.type as event_type,
    node.instance_id as instance_number,
    parsed.time as occurred_at,
    parsed._synced_at as synced_at
from parsed
