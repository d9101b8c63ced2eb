-- One row per ad group, archived and deleted ones too.
--
-- materialized: view
-- key: _connection_id, ad_group_id
-- column _connection_id: text. The connection that the row came through.
-- column ad_group_id: text. Reddit's id.
-- column account_id: text. The ad account.
-- column campaign_id: text. Its campaign.
-- column ad_group_name: text. Its name.
-- column configured_status: text. What was set: ACTIVE, PAUSED, ARCHIVED, DELETED.
-- column effective_status: text. What comes of it today.
-- column bid_type: text. CPC, CPM, CPV or CPV6.
-- column bid: decimal(18,6). Its bid, in the account's currency.
-- column optimization_goal: text. What it is optimised for.
-- column targeting: json. Whom it is shown to.
-- column created_at: timestamptz. When it was made, UTC.
-- column updated_at: timestamptz. When a person last changed it, UTC.
-- column extracted_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_reddit_ads.ad_groups: id text, ad_account_id text, campaign_id text, created_at
--    timestamptz, modified_at timestamptz, payload json, _connection_id text, _synced_at
--    timestamptz
select
    loaded._connection_id,
    loaded.id as ad_group_id,
    loaded.ad_account_id as account_id,
    loaded.campaign_id,
    json_extract_string(loaded.payload, '$.name') as ad_group_name,
    json_extract_string(loaded.payload, '$.configured_status') as configured_status,
    json_extract_string(loaded.payload, '$.effective_status') as effective_status,
    json_extract_string(loaded.payload, '$.bid_type') as bid_type,
    cast(
        cast(json_extract_string(loaded.payload, '$.bid_value') as decimal(20,0))
        * cast(0.000001 as decimal(7,6)) as decimal(18,6)
    ) as bid,
    json_extract_string(loaded.payload, '$.optimization_goal') as optimization_goal,
    json_extract(loaded.payload, '$.targeting') as targeting,
    loaded.created_at,
    loaded.modified_at as updated_at,
    loaded._synced_at as extracted_at
from raw_reddit_ads.ad_groups as loaded
