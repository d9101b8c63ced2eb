-- One row per Canvas and day of the workspace's time zone: totals over variants and steps.
--
-- materialized: view
-- key: canvas_id, date_local
-- column canvas_id: text. The Canvas.
-- column connection_id: text. The connection that the row came through.
-- column date_local: date. The day, in the workspace's time zone.
-- column entries_count: bigint. People who entered.
-- column conversions_count: bigint. Conversions.
-- column revenue_amount: decimal(18,6). Revenue that Braze counts for it, in the workspace's
--    currency.
-- column variant_stats: json. The same by variant.
-- column step_stats: json. The same by step, with each channel's counts.
-- column synced_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_braze.canvas_analytics: canvas_id text, date date, entries bigint, conversions
--    bigint, revenue decimal(38,9), payload json, _connection_id text, _synced_at timestamptz
with parsed as (
    select
        loaded._connection_id,
        loaded._synced_at,
        loaded.canvas_id,
        loaded.date,
        loaded.entries,
        loaded.conversions,
        loaded.revenue,
        from_json(loaded.payload, '{
            "variant_stats": "JSON",
            "step_stats": "JSON"
        }') as node
    from raw_braze.canvas_analytics as loaded
)

select
    parsed._connection_id || ':' || parsed.canvas_id as canvas_id,
    parsed._connection_id as connection_id,
    parsed.date as date_local,
    parsed.entries as entries_count,
    parsed.conversions as conversions_count,
    cast(parsed.revenue as decimal(18, 6)) as revenue_amount,
    node.variant_stats,
    node.step_stats,
    parsed._synced_at as synced_at
from parsed
