-- One row per ad (pin promotion), archived ones too.
--
-- materialized: view
-- key: _connection_id, ad_id
-- column _connection_id: text. The connection that the row came through.
-- column ad_id: text. Pinterest's id.
-- column account_id: text. The ad account.
-- column campaign_id: text. Its campaign.
-- column ad_group_id: text. Its ad group.
-- column pin_id: text. The pin that it shows.
-- column ad_name: text. Its name.
-- column status: text. What was set: ACTIVE, PAUSED, ARCHIVED, DRAFT, DELETED_DRAFT.
-- column summary_status: text. What comes of it today.
-- column creative_type: text. REGULAR, VIDEO, CAROUSEL ...
-- column destination_url: text. Where it leads.
-- column review_status: text. Pinterest's judgement.
-- column created_at: timestamptz. When it was made, UTC.
-- column updated_at: timestamptz. When a person last changed it, UTC.
-- column extracted_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_pinterest_ads.ads: id text, ad_account_id text, campaign_id text, ad_group_id text,
--    pin_id text, created_at timestamptz, updated_at timestamptz, payload json, _connection_id
--    text, _synced_at timestamptz
select
    loaded._connection_id,
    loaded.id as ad_id,
    loaded.ad_account_id as account_id,
    loaded.campaign_id,
    loaded.ad_group_id,
    loaded.pin_id,
    json_extract_string(loaded.payload, '$.name') as ad_name,
    json_extract_string(loaded.payload, '$.status') as status,
    json_extract_string(loaded.payload, '$.summary_status') as summary_status,
    json_extract_string(loaded.payload, '$.creative_type') as creative_type,
    json_extract_string(loaded.payload, '$.destination_url') as destination_url,
    json_extract_string(loaded.payload, '$.review_status') as review_status,
    loaded.created_at,
    loaded.updated_at,
    loaded._synced_at as extracted_at
from raw_pinterest_ads.ads as loaded
