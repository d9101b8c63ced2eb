-- One row per ad group, deleted ones too. Its windows say which purchases TikTok claims.
--
-- materialized: view
-- key: _connection_id, ad_group_id
-- column _connection_id: text. The connection that the row came through.
-- column ad_group_id: text. TikTok's id.
-- column campaign_id: text. The campaign.
-- column advertiser_id: text. The ad account.
-- column ad_group_name: text. Its name.
-- column optimization_goal: text. What it is optimised for.
-- column operation_status: text. What was set: ENABLE or DISABLE.
-- column secondary_status: text. What comes of it today.
-- column is_deleted: boolean. Whether it was deleted.
-- column attribution_key: text. Its windows, such as 7d_click_1d_view; null where one is not told.
-- column created_at: timestamptz. When it was made, UTC.
-- column updated_at: timestamptz. When a person last changed it, UTC.
-- column extracted_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_tiktok_ads.ad_groups: adgroup_id text, campaign_id text, advertiser_id text,
--    adgroup_name text, create_time timestamptz, modify_time timestamptz, payload json,
--    _connection_id text, _synced_at timestamptz
select
    loaded._connection_id,
    loaded.adgroup_id as ad_group_id,
    loaded.campaign_id,
    loaded.advertiser_id,
    loaded.adgroup_name as ad_group_name,
    json_extract_string(loaded.payload, '$.optimization_goal') as optimization_goal,
    json_extract_string(loaded.payload, '$.operation_status') as operation_status,
    json_extract_string(loaded.payload, '$.secondary_status') as secondary_status,
    coalesce(
        json_extract_string(loaded.payload, '$.secondary_status') like '%STATUS_DELETE', false
    ) as is_deleted,
    case json_extract_string(loaded.payload, '$.click_attribution_window')
        when 'ONE_DAY' then '1d'
        when 'SEVEN_DAYS' then '7d'
        when 'FOURTEEN_DAYS' then '14d'
        when 'TWENTY_EIGHT_DAYS' then '28d'
        when 'OFF' then 'no'
    end || '_click_' || case json_extract_string(loaded.payload, '$.view_attribution_window')
        when 'ONE_DAY' then '1d'
        when 'SEVEN_DAYS' then '7d'
        when 'FOURTEEN_DAYS' then '14d'
        when 'TWENTY_EIGHT_DAYS' then '28d'
        when 'OFF' then 'no'
    end || '_view' as attribution_key,
    loaded.create_time as created_at,
    loaded.modify_time as updated_at,
    loaded._synced_at as extracted_at
from raw_tiktok_ads.ad_groups as loaded
