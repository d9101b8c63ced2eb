-- One row per order that events tell of (Order Completed, from either side), with the order that it
-- is at the shop, where one is loaded: by the vendor's id, else by the order's number; one that fits
-- several orders is none of them. Orders of tests are at no shop.
--
-- materialized: table
-- key: event_order_key
-- column event_order_key: text. Environment and the id that was sent.
-- column environment: text. production or staging.
-- column event_order: text. The order's id that was sent, else its number.
-- column order_id: text. The order in fct_orders.
-- column ordered_at: timestamptz. The first that was heard of it, UTC.
-- column anonymous_id: text. The anonymous id that was sent.
-- column user_id: text. The user id that was sent.
-- column email: text. The e-mail that was sent.
-- column session_id: text. The session that it was ordered in.
-- column blended_user_id: text. Who ordered: the person of the session it was ordered in, else the
--    user id, else the anonymous id that was sent.
-- column currency: text. Currency of the amount.
-- column total_amount: decimal(18,4). Total, else revenue, else value, as sent.
-- column is_seen_by_front_end: boolean. Whether the browser told of it.
-- column is_seen_by_back_end: boolean. Whether the server told of it.
with told as (
    select
        events.environment,
        coalesce(events.event_order_id, events.event_order_number) as event_order,
        events.event_order_id,
        events.event_order_number,
        events.side,
        events.user_id,
        events.anonymous_id,
        events.email,
        events.currency,
        coalesce(events.total_amount, events.revenue_amount, events.value_amount) as total_amount,
        events.occurred_at,
        row_number() over (
            partition by
                events.environment, coalesce(events.event_order_id, events.event_order_number)
            order by
                case when events.anonymous_id is null then 1 else 0 end,
                case when events.side = 'front-end' then 0 else 1 end,
                events.occurred_at,
                events.event_id
        ) as person_place,
        row_number() over (
            partition by
                events.environment, coalesce(events.event_order_id, events.event_order_number)
            order by
                case when events.side = 'back-end' then 0 else 1 end,
                events.occurred_at,
                events.event_id
        ) as amount_place
    from marts.fct_events as events
    where
        events.type = 'track'
        and events.event = 'Order Completed'
        and coalesce(events.event_order_id, events.event_order_number) is not null
),

orders as (
    select
        told.environment,
        told.event_order,
        max(told.event_order_id) as event_order_id,
        max(told.event_order_number) as event_order_number,
        min(told.occurred_at) as ordered_at,
        max(case when told.person_place = 1 then told.anonymous_id end) as anonymous_id,
        coalesce(
            max(case when told.person_place = 1 then told.user_id end), max(told.user_id)
        ) as user_id,
        max(told.email) as email,
        max(case when told.amount_place = 1 then told.currency end) as currency,
        max(case when told.amount_place = 1 then told.total_amount end) as total_amount,
        max(case when told.side = 'front-end' then 1 else 0 end) = 1 as is_seen_by_front_end,
        max(case when told.side = 'back-end' then 1 else 0 end) = 1 as is_seen_by_back_end
    from told
    group by told.environment, told.event_order
),

candidates as (
    select orders.event_order, shop.order_id, 1 as fit
    from orders
    inner join marts.fct_orders as shop on shop.source_order_id = orders.event_order_id
    where orders.environment = 'production' and shop.order_status <> 'cart'
    union all
    select orders.event_order, shop.order_id, 2 as fit
    from orders
    inner join marts.fct_orders as shop
        on replace(shop.order_number, '#', '') = replace(orders.event_order_number, '#', '')
    where orders.environment = 'production' and shop.order_status <> 'cart'
    union all
    select orders.event_order, shop.order_id, 3 as fit
    from orders
    inner join marts.fct_orders as shop
        on replace(shop.order_number, '#', '') = replace(orders.event_order_id, '#', '')
    where orders.environment = 'production' and shop.order_status <> 'cart'
),

fitting as (
    select
        candidates.event_order,
        candidates.order_id,
        row_number() over (
            partition by candidates.event_order order by candidates.fit, candidates.order_id
        ) as place,
        count(*) over (partition by candidates.event_order, candidates.fit) as same_fit_count
    from candidates
),

within as (
    select
        orders.environment,
        orders.event_order,
        sessions.session_id,
        sessions.blended_user_id,
        row_number() over (
            partition by orders.environment, orders.event_order
            order by sessions.started_at desc, sessions.session_id desc
        ) as place
    from orders
    inner join intermediate.int_sessions as sessions
        on sessions.environment = orders.environment
        and sessions.anonymous_id = orders.anonymous_id
        and sessions.started_at <= orders.ordered_at
)

select
    orders.environment || ':' || orders.event_order as event_order_key,
    orders.environment,
    orders.event_order,
    fitting.order_id,
    orders.ordered_at,
    orders.anonymous_id,
    orders.user_id,
    orders.email,
    within.session_id,
    coalesce(
        within.blended_user_id, orders.user_id, identities.user_id, orders.anonymous_id
    ) as blended_user_id,
    orders.currency,
    orders.total_amount,
    orders.is_seen_by_front_end,
    orders.is_seen_by_back_end
from orders
left join fitting
    on fitting.event_order = orders.event_order
    and fitting.place = 1
    and fitting.same_fit_count = 1
    and orders.environment = 'production'
left join within
    on within.environment = orders.environment
    and within.event_order = orders.event_order
    and within.place = 1
left join intermediate.int_event_identities as identities
    on identities.environment = orders.environment
    and identities.anonymous_id = orders.anonymous_id
