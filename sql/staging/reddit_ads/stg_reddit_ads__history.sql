-- One row per change that a person made in an ad account.
--
-- materialized: view
-- key: _connection_id, change_id
-- column _connection_id: text. The connection that the row came through.
-- column change_id: text. Made of the change itself.
-- column account_id: text. The ad account.
-- column changed_at: timestamptz. When, UTC.
-- column entity_type: text. AD_ACCOUNT, CAMPAIGN, AD_GROUP, AD or AUDIENCE.
-- column entity_id: text. What was changed.
-- column field_name: text. Which field of it.
-- column before_value: text. What stood there.
-- column after_value: text. What stands there.
-- column extracted_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_reddit_ads.history: id text, account_id text, changed_at timestamptz, entity_type
--    text, entity_id text, payload json, _connection_id text, _synced_at timestamptz
select
    loaded._connection_id,
    loaded.id as change_id,
    loaded.account_id,
    loaded.changed_at,
    loaded.entity_type,
    loaded.entity_id,
    json_extract_string(loaded.payload, '$.change.field_name') as field_name,
    json_extract_string(loaded.payload, '$.change.before_value') as before_value,
    json_extract_string(loaded.payload, '$.change.after_value') as after_value,
    loaded._synced_at as extracted_at
from raw_reddit_ads.history as loaded
