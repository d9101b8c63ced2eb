-- The refunds of a Shopify order add up to what Shopify says was refunded.
-- severity: warn
select orders.order_id, orders.refunded_amount, shopify.refunded_amount as by_shopify
from staging.stg_shopify__orders as shopify
inner join marts.fct_orders as orders on orders.order_id = shopify.order_id
where abs(orders.refunded_amount - shopify.refunded_amount) > 0.01
