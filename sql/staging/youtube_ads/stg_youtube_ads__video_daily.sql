-- One row per video, campaign, network and day.
--
-- materialized: view
-- key: video_day_key
-- column video_day_key: text. Connection, account, video, campaign, network and day.
-- column connection_id: text. The connection that the row came through.
-- column account_id: text. Google's id of the account.
-- column video_id: text. YouTube's id.
-- column video_title: text. Its title.
-- column campaign_id: text. The campaign.
-- column date_local: date. The account's own day.
-- column currency: text. The account's currency.
-- column spend: decimal(18,6). Cost, in `currency`.
-- column impressions: bigint. Times shown.
-- column video_views: bigint. TrueView views.
-- column video_views_p100: bigint. Shown to the end: Google's rate times impressions.
-- column synced_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_youtube_ads.video_daily: account_id text, video_id text, video_title text,
--    campaign_id text, ad_network_type text, date date, currency text, cost decimal(38,9),
--    impressions bigint, video_views bigint, video_p100_rate double, _connection_id text,
--    _synced_at timestamptz
select
    concat_ws(':', r._connection_id, r.account_id, r.video_id, r.campaign_id, r.ad_network_type, r.date) as video_day_key,
    r._connection_id as connection_id,
    r.account_id,
    r.video_id,
    r.video_title,
    r.campaign_id,
    r.date as date_local,
    r.currency,
    cast(r.cost as decimal(18, 6)) as spend,
    r.impressions,
    r.video_views,
    cast(round(r.video_p100_rate * r.impressions) as bigint) as video_views_p100,
    r._synced_at as synced_at
from raw_youtube_ads.video_daily as r
