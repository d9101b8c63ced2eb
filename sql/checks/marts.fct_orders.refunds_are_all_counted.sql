-- What an order says was given back is the sum of its refunds.
-- severity: error
-- blocking: yes
select orders.order_id, orders.refunded_amount, coalesce(refunds.amount, 0) as sum_of_refunds
from marts.fct_orders as orders
left join (
    select refunds.order_id, sum(refunds.amount) as amount
    from marts.fct_refunds as refunds
    group by refunds.order_id
) as refunds on refunds.order_id = orders.order_id
where abs(orders.refunded_amount - coalesce(refunds.amount, 0)) > 0.01
