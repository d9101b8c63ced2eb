-- Every line that a vendor sent belongs to an order that it sent.
-- severity: warn
select lines.order_line_id, lines.order_id
from intermediate.int_order_lines as lines
left join marts.fct_orders as orders on orders.order_id = lines.order_id
where orders.order_id is null
