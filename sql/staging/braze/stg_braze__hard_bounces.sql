-- One row per time that an address bounced.
--
-- materialized: view
-- key: connection_id, email, hard_bounced_at
-- column email: text. The address.
-- column connection_id: text. The connection that the row came through.
-- column normalized_email: text. That address in lower case without blanks around it.
-- column hard_bounced_at: timestamptz. When, UTC.
-- column synced_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_braze.hard_bounces: email text, hard_bounced_at timestamptz,
--    _connection_id text, _synced_at timestamptz
select
    loaded.email,
    loaded._connection_id as connection_id,
    nullif(lower(trim(loaded.email)), '') as normalized_email,
    loaded.hard_bounced_at,
    loaded._synced_at as synced_at
from raw_braze.hard_bounces as loaded
