-- Shopify's own parts never exceed its total. What they leave is tips, duties and fees; what they
-- exceed it by (beyond cash rounding) is a discount counted twice, or a part that changed meaning.
-- severity: warn
select orders.order_id, orders.order_number, orders.total_amount, orders.other_amount
from marts.fct_orders as orders
where orders.source = 'shopify' and orders.other_amount < -0.05
