-- A person's sales are numbered 1, 2, 3 without a gap, so that exactly one is the first.
-- severity: error
-- blocking: yes
select
    orders.customer_id,
    count(*) as sales,
    count(distinct orders.customer_order_number) as numbers,
    max(orders.customer_order_number) as highest
from marts.fct_orders as orders
where orders.is_sale and orders.customer_id is not null
group by orders.customer_id
having count(distinct orders.customer_order_number) <> count(*)
    or max(orders.customer_order_number) <> count(*)
