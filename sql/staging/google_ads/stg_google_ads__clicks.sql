-- One row per click: an order's landing page carries its gclid.
--
-- materialized: view
-- key: click_key
-- column click_key: text. Connection, account, gclid and day.
-- column connection_id: text. The connection that the row came through.
-- column account_id: text. Google's id of the account.
-- column gclid: text. Google's id of the click.
-- column clicked_on: date. The account's own day.
-- column campaign_id: text. The campaign.
-- column ad_group_id: text. The ad group.
-- column network: text. Where it was shown.
-- column device: text. On what.
-- column synced_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_google_ads.clicks: account_id text, gclid text, date date, campaign_id text,
--    ad_group_id text, ad_network_type text, device text, _connection_id text, _synced_at
--    timestamptz
select
    r._connection_id || ':' || r.account_id || ':' || r.gclid || ':' || r.date as click_key,
    r._connection_id as connection_id,
    r.account_id,
    r.gclid,
    r.date as clicked_on,
    r.campaign_id,
    r.ad_group_id,
    lower(r.ad_network_type) as network,
    lower(r.device) as device,
    r._synced_at as synced_at
from raw_google_ads.clicks as r
