-- One row per campaign, day of the workspace's time zone, channel and message variation. Braze adds
-- channels over time: each key of `messages` is one. Counts that a channel does not know are null.
--
-- materialized: view
-- key: campaign_id, date_local, channel, variation_number
-- column campaign_id: text. The campaign.
-- column connection_id: text. The connection that the row came through.
-- column date_local: date. The day, in the workspace's time zone.
-- column channel: text. email, sms, ios_push and so on, in Braze's words.
-- column variation_number: bigint. The variation's place in its channel, from 1.
-- column variation_id: text. Braze's identifier of the variation.
-- column variation_name: text. Its name.
-- column sent_count: bigint. Messages sent.
-- column delivered_count: bigint. Messages delivered.
-- column opens_count: bigint. Opens, machines among them; of pushes all opens.
-- column unique_opens_count: bigint. People who opened.
-- column machine_opens_count: bigint. Opens by machines.
-- column clicks_count: bigint. Clicks; of pushes clicks on the body.
-- column unique_clicks_count: bigint. People who clicked.
-- column bounces_count: bigint. Messages that came back.
-- column unsubscribes_count: bigint. People who left.
-- column spam_reports_count: bigint. Messages reported as spam.
-- column unique_recipients_count: bigint. People who got it.
-- column conversions_count: bigint. Conversions by the first behaviour.
-- column revenue_amount: decimal(18,6). Revenue that Braze counts for it.
-- column synced_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_braze.campaign_analytics: campaign_id text, date date, payload json,
--    _connection_id text, _synced_at timestamptz
with channels as (
    select
        loaded._connection_id,
        loaded._synced_at,
        loaded.campaign_id,
        loaded.date,
        loaded.payload -> '$.messages' as messages,
        unnest(json_keys(loaded.payload -> '$.messages')) as channel
    from raw_braze.campaign_analytics as loaded
),

listed as (
    select
        channels._connection_id,
        channels._synced_at,
        channels.campaign_id,
        channels.date,
        channels.channel,
        from_json(json_extract(channels.messages, '$."' || channels.channel || '"'), '[{
            "variation_api_id": "VARCHAR",
            "variation_name": "VARCHAR",
            "sent": "BIGINT",
            "delivered": "BIGINT",
            "opens": "BIGINT",
            "total_opens": "BIGINT",
            "unique_opens": "BIGINT",
            "machine_open": "BIGINT",
            "clicks": "BIGINT",
            "total_clicks": "BIGINT",
            "body_clicks": "BIGINT",
            "unique_clicks": "BIGINT",
            "bounces": "BIGINT",
            "unsubscribes": "BIGINT",
            "opt_out": "BIGINT",
            "reported_spam": "BIGINT",
            "unique_recipients": "BIGINT",
            "conversions": "BIGINT",
            "revenue": "DECIMAL(18,6)"
        }]') as variations
    from channels
),

numbered as (
    select
        listed._connection_id,
        listed._synced_at,
        listed.campaign_id,
        listed.date,
        listed.channel,
        unnest(generate_series(1, len(listed.variations))) as variation_number,
        unnest(listed.variations) as node
    from listed
)

select
    numbered._connection_id || ':' || numbered.campaign_id as campaign_id,
    numbered._connection_id as connection_id,
    numbered.date as date_local,
    numbered.channel,
    numbered.variation_number,
    node.variation_api_id as variation_id,
    node.variation_name,
    node.sent as sent_count,
    node.delivered as delivered_count,
    coalesce(node.opens, node.total_opens) as opens_count,
    node.unique_opens as unique_opens_count,
    node.machine_open as machine_opens_count,
    coalesce(node.clicks, node.total_clicks, node.body_clicks) as clicks_count,
    node.unique_clicks as unique_clicks_count,
    node.bounces as bounces_count,
    coalesce(node.unsubscribes, node.opt_out) as unsubscribes_count,
    node.reported_spam as spam_reports_count,
    node.unique_recipients as unique_recipients_count,
    node.conversions as conversions_count,
    node.revenue as revenue_amount,
    numbered._synced_at as synced_at
from numbered
