-- One row per rating of a ticket.
--
-- materialized: view
-- key: satisfaction_rating_id
-- column satisfaction_rating_id: text. The rating's key: connection and Zendesk's id.
-- column connection_id: text. The connection that the row came through.
-- column ticket_id: text. The ticket.
-- column score: text. good, bad, offered or unoffered.
-- column comment: text. What the customer wrote.
-- column reason: text. Why it was bad.
-- column requester_id: text. Who rated: the user's key.
-- column assignee_id: text. Who was rated: the user's key.
-- column group_id: text. The assignee's group.
-- column created_at: timestamptz. When it was first given, UTC.
-- column updated_at: timestamptz. When it last changed, UTC.
-- column synced_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_zendesk.satisfaction_ratings: id text, ticket_id text, updated_at timestamptz,
--    payload json, _connection_id text, _synced_at timestamptz
with parsed as (
    select
        loaded._connection_id,
        loaded._synced_at,
        loaded.id,
        loaded.ticket_id,
        loaded.updated_at,
        from_json(loaded.payload, '{
            "score": "VARCHAR",
            "comment": "VARCHAR",
            "reason": "VARCHAR",
            "requester_id": "VARCHAR",
            "assignee_id": "VARCHAR",
            "group_id": "VARCHAR",
            "created_at": "TIMESTAMPTZ"
        }') as node
    from raw_zendesk.satisfaction_ratings as loaded
)

select
    parsed._connection_id || ':' || parsed.id as satisfaction_rating_id,
    parsed._connection_id as connection_id,
    parsed._connection_id || ':' || parsed.ticket_id as ticket_id,
    node.score,
    nullif(trim(node.comment), '') as comment,
    node.reason,
    parsed._connection_id || ':' || node.requester_id as requester_id,
    parsed._connection_id || ':' || node.assignee_id as assignee_id,
    parsed._connection_id || ':' || node.group_id as group_id,
    node.created_at,
    parsed.updated_at,
    parsed._synced_at as synced_at
from parsed
