-- One row per item.
-- materialized: table
-- key: connection_id, item_id
-- column connection_id: varchar. The connection it came from. [not_null]
-- column item_id: varchar. The item. [not_null]
-- column price: decimal(38, 9). What it costs. [warn not_null]
select
    connection_id,
    item_id,
    price
from staging.stg_toy__items
