-- One row per session: front-end events of one browser or device with no pause of more than 30
-- minutes between them, with who it was, by what it came, and which orders it led to.
--
-- materialized: table
-- key: session_id
-- column session_id: text. The session's key: environment and its first event.
-- column environment: text. production, or staging: tests. [not_null]
--    [accepted: production, staging]
-- column source: text. The source of its first event. [not_null]
-- column anonymous_id: text. The browser's or device's id.
-- column user_id: text. The user id that was sent last within the session.
-- column blended_user_id: text. Who it was: the session's user id, else the user that the anonymous
--    id is known to be, else the anonymous id. [not_null]
-- column customer_id: text. The person as a customer of the shops.
--    [references marts.dim_customers.customer_id]
-- column session_number: bigint. 1 for the person's first session. [not_null]
-- column is_first_session: boolean. Whether that number is 1. [not_null]
-- column started_at: timestamptz. Its first event, UTC. [not_null]
-- column started_on: date. That day, in UTC. [not_null]
-- column ended_at: timestamptz. Its last event, UTC. [not_null]
-- column duration_seconds: bigint. Between the two. [not_null]
-- column events_count: bigint. Events of the session. [not_null]
-- column pages_count: bigint. Page and screen calls of the session. [not_null]
-- column landing_page_url: text. The first page.
-- column exit_page_url: text. The last page.
-- column referrer: text. Where the first page was reached from.
-- column referrer_host: text. Host of that address.
-- column campaign_source: text. utm_source, in lower case, of the first event that has one.
-- column campaign_medium: text. utm_medium of that event, in lower case.
-- column campaign_name: text. utm_campaign of that event.
-- column campaign_term: text. utm_term of that event.
-- column campaign_content: text. utm_content of that event.
-- column ad_click: text. Whose ad was clicked, by the mark the vendor leaves in the address.
-- column channel: text. By what the session came. [not_null] [accepted: paid, email, sms,
--    affiliate, social, campaign, search, referral, direct]
-- column orders_count: bigint. Orders that were made in this session: it was the last that led to
--    them. [not_null]
-- column is_converted: boolean. Whether there is one. [not_null]
-- column order_currency: text. Currency of the amount; null where its orders are in several.
-- column order_amount: decimal(18,4). What these orders paid; null where currencies differ.
-- column first_touch_points: decimal(18,6). Orders that it led to as the first session. [not_null]
-- column last_touch_points: decimal(18,6). Orders that it led to as the last session. [not_null]
-- column position_based_points: decimal(18,6). Its part of orders, counted 40-20-40. [not_null]
with led_to as (
    select
        attribution.session_id,
        sum(attribution.first_touch_points) as first_touch_points,
        sum(attribution.last_touch_points) as last_touch_points,
        sum(attribution.position_based_points) as position_based_points,
        sum(case when attribution.touch_number = attribution.touches_count then 1 else 0 end)
            as orders_count,
        sum(
            case
                when attribution.touch_number = attribution.touches_count
                    then attribution.order_amount
            end
        ) as order_amount,
        min(
            case
                when attribution.touch_number = attribution.touches_count
                    then attribution.currency
            end
        ) as first_currency,
        max(
            case
                when attribution.touch_number = attribution.touches_count
                    then attribution.currency
            end
        ) as last_currency
    from marts.fct_order_attribution as attribution
    group by attribution.session_id
)

select
    sessions.session_id,
    sessions.environment,
    sessions.source,
    sessions.anonymous_id,
    sessions.user_id,
    sessions.blended_user_id,
    people.customer_id,
    sessions.session_number,
    sessions.session_number = 1 as is_first_session,
    sessions.started_at,
    cast(sessions.started_at at time zone 'UTC' as date) as started_on,
    sessions.ended_at,
    date_diff('second', sessions.started_at, sessions.ended_at) as duration_seconds,
    sessions.events_count,
    sessions.pages_count,
    sessions.landing_page_url,
    sessions.exit_page_url,
    sessions.referrer,
    sessions.referrer_host,
    sessions.campaign_source,
    sessions.campaign_medium,
    sessions.campaign_name,
    sessions.campaign_term,
    sessions.campaign_content,
    sessions.ad_click,
    sessions.channel,
    cast(coalesce(led_to.orders_count, 0) as bigint) as orders_count,
    coalesce(led_to.orders_count, 0) > 0 as is_converted,
    case when led_to.first_currency = led_to.last_currency then led_to.first_currency end
        as order_currency,
    cast(
        case when led_to.first_currency = led_to.last_currency then led_to.order_amount end
        as decimal(18,4)
    ) as order_amount,
    cast(coalesce(led_to.first_touch_points, 0) as decimal(18,6)) as first_touch_points,
    cast(coalesce(led_to.last_touch_points, 0) as decimal(18,6)) as last_touch_points,
    cast(coalesce(led_to.position_based_points, 0) as decimal(18,6)) as position_based_points
from intermediate.int_sessions as sessions
left join led_to on led_to.session_id = sessions.session_id
left join intermediate.int_event_people as people
    on people.environment = sessions.environment
    and people.blended_user_id = sessions.blended_user_id
