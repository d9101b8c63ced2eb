-- One row per item of each connection.
-- materialized: view
-- source raw_toy.items: id varchar, price decimal(38, 9), created_at timestamptz, _connection_id varchar
select
    _connection_id as connection_id,
    id as item_id,
    price,
    created_at
from raw_toy.items
