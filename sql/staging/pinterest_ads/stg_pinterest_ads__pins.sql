-- One row per pin of an account owner.
--
-- materialized: view
-- key: _connection_id, account_id, pin_id
-- column _connection_id: text. The connection that the row came through.
-- column pin_id: text. Pinterest's id.
-- column account_id: text. The ad account.
-- column board_id: text. Its board.
-- column title: text. Its title.
-- column description: text. Its description.
-- column link: text. Where it leads.
-- column creative_type: text. REGULAR, VIDEO, CAROUSEL ...
-- column created_at: timestamptz. When it was made, UTC.
-- column extracted_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_pinterest_ads.pins: id text, ad_account_id text, board_id text, created_at
--    timestamptz, payload json, _connection_id text, _synced_at timestamptz
select
    loaded._connection_id,
    loaded.id as pin_id,
    loaded.ad_account_id as account_id,
    loaded.board_id,
    json_extract_string(loaded.payload, '$.title') as title,
    json_extract_string(loaded.payload, '$.description') as description,
    json_extract_string(loaded.payload, '$.link') as link,
    json_extract_string(loaded.payload, '$.creative_type') as creative_type,
    loaded.created_at,
    loaded._synced_at as extracted_at
from raw_pinterest_ads.pins as loaded
