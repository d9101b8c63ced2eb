-- One row per ad, deleted and Smart+ ones too; the latter come without a time of change.
--
-- materialized: view
-- key: _connection_id, ad_id
-- column _connection_id: text. The connection that the row came through.
-- column ad_id: text. TikTok's id.
-- column ad_group_id: text. The ad group.
-- column campaign_id: text. The campaign.
-- column advertiser_id: text. The ad account.
-- column ad_name: text. Its name.
-- column ad_text: text. What it says.
-- column call_to_action: text. Its button.
-- column landing_page_url: text. Where it leads.
-- column video_id: text. Its video.
-- column operation_status: text. What was set: ENABLE or DISABLE.
-- column secondary_status: text. What comes of it today.
-- column is_deleted: boolean. Whether it was deleted.
-- column created_at: timestamptz. When it was made, UTC.
-- column updated_at: timestamptz. When a person last changed it, UTC; null for Smart+ ads.
-- column extracted_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_tiktok_ads.ads: ad_id text, adgroup_id text, campaign_id text, advertiser_id text,
--    ad_name text, create_time timestamptz, modify_time timestamptz, payload json, _connection_id
--    text, _synced_at timestamptz
select
    loaded._connection_id,
    loaded.ad_id,
    loaded.adgroup_id as ad_group_id,
    loaded.campaign_id,
    loaded.advertiser_id,
    loaded.ad_name,
    json_extract_string(loaded.payload, '$.ad_text') as ad_text,
    json_extract_string(loaded.payload, '$.call_to_action') as call_to_action,
    json_extract_string(loaded.payload, '$.landing_page_url') as landing_page_url,
    json_extract_string(loaded.payload, '$.video_id') as video_id,
    json_extract_string(loaded.payload, '$.operation_status') as operation_status,
    json_extract_string(loaded.payload, '$.secondary_status') as secondary_status,
    coalesce(
        json_extract_string(loaded.payload, '$.secondary_status') like '%STATUS_DELETE', false
    ) as is_deleted,
    loaded.create_time as created_at,
    loaded.modify_time as updated_at,
    loaded._synced_at as extracted_at
from raw_tiktok_ads.ads as loaded
