-- The lines of an order add up to its goods, its discount on goods and its units. Carts are left out:
-- they are computed when they move on.
-- severity: warn
select
    orders.order_id,
    orders.items_amount,
    lines.items_amount as lines_items_amount,
    orders.subtotal_amount,
    lines.subtotal_amount as lines_subtotal_amount
from marts.fct_orders as orders
left join (
    select
        lines.order_id,
        sum(lines.items_amount) as items_amount,
        sum(lines.subtotal_amount) as subtotal_amount
    from marts.fct_order_lines as lines
    group by lines.order_id
) as lines on lines.order_id = orders.order_id
where orders.order_status <> 'cart'
    and (
        abs(orders.items_amount - coalesce(lines.items_amount, 0)) > 0.01
        or abs(orders.subtotal_amount - coalesce(lines.subtotal_amount, 0)) > 0.01
    )
