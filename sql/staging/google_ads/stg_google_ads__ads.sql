-- One row per ad in an ad group: one ad may stand in several.
--
-- materialized: view
-- key: ad_key
-- column ad_key: text. Connection and Google's resource name.
-- column connection_id: text. The connection that the row came through.
-- column account_id: text. Google's id of the account.
-- column ad_id: text. Google's id.
-- column ad_group_id: text. Its ad group.
-- column campaign_id: text. Its campaign.
-- column ad_name: text. Its name today.
-- column ad_type: text. Google's type.
-- column status: text. enabled, paused or removed.
-- column landing_page: text. The first address that it leads to.
-- column synced_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_google_ads.ads: resource_name text, account_id text, id text, ad_group_id text,
--    campaign_id text, name text, type text, status text, final_urls text, _connection_id text,
--    _synced_at timestamptz
select
    r._connection_id || ':' || r.resource_name as ad_key,
    r._connection_id as connection_id,
    r.account_id,
    r.id as ad_id,
    r.ad_group_id,
    r.campaign_id,
    r.name as ad_name,
    lower(r.type) as ad_type,
    lower(r.status) as status,
    json_extract_string(r.final_urls, '$[0]') as landing_page,
    r._synced_at as synced_at
from raw_google_ads.ads as r
