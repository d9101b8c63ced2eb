-- A person's sales are all counted, and the lifetime amounts hold those in the person's currency.
-- severity: error
-- blocking: yes
select
    customers.customer_id,
    customers.orders_count,
    sales.orders_count as sales_count,
    customers.lifetime_total_amount,
    sales.total_amount
from marts.dim_customers as customers
left join (
    select
        orders.customer_id,
        count(*) as orders_count,
        sum(orders.total_amount) as total_amount,
        count(distinct orders.currency) as currencies_count
    from marts.fct_orders as orders
    where orders.is_sale
    group by orders.customer_id
) as sales on sales.customer_id = customers.customer_id
where customers.orders_count <> coalesce(sales.orders_count, 0)
    or customers.orders_count
    <> customers.currency_orders_count + customers.other_currency_orders_count
    or (
        sales.currencies_count = 1
        and abs(customers.lifetime_total_amount - sales.total_amount) > 0.01
    )
