-- Each order is shared out once by each way of counting.
select
    event_order_key,
    sum(first_touch_points) as first_touch_points,
    sum(last_touch_points) as last_touch_points,
    sum(position_based_points) as position_based_points
from marts.fct_order_attribution
group by event_order_key
having
    sum(first_touch_points) <> 1
    or sum(last_touch_points) <> 1
    or abs(sum(position_based_points) - 1) > 0.001
