-- One row per video that ran as an ad.
--
-- materialized: view
-- key: video_key
-- column video_key: text. Connection and Google's resource name.
-- column connection_id: text. The connection that the row came through.
-- column account_id: text. Google's id of the account.
-- column video_id: text. YouTube's id.
-- column title: text. Its title.
-- column channel_id: text. The YouTube channel.
-- column duration_seconds: decimal(18,3). Its length.
-- column synced_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_youtube_ads.videos: resource_name text, account_id text, id text, title text,
--    channel_id text, duration_millis bigint, _connection_id text, _synced_at timestamptz
select
    r._connection_id || ':' || r.resource_name as video_key,
    r._connection_id as connection_id,
    r.account_id,
    r.id as video_id,
    r.title,
    r.channel_id,
    cast(r.duration_millis / 1000.0 as decimal(18, 3)) as duration_seconds,
    r._synced_at as synced_at
from raw_youtube_ads.videos as r
