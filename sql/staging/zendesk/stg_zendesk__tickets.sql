-- One row per Zendesk ticket as it is now; deleted ones stay, with the status deleted.
--
-- materialized: view
-- key: ticket_id
-- column ticket_id: text. The ticket's key: connection and Zendesk's id.
-- column connection_id: text. The connection that the row came through.
-- column source_ticket_id: text. Zendesk's number of the ticket.
-- column subject: text. What it is about.
-- column status: text. new, open, pending, hold, solved, closed or deleted.
-- column is_deleted: boolean. Whether it was deleted.
-- column priority: text. low, normal, high or urgent.
-- column ticket_type: text. question, incident, problem or task.
-- column channel: text. How it came in: email, web, chat and so on.
-- column requester_id: text. Who asked: the user's key.
-- column assignee_id: text. The agent who has it: the user's key.
-- column organization_id: text. The requester's organization.
-- column group_id: text. The group of agents that has it.
-- column brand_id: text. The brand it was sent to.
-- column ticket_form_id: text. The form it was made with.
-- column satisfaction_score: text. How it was rated: good, bad, offered or unoffered.
-- column tags: text. Tags, joined by a comma and a space.
-- column external_id: text. An id that another program gave it.
-- column due_at: timestamptz. When a task is due, UTC.
-- column created_at: timestamptz. When it came in, UTC.
-- column updated_at: timestamptz. When a person last changed it, UTC; system changes move it not.
-- column synced_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_zendesk.tickets: id text, created_at timestamptz, updated_at timestamptz, payload
--    json, _connection_id text, _synced_at timestamptz
with parsed as (
    select
        loaded._connection_id,
        loaded._synced_at,
        loaded.id,
        loaded.created_at,
        loaded.updated_at,
        from_json(loaded.payload, '{
            "subject": "VARCHAR",
            "status": "VARCHAR",
            "priority": "VARCHAR",
            "type": "VARCHAR",
            "via": {"channel": "VARCHAR"},
            "requester_id": "VARCHAR",
            "assignee_id": "VARCHAR",
            "organization_id": "VARCHAR",
            "group_id": "VARCHAR",
            "brand_id": "VARCHAR",
            "ticket_form_id": "VARCHAR",
            "satisfaction_rating": {"score": "VARCHAR"},
            "tags": ["VARCHAR"],
            "external_id": "VARCHAR",
            "due_at": "TIMESTAMPTZ"
        }') as node
    from raw_zendesk.tickets as loaded
)

select
    parsed._connection_id || ':' || parsed.id as ticket_id,
    parsed._connection_id as connection_id,
    parsed.id as source_ticket_id,
    node.subject,
    node.status,
    coalesce(node.status = 'deleted', false) as is_deleted,
    node.priority,
    node.type as ticket_type,
    node.via.channel,
    parsed._connection_id || ':' || node.requester_id as requester_id,
    parsed._connection_id || ':' || node.assignee_id as assignee_id,
    parsed._connection_id || ':' || node.organization_id as organization_id,
    parsed._connection_id || ':' || node.group_id as group_id,
    parsed._connection_id || ':' || node.brand_id as brand_id,
    parsed._connection_id || ':' || node.ticket_form_id as ticket_form_id,
    node.satisfaction_rating.score as satisfaction_score,
    nullif(array_to_string(node.tags, ', '), '') as tags,
    node.external_id,
    node.due_at,
    parsed.created_at,
    parsed.updated_at,
    parsed._synced_at as synced_at
from parsed
