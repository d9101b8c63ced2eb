-- One row per campaign, archived and deleted ones too.
--
-- materialized: view
-- key: _connection_id, campaign_id
-- column _connection_id: text. The connection that the row came through.
-- column campaign_id: text. Reddit's id.
-- column account_id: text. The ad account.
-- column campaign_name: text. Its name.
-- column configured_status: text. What was set: ACTIVE, PAUSED, ARCHIVED, DELETED.
-- column effective_status: text. What comes of it today.
-- column objective: text. What it is optimised for.
-- column goal_type: text. DAILY_SPEND or LIFETIME_SPEND.
-- column budget: decimal(18,6). Its budget, in the account's currency.
-- column created_at: timestamptz. When it was made, UTC.
-- column updated_at: timestamptz. When a person last changed it, UTC.
-- column extracted_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_reddit_ads.campaigns: id text, ad_account_id text, created_at timestamptz,
--    modified_at timestamptz, payload json, _connection_id text, _synced_at timestamptz
select
    loaded._connection_id,
    loaded.id as campaign_id,
    loaded.ad_account_id as account_id,
    json_extract_string(loaded.payload, '$.name') as campaign_name,
    json_extract_string(loaded.payload, '$.configured_status') as configured_status,
    json_extract_string(loaded.payload, '$.effective_status') as effective_status,
    json_extract_string(loaded.payload, '$.objective') as objective,
    json_extract_string(loaded.payload, '$.goal_type') as goal_type,
    cast(
        cast(json_extract_string(loaded.payload, '$.goal_value') as decimal(20,0))
        * cast(0.000001 as decimal(7,6)) as decimal(18,6)
    ) as budget,
    loaded.created_at,
    loaded.modified_at as updated_at,
    loaded._synced_at as extracted_at
from raw_reddit_ads.campaigns as loaded
