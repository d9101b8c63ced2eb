-- One row per exported person.
--
-- materialized: view
-- key: user_id
-- column user_id: text. The key: connection and Braze's identifier.
-- column connection_id: text. The connection that the row came through.
-- column external_id: text. The shop's id of the person.
-- column email: text. E-mail address.
-- column normalized_email: text. That e-mail in lower case without blanks around it.
-- column first_name: text. First name.
-- column last_name: text. Last name.
-- column country: text. Country, two letters.
-- column email_subscription: text. opted_in, subscribed or unsubscribed.
-- column push_subscription: text. opted_in, subscribed or unsubscribed.
-- column revenue_amount: decimal(18,6). What the person spent, by Braze's count.
-- column custom_attributes: json. What the shop told Braze beside.
-- column created_at: timestamptz. When Braze first knew the person, UTC.
-- column synced_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_braze.users: braze_id text, created_at timestamptz, payload json, _connection_id
--    text, _synced_at timestamptz
with parsed as (
    select
        loaded._connection_id,
        loaded._synced_at,
        loaded.braze_id,
        loaded.created_at,
        from_json(loaded.payload, '{
            "external_id": "VARCHAR",
            "email": "VARCHAR",
            "first_name": "VARCHAR",
            "last_name": "VARCHAR",
            "country": "VARCHAR",
            "email_subscribe": "VARCHAR",
            "push_subscribe": "VARCHAR",
            "total_revenue": "DECIMAL(18,6)",
            "custom_attributes": "JSON"
        }') as node
    from raw_braze.users as loaded
)

select
    parsed._connection_id || ':' || parsed.braze_id as user_id,
    parsed._connection_id as connection_id,
    node.external_id,
    node.email,
    nullif(lower(trim(node.email)), '') as normalized_email,
    node.first_name,
    node.last_name,
    node.country,
    node.email_subscribe as email_subscription,
    node.push_subscribe as push_subscription,
    node.total_revenue as revenue_amount,
    node.custom_attributes,
    parsed.created_at,
    parsed._synced_at as synced_at
from parsed
