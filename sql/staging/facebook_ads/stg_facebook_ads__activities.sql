-- One row per change that somebody made in a Facebook ad account.
--
-- materialized: view
-- key: activity_key
-- column activity_key: text. Connection, time, object, kind and person.
-- column connection_id: text. The connection that the row came through.
-- column account_id: text. Meta's id of the ad account.
-- column happened_at: timestamptz. When, UTC.
-- column event_type: text. What was done, Meta's own word.
-- column object_type: text. What kind of object it was done to, in lower case.
-- column object_id: text. Meta's id of the object.
-- column object_name: text. Its name at the time.
-- column actor_id: text. Meta's id of who did it; null for Meta itself.
-- column actor_name: text. Name of who did it.
-- column application_name: text. With which application.
-- column details: json. What it was before and after, as Meta tells it.
-- column synced_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_facebook_ads.activities: event_time timestamptz, object_id text, event_type text,
--    actor_id text, account_id text, payload json, _connection_id text, _synced_at timestamptz
select
    loaded._connection_id || ':' || cast(epoch_us(loaded.event_time) as text) || ':'
    || loaded.object_id || ':' || loaded.event_type || ':' || loaded.actor_id as activity_key,
    loaded._connection_id as connection_id,
    loaded.account_id,
    loaded.event_time as happened_at,
    loaded.event_type,
    lower(loaded.payload ->> 'object_type') as object_type,
    nullif(loaded.object_id, '') as object_id,
    loaded.payload ->> 'object_name' as object_name,
    nullif(loaded.actor_id, '') as actor_id,
    loaded.payload ->> 'actor_name' as actor_name,
    loaded.payload ->> 'application_name' as application_name,
    try_cast(loaded.payload ->> 'extra_data' as json) as details,
    loaded._synced_at as synced_at
from raw_facebook_ads.activities as loaded
