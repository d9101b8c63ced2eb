-- One row per ticket's measures: how often and how long. Minutes are by the calendar unless they
-- say business.
--
-- materialized: view
-- key: ticket_metric_id
-- column ticket_metric_id: text. The key: connection and Zendesk's id.
-- column connection_id: text. The connection that the row came through.
-- column ticket_id: text. The ticket.
-- column replies_count: bigint. Public answers of agents.
-- column reopens_count: bigint. How often it was opened again.
-- column first_reply_minutes: bigint. Until the first answer.
-- column first_reply_business_minutes: bigint. Until the first answer, in business hours.
-- column first_resolution_minutes: bigint. Until it was first solved.
-- column full_resolution_minutes: bigint. Until it was last solved.
-- column requester_wait_minutes: bigint. How long the customer waited in all.
-- column agent_wait_minutes: bigint. How long the agents waited for the customer.
-- column assigned_at: timestamptz. When it was last assigned, UTC.
-- column solved_at: timestamptz. When it was last solved, UTC.
-- column created_at: timestamptz. When the ticket came in, UTC.
-- column updated_at: timestamptz. When the measures last changed, UTC.
-- column synced_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_zendesk.ticket_metrics: id text, ticket_id text, created_at timestamptz, updated_at
--    timestamptz, payload json, _connection_id text, _synced_at timestamptz
with parsed as (
    select
        loaded._connection_id,
        loaded._synced_at,
        loaded.id,
        loaded.ticket_id,
        loaded.created_at,
        loaded.updated_at,
        from_json(loaded.payload, '{
            "replies": "BIGINT",
            "reopens": "BIGINT",
            "reply_time_in_minutes": {"calendar": "BIGINT", "business": "BIGINT"},
            "first_resolution_time_in_minutes": {"calendar": "BIGINT", "business": "BIGINT"},
            "full_resolution_time_in_minutes": {"calendar": "BIGINT", "business": "BIGINT"},
            "requester_wait_time_in_minutes": {"calendar": "BIGINT", "business": "BIGINT"},
            "agent_wait_time_in_minutes": {"calendar": "BIGINT", "business": "BIGINT"},
            "assigned_at": "TIMESTAMPTZ",
            "solved_at": "TIMESTAMPTZ"
        }') as node
    from raw_zendesk.ticket_metrics as loaded
)

select
    parsed._connection_id || ':' || parsed.id as ticket_metric_id,
    parsed._connection_id as connection_id,
    parsed._connection_id || ':' || parsed.ticket_id as ticket_id,
    node.replies as replies_count,
    node.reopens as reopens_count,
    node.reply_time_in_minutes.calendar as first_reply_minutes,
    node.reply_time_in_minutes.business as first_reply_business_minutes,
    node.first_resolution_time_in_minutes.calendar as first_resolution_minutes,
    node.full_resolution_time_in_minutes.calendar as full_resolution_minutes,
    node.requester_wait_time_in_minutes.calendar as requester_wait_minutes,
    node.agent_wait_time_in_minutes.calendar as agent_wait_minutes,
    node.assigned_at,
    node.solved_at,
    parsed.created_at,
    parsed.updated_at,
    parsed._synced_at as synced_at
from parsed
