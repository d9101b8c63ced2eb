-- What the customer owed is goods less discounts, shipping, tax on top and the rest; what is left of
-- it is the total less what went back and what came off.
-- severity: error
-- blocking: yes
select
    orders.order_id,
    orders.total_amount,
    orders.items_amount - orders.discount_amount + orders.shipping_amount + orders.tax_amount
    - orders.included_tax_amount + orders.other_amount as parts,
    orders.net_amount
from marts.fct_orders as orders
where abs(
        orders.total_amount - orders.items_amount + orders.discount_amount
        - orders.shipping_amount - orders.tax_amount + orders.included_tax_amount
        - orders.other_amount
    ) > 0.01
    or abs(
        orders.net_amount - orders.total_amount + orders.refunded_amount + orders.removed_amount
    ) > 0.01
    or abs(
        orders.net_revenue_amount - orders.net_amount + orders.net_tax_amount
        + orders.gift_card_amount
    ) > 0.01
