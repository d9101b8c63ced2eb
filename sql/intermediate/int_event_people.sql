-- One row per person that events tell of (blended user id), and who that is among the customers of
-- the shops, by the e-mail that was sent last, else by the latest order.
--
-- materialized: table
-- key: environment, blended_user_id
-- column environment: text. production or staging.
-- column blended_user_id: text. The user id, else the user that the anonymous id is known to be,
--    else the anonymous id.
-- column email: text. The e-mail that was sent last.
-- column customer_id: text. The person in dim_customers.
with named as (
    select
        events.environment,
        coalesce(events.user_id, identities.user_id, events.anonymous_id) as blended_user_id,
        events.email,
        max(events.occurred_at) as last_at
    from staging.stg_events__events as events
    left join intermediate.int_event_identities as identities
        on identities.environment = events.environment
        and identities.anonymous_id = events.anonymous_id
    where coalesce(events.user_id, events.anonymous_id) is not null
    group by
        events.environment,
        coalesce(events.user_id, identities.user_id, events.anonymous_id),
        events.email
),

emails as (
    select
        named.environment,
        named.blended_user_id,
        named.email,
        row_number() over (
            partition by named.environment, named.blended_user_id
            order by
                case when named.email is null then 1 else 0 end, named.last_at desc, named.email
        ) as place
    from named
),

ordered as (
    select
        orders.environment,
        orders.blended_user_id,
        shop.customer_id,
        row_number() over (
            partition by orders.environment, orders.blended_user_id
            order by orders.ordered_at desc, orders.event_order_key
        ) as place
    from intermediate.int_event_orders as orders
    inner join marts.fct_orders as shop on shop.order_id = orders.order_id
    where orders.blended_user_id is not null and shop.customer_id is not null
)

select
    emails.environment,
    emails.blended_user_id,
    emails.email,
    coalesce(customers.customer_id, ordered.customer_id) as customer_id
from emails
left join marts.dim_customers as customers
    on customers.email = emails.email and emails.environment = 'production'
left join ordered
    on ordered.environment = emails.environment
    and ordered.blended_user_id = emails.blended_user_id
    and ordered.place = 1
where emails.place = 1
