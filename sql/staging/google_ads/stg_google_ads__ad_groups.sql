-- One row per ad group; Performance Max has asset groups instead.
--
-- materialized: view
-- key: ad_group_key
-- column ad_group_key: text. Connection and Google's resource name.
-- column connection_id: text. The connection that the row came through.
-- column account_id: text. Google's id of the account.
-- column ad_group_id: text. Google's id.
-- column campaign_id: text. Its campaign.
-- column ad_group_name: text. Its name today.
-- column status: text. enabled, paused or removed.
-- column ad_group_type: text. Google's type.
-- column synced_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_google_ads.ad_groups: resource_name text, account_id text, id text, campaign_id
--    text, name text, status text, type text, _connection_id text, _synced_at timestamptz
select
    r._connection_id || ':' || r.resource_name as ad_group_key,
    r._connection_id as connection_id,
    r.account_id,
    r.id as ad_group_id,
    r.campaign_id,
    r.name as ad_group_name,
    lower(r.status) as status,
    lower(r.type) as ad_group_type,
    r._synced_at as synced_at
from raw_google_ads.ad_groups as r
