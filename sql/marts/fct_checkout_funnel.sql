-- One row per session in which a product was seen or more: when it first reached each step on the
-- way to an order, and how far it came. The order counts that this session was the last to lead to,
-- so an order that only the server told of (an ad blocker) is there too.
--
-- materialized: table
-- key: session_id
-- column session_id: text. The session. [references marts.fct_sessions.session_id]
-- column environment: text. production, or staging: tests. [not_null]
-- column source: text. The source of its first event. [not_null]
-- column blended_user_id: text. Who it was. [not_null]
-- column customer_id: text. The person as a customer of the shops.
--    [references marts.dim_customers.customer_id]
-- column channel: text. By what the session came. [not_null]
-- column started_at: timestamptz. When the session began, UTC. [not_null]
-- column started_on: date. That day, in UTC. [not_null]
-- column product_viewed_at: timestamptz. First Product Viewed, UTC.
-- column product_added_at: timestamptz. First Product Added, UTC.
-- column cart_viewed_at: timestamptz. First Cart Viewed, UTC.
-- column checkout_started_at: timestamptz. First Checkout Started, UTC.
-- column payment_info_entered_at: timestamptz. First Payment Info Entered, UTC.
-- column order_completed_at: timestamptz. The first order, UTC.
-- column furthest_step: text. The last step that it reached, whatever it left out. [not_null]
--    [accepted: product viewed, product added, cart viewed, checkout started, payment info entered,
--    order completed]
-- column furthest_step_number: bigint. Its number, 1 to 6. [not_null]
-- column event_cart_id: text. A cart's id that was sent.
-- column event_checkout_id: text. A checkout's id that was sent.
-- column event_order_key: text. The first order, as events tell of it.
-- column order_id: text. That order at the shop. [references marts.fct_orders.order_id]
-- column is_sale: boolean. Whether it counts as a sale there.
-- column currency: text. Currency of the amount.
-- column order_amount: decimal(18,4). What that order paid.
-- column seconds_to_order: bigint. From the session's beginning to the order.
with steps as (
    select
        events.environment,
        coalesce(events.anonymous_id, events.user_id) as visitor_id,
        events.occurred_at,
        events.event,
        events.event_cart_id,
        events.event_checkout_id
    from marts.fct_events as events
    where
        events.side = 'front-end'
        and events.type = 'track'
        and events.event in (
            'Product Viewed', 'Product Added', 'Cart Viewed', 'Checkout Started',
            'Payment Info Entered', 'Order Completed'
        )
),

reached as (
    select
        sessions.session_id,
        min(case when steps.event = 'Product Viewed' then steps.occurred_at end)
            as product_viewed_at,
        min(case when steps.event = 'Product Added' then steps.occurred_at end)
            as product_added_at,
        min(case when steps.event = 'Cart Viewed' then steps.occurred_at end) as cart_viewed_at,
        min(case when steps.event = 'Checkout Started' then steps.occurred_at end)
            as checkout_started_at,
        min(case when steps.event = 'Payment Info Entered' then steps.occurred_at end)
            as payment_info_entered_at,
        min(case when steps.event = 'Order Completed' then steps.occurred_at end)
            as order_completed_at,
        max(steps.event_cart_id) as event_cart_id,
        max(steps.event_checkout_id) as event_checkout_id
    from intermediate.int_sessions as sessions
    inner join steps
        on steps.environment = sessions.environment
        and steps.visitor_id = sessions.visitor_id
        and steps.occurred_at >= sessions.started_at
        and steps.occurred_at <= sessions.ended_at
    group by sessions.session_id
),

led_to as (
    select
        attribution.session_id,
        attribution.event_order_key,
        attribution.order_id,
        attribution.ordered_at,
        attribution.currency,
        attribution.order_amount,
        row_number() over (
            partition by attribution.session_id
            order by attribution.ordered_at, attribution.event_order_key
        ) as place
    from marts.fct_order_attribution as attribution
    where attribution.touch_number = attribution.touches_count
),

joined as (
    select
        sessions.session_id,
        sessions.environment,
        sessions.source,
        sessions.blended_user_id,
        sessions.customer_id,
        sessions.channel,
        sessions.started_at,
        sessions.started_on,
        reached.product_viewed_at,
        reached.product_added_at,
        reached.cart_viewed_at,
        reached.checkout_started_at,
        reached.payment_info_entered_at,
        coalesce(reached.order_completed_at, led_to.ordered_at) as order_completed_at,
        reached.event_cart_id,
        reached.event_checkout_id,
        led_to.event_order_key,
        led_to.order_id,
        led_to.currency,
        led_to.order_amount
    from marts.fct_sessions as sessions
    left join reached on reached.session_id = sessions.session_id
    left join led_to on led_to.session_id = sessions.session_id and led_to.place = 1
    where reached.session_id is not null or led_to.session_id is not null
),

furthest as (
    select
        joined.session_id,
        case
            when joined.order_completed_at is not null then 6
            when joined.payment_info_entered_at is not null then 5
            when joined.checkout_started_at is not null then 4
            when joined.cart_viewed_at is not null then 3
            when joined.product_added_at is not null then 2
            else 1
        end as step_number
    from joined
)

select
    joined.session_id,
    joined.environment,
    joined.source,
    joined.blended_user_id,
    joined.customer_id,
    joined.channel,
    joined.started_at,
    joined.started_on,
    joined.product_viewed_at,
    joined.product_added_at,
    joined.cart_viewed_at,
    joined.checkout_started_at,
    joined.payment_info_entered_at,
    joined.order_completed_at,
    case furthest.step_number
        when 6 then 'order completed'
        when 5 then 'payment info entered'
        when 4 then 'checkout started'
        when 3 then 'cart viewed'
        when 2 then 'product added'
        else 'product viewed'
    end as furthest_step,
    cast(furthest.step_number as bigint) as furthest_step_number,
    joined.event_cart_id,
    joined.event_checkout_id,
    joined.event_order_key,
    joined.order_id,
    orders.is_sale,
    joined.currency,
    joined.order_amount,
    date_diff('second', joined.started_at, joined.order_completed_at) as seconds_to_order
from joined
inner join furthest on furthest.session_id = joined.session_id
left join marts.fct_orders as orders on orders.order_id = joined.order_id
