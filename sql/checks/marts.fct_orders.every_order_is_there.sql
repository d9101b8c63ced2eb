-- No order that a vendor sent is lost on the way to the mart.
-- severity: error
-- blocking: yes
select sent.order_id
from (
    select shopify.order_id
    from staging.stg_shopify__orders as shopify
    union all
    select oms.order_id
    from staging.stg_chord_oms__orders as oms
) as sent
left join marts.fct_orders as orders on orders.order_id = sent.order_id
where orders.order_id is null
