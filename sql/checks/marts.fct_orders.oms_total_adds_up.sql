-- In a Chord OMS the total is goods, shipping and adjustments, and the adjustments hold at least the
-- promotions and the tax on top. Carts are left out: they are computed when they move on.
-- severity: warn
select
    oms.order_id,
    oms.order_number,
    oms.total_amount,
    oms.items_amount + oms.shipping_amount + oms.adjustment_amount as parts
from staging.stg_chord_oms__orders as oms
where oms.completed_at is not null
    and abs(
        oms.total_amount - oms.items_amount - oms.shipping_amount - oms.adjustment_amount
    ) > 0.01
