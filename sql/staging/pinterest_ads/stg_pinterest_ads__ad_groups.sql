-- One row per ad group, archived ones too.
--
-- materialized: view
-- key: _connection_id, ad_group_id
-- column _connection_id: text. The connection that the row came through.
-- column ad_group_id: text. Pinterest's id.
-- column account_id: text. The ad account.
-- column campaign_id: text. Its campaign.
-- column ad_group_name: text. Its name.
-- column status: text. What was set: ACTIVE, PAUSED, ARCHIVED, DRAFT, DELETED_DRAFT.
-- column summary_status: text. What comes of it today.
-- column budget: decimal(18,6). Its budget, in the account's currency.
-- column budget_type: text. DAILY, LIFETIME, or the campaign has it.
-- column bid_strategy_type: text. How it bids.
-- column targeting: json. Whom it is shown to.
-- column created_at: timestamptz. When it was made, UTC.
-- column updated_at: timestamptz. When a person last changed it, UTC.
-- column extracted_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_pinterest_ads.ad_groups: id text, ad_account_id text, campaign_id text, created_at
--    timestamptz, updated_at timestamptz, payload json, _connection_id text, _synced_at timestamptz
select
    loaded._connection_id,
    loaded.id as ad_group_id,
    loaded.ad_account_id as account_id,
    loaded.campaign_id,
    json_extract_string(loaded.payload, '$.name') as ad_group_name,
    json_extract_string(loaded.payload, '$.status') as status,
    json_extract_string(loaded.payload, '$.summary_status') as summary_status,
    cast(
        cast(json_extract_string(loaded.payload, '$.budget_in_micro_currency') as decimal(20,0))
        * cast(0.000001 as decimal(7,6)) as decimal(18,6)
    ) as budget,
    json_extract_string(loaded.payload, '$.budget_type') as budget_type,
    json_extract_string(loaded.payload, '$.bid_strategy_type') as bid_strategy_type,
    json_extract(loaded.payload, '$.targeting_spec') as targeting,
    loaded.created_at,
    loaded.updated_at,
    loaded._synced_at as extracted_at
from raw_pinterest_ads.ad_groups as loaded
