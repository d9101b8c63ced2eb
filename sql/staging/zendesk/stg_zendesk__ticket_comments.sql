-- One row per comment on a Zendesk ticket, public or between agents.
--
-- materialized: view
-- key: comment_id
-- column comment_id: text. The comment's key: connection and Zendesk's id.
-- column connection_id: text. The connection that the row came through.
-- column ticket_id: text. The ticket.
-- column ticket_event_id: text. The change that it came with.
-- column author_id: text. Who wrote it: the user's key.
-- column is_public: boolean. Whether the customer sees it.
-- column body: text. What was written, as plain text.
-- column created_at: timestamptz. When it was written, UTC.
-- column synced_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_zendesk.ticket_events: id text, ticket_id text, created_at timestamptz, payload json,
--    _connection_id text, _synced_at timestamptz
with children as (
    select
        loaded._connection_id,
        loaded._synced_at,
        loaded.id,
        loaded.ticket_id,
        loaded.created_at,
        unnest(from_json(loaded.payload -> '$.child_events', '[{
            "id": "VARCHAR",
            "event_type": "VARCHAR",
            "author_id": "VARCHAR",
            "public": "BOOLEAN",
            "body": "VARCHAR",
            "created_at": "TIMESTAMPTZ"
        }]')) as child
    from raw_zendesk.ticket_events as loaded
)

select
    children._connection_id || ':' || child.id as comment_id,
    children._connection_id as connection_id,
    children._connection_id || ':' || children.ticket_id as ticket_id,
    children._connection_id || ':' || children.id as ticket_event_id,
    children._connection_id || ':' || child.author_id as author_id,
    child.public as is_public,
    child.body,
    coalesce(child.created_at, children.created_at) as created_at,
    children._synced_at as synced_at
from children
where child.event_type = 'Comment' and child.id is not null
