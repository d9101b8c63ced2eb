-- One row per asset group of Performance Max.
--
-- materialized: view
-- key: asset_group_key
-- column asset_group_key: text. Connection and Google's resource name.
-- column connection_id: text. The connection that the row came through.
-- column account_id: text. Google's id of the account.
-- column asset_group_id: text. Google's id.
-- column campaign_id: text. Its campaign.
-- column asset_group_name: text. Its name today.
-- column status: text. enabled, paused or removed.
-- column synced_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_google_ads.asset_groups: resource_name text, account_id text, id text, campaign_id
--    text, name text, status text, _connection_id text, _synced_at timestamptz
select
    r._connection_id || ':' || r.resource_name as asset_group_key,
    r._connection_id as connection_id,
    r.account_id,
    r.id as asset_group_id,
    r.campaign_id,
    r.name as asset_group_name,
    lower(r.status) as status,
    r._synced_at as synced_at
from raw_google_ads.asset_groups as r
