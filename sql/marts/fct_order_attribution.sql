-- One row per order and session that led to it: the person's sessions of the 90 days before the
-- order and since the order before that one; the last of them in any case. The points of an order
-- add up to 1 by each way of counting.
--
-- materialized: table
-- key: event_order_key, session_id
-- column event_order_key: text. The order as events tell of it: environment and the id they sent.
-- column session_id: text. The session. [references marts.fct_sessions.session_id]
-- column environment: text. Where it happened. [not_null]
-- column order_id: text. The order at the shop, where it is loaded.
--    [references marts.fct_orders.order_id]
-- column blended_user_id: text. Who ordered. [not_null]
-- column ordered_at: timestamptz. When, UTC. [not_null]
-- column touch_number: bigint. 1 for the session that came first. [not_null]
-- column touches_count: bigint. Sessions that led to the order. [not_null]
-- column channel: text. By what the session came. [not_null]
-- column campaign_source: text. utm_source of the session, in lower case.
-- column campaign_medium: text. utm_medium of the session, in lower case.
-- column campaign_name: text. utm_campaign of the session.
-- column currency: text. Currency of the amount.
-- column order_amount: decimal(18,4). What was paid: the shop's total, else the one that was sent.
-- column first_touch_points: decimal(9,6). All to the first session. [not_null]
-- column last_touch_points: decimal(9,6). All to the last session. [not_null]
-- column position_based_points: decimal(9,6). 40 for the first, 40 for the last, 20 between them;
--    of two sessions each gets half. [not_null]
with orders as (
    select
        orders.event_order_key,
        orders.environment,
        orders.order_id,
        orders.blended_user_id,
        orders.ordered_at,
        coalesce(shop.currency, orders.currency) as currency,
        coalesce(shop.total_amount, orders.total_amount) as order_amount,
        lag(orders.ordered_at) over (
            partition by orders.environment, orders.blended_user_id
            order by orders.ordered_at, orders.event_order_key
        ) as previous_ordered_at
    from intermediate.int_event_orders as orders
    left join marts.fct_orders as shop on shop.order_id = orders.order_id
    where orders.blended_user_id is not null
),

before as (
    select
        orders.event_order_key,
        sessions.session_id,
        sessions.started_at,
        orders.previous_ordered_at,
        row_number() over (
            partition by orders.event_order_key
            order by sessions.started_at desc, sessions.session_id desc
        ) as places_before
    from orders
    inner join intermediate.int_sessions as sessions
        on sessions.environment = orders.environment
        and sessions.blended_user_id = orders.blended_user_id
    where
        sessions.started_at <= orders.ordered_at
        and sessions.started_at > orders.ordered_at - interval '90 days'
),

touches as (
    select
        before.event_order_key,
        before.session_id,
        row_number() over (
            partition by before.event_order_key
            order by before.started_at, before.session_id
        ) as touch_number,
        count(*) over (partition by before.event_order_key) as touches_count
    from before
    where
        before.places_before = 1
        or before.previous_ordered_at is null
        or before.started_at > before.previous_ordered_at
)

select
    touches.event_order_key,
    touches.session_id,
    orders.environment,
    orders.order_id,
    orders.blended_user_id,
    orders.ordered_at,
    touches.touch_number,
    touches.touches_count,
    sessions.channel,
    sessions.campaign_source,
    sessions.campaign_medium,
    sessions.campaign_name,
    orders.currency,
    cast(orders.order_amount as decimal(18,4)) as order_amount,
    cast(case when touches.touch_number = 1 then 1 else 0 end as decimal(9,6))
        as first_touch_points,
    cast(case when touches.touch_number = touches.touches_count then 1 else 0 end as decimal(9,6))
        as last_touch_points,
    cast(
        case
            when touches.touches_count = 1 then 1.0
            when touches.touches_count = 2 then 0.5
            when touches.touch_number in (1, touches.touches_count) then 0.4
            else 0.2 / (touches.touches_count - 2)
        end as decimal(9,6)
    ) as position_based_points
from touches
inner join orders on orders.event_order_key = touches.event_order_key
inner join intermediate.int_sessions as sessions on sessions.session_id = touches.session_id
