-- One row per campaign of Google Ads.
--
-- materialized: view
-- key: campaign_key
-- column campaign_key: text. Connection and Google's resource name.
-- column connection_id: text. The connection that the row came through.
-- column account_id: text. Google's id of the account.
-- column campaign_id: text. Google's id.
-- column campaign_name: text. Its name today.
-- column status: text. enabled, paused or removed.
-- column campaign_type: text. Google's type.
-- column bidding_strategy: text. How it bids.
-- column starts_at: timestamptz. When it starts, UTC.
-- column ends_at: timestamptz. When it ends, UTC; null: never.
-- column synced_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_google_ads.campaigns: resource_name text, account_id text, id text, name text,
--    status text, advertising_channel_type text, bidding_strategy_type text, starts_at
--    timestamptz, ends_at timestamptz, _connection_id text, _synced_at timestamptz
select
    r._connection_id || ':' || r.resource_name as campaign_key,
    r._connection_id as connection_id,
    r.account_id,
    r.id as campaign_id,
    r.name as campaign_name,
    lower(r.status) as status,
    lower(r.advertising_channel_type) as campaign_type,
    lower(r.bidding_strategy_type) as bidding_strategy,
    r.starts_at,
    r.ends_at,
    r._synced_at as synced_at
from raw_google_ads.campaigns as r
