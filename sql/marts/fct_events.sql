-- One row per event of any source: track, page and screen calls, each once.
-- Where both sides of a shop send an event there is a row of each; `side` tells them apart.
--
-- materialized: incremental
-- key: event_id
-- cursor: received_at
-- column event_id: text. The event's key: source and the sender's id of the message.
-- column source: text. The source that it came through. [not_null]
-- column side: text. Which side sent it. [not_null] [accepted: front-end, back-end]
-- column environment: text. Where it happened; tests are staging. [not_null]
--    [accepted: production, staging]
-- column message_id: text. The sender's id of the message. [not_null]
-- column type: text. The kind of call. [not_null] [accepted: track, page, screen]
-- column event: text. Name of the event as the plan spells it; of a page or screen its own.
-- column event_text: text. That name as it was sent.
-- column is_planned: boolean. Whether the source's tracking plan knows it.
-- column user_id: text. The sender's id of the person.
-- column anonymous_id: text. The browser's or device's id.
-- column email: text. The e-mail that the event names.
-- column event_order_id: text. The order's id as it was sent.
-- column event_order_number: text. The order's number as it was sent.
-- column event_checkout_id: text. The checkout's id as it was sent.
-- column event_cart_id: text. The cart's id as it was sent.
-- column event_product_id: text. The product's id as it was sent.
-- column currency: text. Currency of the amounts.
-- column value_amount: decimal(18,4). What the sender says the event is worth.
-- column revenue_amount: decimal(18,4). Revenue as it was sent.
-- column total_amount: decimal(18,4). Total as it was sent.
-- column page_url: text. Address of the page that it happened on.
-- column page_path: text. The page's path.
-- column page_host: text. The page's host.
-- column page_referrer: text. Where the page was reached from.
-- column referrer_host: text. Host of that address.
-- column campaign_source: text. utm_source, in lower case.
-- column campaign_medium: text. utm_medium, in lower case.
-- column campaign_name: text. utm_campaign.
-- column campaign_term: text. utm_term.
-- column campaign_content: text. utm_content.
-- column ad_click: text. Whose ad was clicked, by the mark the vendor leaves in the address.
-- column occurred_at: timestamptz. When it happened, UTC, the sender's clock corrected. [not_null]
-- column occurred_on: date. That day, in UTC.
-- column received_at: timestamptz. When it came in, UTC. [not_null]
select
    events.event_id,
    events.source,
    events.side,
    events.environment,
    events.message_id,
    events.type,
    events.event,
    events.event_text,
    events.is_planned,
    events.user_id,
    events.anonymous_id,
    events.email,
    events.event_order_id,
    events.event_order_number,
    events.event_checkout_id,
    events.event_cart_id,
    events.event_product_id,
    events.currency,
    events.value_amount,
    events.revenue_amount,
    events.total_amount,
    events.page_url,
    events.page_path,
    events.page_host,
    events.page_referrer,
    events.referrer_host,
    events.campaign_source,
    events.campaign_medium,
    events.campaign_name,
    events.campaign_term,
    events.campaign_content,
    events.ad_click,
    events.occurred_at,
    cast(events.occurred_at at time zone 'UTC' as date) as occurred_on,
    events.received_at
from staging.stg_events__events as events
where events.type in ('track', 'page', 'screen')
