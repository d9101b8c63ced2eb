-- One row per campaign, archived ones too.
--
-- materialized: view
-- key: _connection_id, campaign_id
-- column _connection_id: text. The connection that the row came through.
-- column campaign_id: text. Pinterest's id.
-- column account_id: text. The ad account.
-- column campaign_name: text. Its name.
-- column status: text. What was set: ACTIVE, PAUSED, ARCHIVED, DRAFT, DELETED_DRAFT.
-- column summary_status: text. What comes of it today.
-- column objective_type: text. What it is optimised for.
-- column daily_spend_cap: decimal(18,6). A day's most, in the account's currency.
-- column lifetime_spend_cap: decimal(18,6). The most in all, in the account's currency.
-- column created_at: timestamptz. When it was made, UTC.
-- column updated_at: timestamptz. When a person last changed it, UTC.
-- column extracted_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_pinterest_ads.campaigns: id text, ad_account_id text, created_at timestamptz,
--    updated_at timestamptz, payload json, _connection_id text, _synced_at timestamptz
select
    loaded._connection_id,
    loaded.id as campaign_id,
    loaded.ad_account_id as account_id,
    json_extract_string(loaded.payload, '$.name') as campaign_name,
    json_extract_string(loaded.payload, '$.status') as status,
    json_extract_string(loaded.payload, '$.summary_status') as summary_status,
    json_extract_string(loaded.payload, '$.objective_type') as objective_type,
    cast(
        cast(json_extract_string(loaded.payload, '$.daily_spend_cap') as decimal(20,0))
        * cast(0.000001 as decimal(7,6)) as decimal(18,6)
    ) as daily_spend_cap,
    cast(
        cast(json_extract_string(loaded.payload, '$.lifetime_spend_cap') as decimal(20,0))
        * cast(0.000001 as decimal(7,6)) as decimal(18,6)
    ) as lifetime_spend_cap,
    loaded.created_at,
    loaded.updated_at,
    loaded._synced_at as extracted_at
from raw_pinterest_ads.campaigns as loaded
