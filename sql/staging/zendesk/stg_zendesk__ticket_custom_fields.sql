-- One row per filled custom field of a Zendesk ticket, with the field's name.
--
-- materialized: view
-- key: ticket_id, ticket_field_id
-- column ticket_id: text. The ticket.
-- column ticket_field_id: text. The field's key: connection and Zendesk's id.
-- column connection_id: text. The connection that the row came through.
-- column field_name: text. The field's title; null where the field is gone.
-- column value: text. What it holds; of a list or a box the JSON of it.
-- column synced_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_zendesk.tickets: id text, created_at timestamptz, updated_at timestamptz, payload
--    json, _connection_id text, _synced_at timestamptz
-- source raw_zendesk.ticket_fields: id text, payload json, _connection_id text, _synced_at
--    timestamptz
with filled as (
    select
        loaded._connection_id,
        loaded._synced_at,
        loaded.id,
        unnest(from_json(loaded.payload -> '$.custom_fields', '["JSON"]')) as field
    from raw_zendesk.tickets as loaded
),

valued as (
    select
        filled._connection_id,
        filled._synced_at,
        filled.id,
        filled.field ->> '$.id' as field_id,
        filled.field ->> '$.value' as value
    from filled
)

select
    valued._connection_id || ':' || valued.id as ticket_id,
    valued._connection_id || ':' || valued.field_id as ticket_field_id,
    valued._connection_id as connection_id,
    fields.payload ->> '$.title' as field_name,
    valued.value,
    valued._synced_at as synced_at
from valued
left join raw_zendesk.ticket_fields as fields
    on valued._connection_id = fields._connection_id and valued.field_id = fields.id
where nullif(valued.value, '') is not null
