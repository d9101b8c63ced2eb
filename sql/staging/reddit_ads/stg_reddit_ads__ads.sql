-- One row per ad, archived and deleted ones too.
--
-- materialized: view
-- key: _connection_id, ad_id
-- column _connection_id: text. The connection that the row came through.
-- column ad_id: text. Reddit's id.
-- column account_id: text. The ad account.
-- column campaign_id: text. Its campaign.
-- column ad_group_id: text. Its ad group.
-- column post_id: text. The post that it shows.
-- column ad_name: text. Its name.
-- column configured_status: text. What was set: ACTIVE, PAUSED, ARCHIVED, DELETED.
-- column effective_status: text. What comes of it today.
-- column click_url: text. Where it leads.
-- column rejection_reason: text. Why Reddit rejected it.
-- column created_at: timestamptz. When it was made, UTC.
-- column updated_at: timestamptz. When a person last changed it, UTC.
-- column extracted_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_reddit_ads.ads: id text, ad_account_id text, campaign_id text, ad_group_id text,
--    post_id text, created_at timestamptz, modified_at timestamptz, payload json, _connection_id
--    text, _synced_at timestamptz
select
    loaded._connection_id,
    loaded.id as ad_id,
    loaded.ad_account_id as account_id,
    loaded.campaign_id,
    loaded.ad_group_id,
    loaded.post_id,
    json_extract_string(loaded.payload, '$.name') as ad_name,
    json_extract_string(loaded.payload, '$.configured_status') as configured_status,
    json_extract_string(loaded.payload, '$.effective_status') as effective_status,
    json_extract_string(loaded.payload, '$.click_url') as click_url,
    json_extract_string(loaded.payload, '$.rejection_reason') as rejection_reason,
    loaded.created_at,
    loaded.modified_at as updated_at,
    loaded._synced_at as extracted_at
from raw_reddit_ads.ads as loaded
