-- What was received for a settled Shopify order is what is left of its total, and for a Chord OMS
-- order what the OMS itself counts as paid.
-- severity: warn
select
    orders.order_id,
    orders.order_number,
    orders.payment_status,
    orders.received_amount,
    coalesce(oms.paid_amount, orders.net_amount) as expected_amount
from marts.fct_orders as orders
left join staging.stg_chord_oms__orders as oms on oms.order_id = orders.order_id
where (
    orders.source = 'shopify'
    and not orders.is_test
    and not orders.is_cancelled
    and orders.payment_status in ('paid', 'partially_refunded', 'refunded')
    and abs(orders.received_amount - orders.net_amount) > 0.01
)
    or abs(orders.received_amount - oms.paid_amount) > 0.01
