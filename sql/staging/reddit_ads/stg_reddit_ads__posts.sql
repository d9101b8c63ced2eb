-- One row per post of an advertising profile.
--
-- materialized: view
-- key: _connection_id, post_id
-- column _connection_id: text. The connection that the row came through.
-- column post_id: text. Reddit's id.
-- column profile_id: text. The profile.
-- column post_type: text. IMAGE, VIDEO, TEXT or CAROUSEL.
-- column headline: text. Its headline.
-- column body: text. Its text.
-- column destination_url: text. Where its first item leads.
-- column post_url: text. Its own address.
-- column created_at: timestamptz. When it was made, UTC.
-- column extracted_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_reddit_ads.posts: id text, profile_id text, created_at timestamptz, payload json,
--    _connection_id text, _synced_at timestamptz
select
    loaded._connection_id,
    loaded.id as post_id,
    loaded.profile_id,
    json_extract_string(loaded.payload, '$.type') as post_type,
    json_extract_string(loaded.payload, '$.headline') as headline,
    json_extract_string(loaded.payload, '$.body') as body,
    json_extract_string(loaded.payload, '$.content[0].destination_url') as destination_url,
    json_extract_string(loaded.payload, '$.post_url') as post_url,
    loaded.created_at,
    loaded._synced_at as extracted_at
from raw_reddit_ads.posts as loaded
