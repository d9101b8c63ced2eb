-- One row per product and day; the product that is empty stands for all together.
--
-- materialized: view
-- key: connection_id, product, date_local
-- column product: text. The product's name in Braze; empty for all together.
-- column connection_id: text. The connection that the row came through.
-- column date_local: date. The day, in the workspace's time zone.
-- column revenue_amount: decimal(18,6). Revenue, in the workspace's currency.
-- column synced_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_braze.product_revenue: product text, date date, revenue decimal(38,9),
--    _connection_id text, _synced_at timestamptz
select
    loaded.product,
    loaded._connection_id as connection_id,
    loaded.date as date_local,
    cast(loaded.revenue as decimal(18, 6)) as revenue_amount,
    loaded._synced_at as synced_at
from raw_braze.product_revenue as loaded
