-- One row per campaign, deleted and Smart+ ones too.
--
-- materialized: view
-- key: _connection_id, campaign_id
-- column _connection_id: text. The connection that the row came through.
-- column campaign_id: text. TikTok's id.
-- column advertiser_id: text. The ad account.
-- column campaign_name: text. Its name.
-- column objective_type: text. WEB_CONVERSIONS, APP_PROMOTION and others.
-- column is_smart_plus: boolean. Whether TikTok runs it by itself (Smart+).
-- column operation_status: text. What was set: ENABLE or DISABLE.
-- column secondary_status: text. What comes of it today.
-- column is_deleted: boolean. Whether it was deleted.
-- column budget: decimal(18,6). Its budget in the account's currency; null without one.
-- column budget_mode: text. Per day, over its life, or without end.
-- column created_at: timestamptz. When it was made, UTC.
-- column updated_at: timestamptz. When a person last changed it, UTC.
-- column extracted_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_tiktok_ads.campaigns: campaign_id text, advertiser_id text, campaign_name text,
--    create_time timestamptz, modify_time timestamptz, payload json, _connection_id text,
--    _synced_at timestamptz
select
    loaded._connection_id,
    loaded.campaign_id,
    loaded.advertiser_id,
    loaded.campaign_name,
    json_extract_string(loaded.payload, '$.objective_type') as objective_type,
    coalesce(
        try_cast(
            json_extract_string(loaded.payload, '$.is_smart_performance_campaign') as boolean
        ),
        false
    ) as is_smart_plus,
    json_extract_string(loaded.payload, '$.operation_status') as operation_status,
    json_extract_string(loaded.payload, '$.secondary_status') as secondary_status,
    coalesce(
        json_extract_string(loaded.payload, '$.secondary_status') like '%STATUS_DELETE', false
    ) as is_deleted,
    nullif(
        try_cast(json_extract_string(loaded.payload, '$.budget') as decimal(18,6)), 0
    ) as budget,
    json_extract_string(loaded.payload, '$.budget_mode') as budget_mode,
    loaded.create_time as created_at,
    loaded.modify_time as updated_at,
    loaded._synced_at as extracted_at
from raw_tiktok_ads.campaigns as loaded
