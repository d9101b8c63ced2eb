-- One row per Pinterest ad account.
--
-- materialized: view
-- key: _connection_id, account_id
-- column _connection_id: text. The connection that the row came through.
-- column account_id: text. Pinterest's id of the account.
-- column account_name: text. Its name.
-- column currency: text. The currency of all its money.
-- column country: text. Its country.
-- column created_at: timestamptz. When it was made, UTC.
-- column updated_at: timestamptz. When a person last changed it, UTC.
-- column extracted_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_pinterest_ads.ad_accounts: id text, created_at timestamptz, updated_at timestamptz,
--    payload json, _connection_id text, _synced_at timestamptz
select
    loaded._connection_id,
    loaded.id as account_id,
    json_extract_string(loaded.payload, '$.name') as account_name,
    json_extract_string(loaded.payload, '$.currency') as currency,
    json_extract_string(loaded.payload, '$.country') as country,
    loaded.created_at,
    loaded.updated_at,
    loaded._synced_at as extracted_at
from raw_pinterest_ads.ad_accounts as loaded
