-- One row per Zendesk user: customers, agents and administrators.
--
-- materialized: view
-- key: user_id
-- column user_id: text. The user's key: connection and Zendesk's id.
-- column connection_id: text. The connection that the row came through.
-- column name: text. Name.
-- column email: text. First e-mail address.
-- column normalized_email: text. That e-mail in lower case without blanks around it.
-- column phone: text. Telephone number.
-- column role: text. end-user, agent or admin.
-- column is_active: boolean. Whether the user was not deleted.
-- column is_suspended: boolean. Whether the user may not sign in.
-- column organization_id: text. The user's organization.
-- column external_id: text. An id that another program gave the user.
-- column time_zone: text. Time zone by its IANA name.
-- column locale: text. Language.
-- column created_at: timestamptz. When the user was made, UTC.
-- column updated_at: timestamptz. When the user last changed, UTC.
-- column synced_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_zendesk.users: id text, created_at timestamptz, updated_at timestamptz, payload json,
--    _connection_id text, _synced_at timestamptz
with parsed as (
    select
        loaded._connection_id,
        loaded._synced_at,
        loaded.id,
        loaded.created_at,
        loaded.updated_at,
        from_json(loaded.payload, '{
            "name": "VARCHAR",
            "email": "VARCHAR",
            "phone": "VARCHAR",
            "role": "VARCHAR",
            "active": "BOOLEAN",
            "suspended": "BOOLEAN",
            "organization_id": "VARCHAR",
            "external_id": "VARCHAR",
            "iana_time_zone": "VARCHAR",
            "locale": "VARCHAR"
        }') as node
    from raw_zendesk.users as loaded
)

select
    parsed._connection_id || ':' || parsed.id as user_id,
    parsed._connection_id as connection_id,
    node.name,
    node.email,
    nullif(lower(trim(node.email)), '') as normalized_email,
    node.phone,
    node.role,
    coalesce(node.active, true) as is_active,
    coalesce(node.suspended, false) as is_suspended,
    parsed._connection_id || ':' || node.organization_id as organization_id,
    node.external_id,
    node.iana_time_zone as time_zone,
    node.locale,
    parsed.created_at,
    parsed.updated_at,
    parsed._synced_at as synced_at
from parsed
