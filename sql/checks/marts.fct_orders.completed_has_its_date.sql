-- An order is completed exactly when it has a completion date, and only a completed order that is
-- neither cancelled nor a test is a sale.
-- severity: error
-- blocking: yes
select orders.order_id, orders.is_completed, orders.completed_at, orders.is_sale
from marts.fct_orders as orders
where orders.is_completed <> (orders.completed_at is not null)
    or orders.is_sale <> (orders.is_completed and not orders.is_cancelled and not orders.is_test)
