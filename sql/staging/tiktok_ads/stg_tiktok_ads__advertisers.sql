-- One row per TikTok ad account.
--
-- materialized: view
-- key: _connection_id, advertiser_id
-- column _connection_id: text. The connection that the row came through.
-- column advertiser_id: text. TikTok's id.
-- column account_name: text. Its name.
-- column status: text. STATUS_ENABLE and others.
-- column currency: text. The currency of spend and values.
-- column time_zone: text. The zone of its days.
-- column created_at: timestamptz. When it was made, UTC.
-- column extracted_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_tiktok_ads.advertisers: advertiser_id text, name text, status text, currency text,
--    time_zone text, payload json, _connection_id text, _synced_at timestamptz
select
    loaded._connection_id,
    loaded.advertiser_id,
    loaded.name as account_name,
    loaded.status,
    loaded.currency,
    loaded.time_zone,
    to_timestamp(try_cast(json_extract_string(loaded.payload, '$.create_time') as bigint))
        as created_at,
    loaded._synced_at as extracted_at
from raw_tiktok_ads.advertisers as loaded
