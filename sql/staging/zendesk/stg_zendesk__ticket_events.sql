-- One row per change of a ticket, with what it did in child_events.
--
-- materialized: view
-- key: ticket_event_id
-- column ticket_event_id: text. The event's key: connection and Zendesk's id.
-- column connection_id: text. The connection that the row came through.
-- column ticket_id: text. The ticket.
-- column updater_id: text. Who did it: the user's key.
-- column channel: text. By which way.
-- column child_events: json. What was changed, one entry each.
-- column created_at: timestamptz. When it happened, UTC.
-- column synced_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_zendesk.ticket_events: id text, ticket_id text, created_at timestamptz, payload json,
--    _connection_id text, _synced_at timestamptz
with parsed as (
    select
        loaded._connection_id,
        loaded._synced_at,
        loaded.id,
        loaded.ticket_id,
        loaded.created_at,
        from_json(loaded.payload, '{
            "updater_id": "VARCHAR",
            "via": "VARCHAR",
            "child_events": "JSON"
        }') as node
    from raw_zendesk.ticket_events as loaded
)

select
    parsed._connection_id || ':' || parsed.id as ticket_event_id,
    parsed._connection_id as connection_id,
    parsed._connection_id || ':' || parsed.ticket_id as ticket_id,
    parsed._connection_id || ':' || node.updater_id as updater_id,
    node.via as channel,
    node.child_events,
    parsed.created_at,
    parsed._synced_at as synced_at
from parsed
