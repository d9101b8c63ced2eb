-- One row per Reddit ad account.
--
-- materialized: view
-- key: _connection_id, account_id
-- column _connection_id: text. The connection that the row came through.
-- column account_id: text. Reddit's id of the account.
-- column business_id: text. Its business.
-- column account_name: text. Its name.
-- column currency: text. The currency of all its money.
-- column time_zone: text. The zone of its days.
-- column click_attribution_window: text. DAY, WEEK or MONTH.
-- column view_attribution_window: text. DAY, WEEK or MONTH.
-- column created_at: timestamptz. When it was made, UTC.
-- column updated_at: timestamptz. When a person last changed it, UTC.
-- column extracted_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_reddit_ads.ad_accounts: id text, business_id text, created_at timestamptz,
--    modified_at timestamptz, payload json, _connection_id text, _synced_at timestamptz
select
    loaded._connection_id,
    loaded.id as account_id,
    loaded.business_id,
    json_extract_string(loaded.payload, '$.name') as account_name,
    json_extract_string(loaded.payload, '$.currency') as currency,
    json_extract_string(loaded.payload, '$.time_zone_id') as time_zone,
    json_extract_string(loaded.payload, '$.click_attribution_window') as click_attribution_window,
    json_extract_string(loaded.payload, '$.view_attribution_window') as view_attribution_window,
    loaded.created_at,
    loaded.modified_at as updated_at,
    loaded._synced_at as extracted_at
from raw_reddit_ads.ad_accounts as loaded
