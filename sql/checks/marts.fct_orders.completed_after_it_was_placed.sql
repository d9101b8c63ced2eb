-- No order is complete before it was placed.
-- severity: warn
select orders.order_id, orders.placed_at, orders.completed_at
from marts.fct_orders as orders
where orders.completed_at < orders.placed_at
