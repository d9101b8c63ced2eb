-- One row per profile that Iterable has.
--
-- materialized: view
-- key: user_id
-- column user_id: text. The person's key: connection and Iterable's id.
-- column connection_id: text. The connection that the row came through.
-- column source_user_id: text. The store's id of the person.
-- column email: text. E-mail address.
-- column normalized_email: text. That e-mail in lower case without blanks around it.
-- column first_name: text. First name.
-- column last_name: text. Last name.
-- column phone: text. Phone number.
-- column signed_up_at: timestamptz. When the profile was made, UTC.
-- column updated_at: timestamptz. When it last changed, UTC.
-- column synced_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_iterable.users: id text, email text, updated_at timestamptz, payload json,
--    _connection_id text, _synced_at timestamptz
with parsed as (
    select
        loaded._connection_id,
        loaded._synced_at,
        loaded.id,
        loaded.email,
        loaded.updated_at,
        from_json(loaded.payload, '{
            "userId": "VARCHAR",
            "firstName": "VARCHAR",
            "lastName": "VARCHAR",
            "phoneNumber": "VARCHAR",
            "signupDate": "VARCHAR"
        }') as record
    from raw_iterable.users as loaded
)

select
    parsed._connection_id || ':' || parsed.id as user_id,
    parsed._connection_id as connection_id,
    record.userId as source_user_id,
    parsed.email,
    nullif(lower(trim(parsed.email)), '') as normalized_email,
    record.firstName as first_name,
    record.lastName as last_name,
    record.phoneNumber as phone,
    try_cast(replace(record.signupDate, ' +', '+') as timestamptz) as signed_up_at,
    parsed.updated_at,
    parsed._synced_at as synced_at
from parsed
