-- Of a cancelled order no money is left: what came in went back.
-- severity: warn
select orders.order_id, orders.order_number, orders.received_amount, orders.currency
from marts.fct_orders as orders
where orders.is_cancelled and not orders.is_test and orders.received_amount > 0.01
