-- An order gives back no more money than it received.
-- severity: warn
select orders.order_id, orders.order_number, orders.received_amount, orders.refunded_amount
from marts.fct_orders as orders
where not orders.is_test and orders.received_amount < -0.01
