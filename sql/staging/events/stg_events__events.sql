-- One row per message of any source, as the loader accepted it: once each, by source and message
-- id. The loader writes `events_meta.events` in the transaction that writes the source's own
-- tables; properties, traits and context are kept whole, and what many events share stands in
-- columns. What one event alone has is in the model of that event.
--
-- materialized: view
-- key: event_id
-- column event_id: text. The message's key: source and message id.
-- column source: text. The source that it came through.
-- column side: text. front-end or back-end. [accepted: front-end, back-end]
-- column environment: text. production or staging. [accepted: production, staging]
-- column message_id: text. The sender's id of the message.
-- column type: text. The kind of call. [accepted: track, identify, page, screen, group, alias]
-- column event: text. Name of a track call as the plan spells it; name of a page or screen.
-- column event_text: text. That name as it was sent.
-- column user_id: text. The sender's id of the person.
-- column anonymous_id: text. The browser's or device's id.
-- column previous_id: text. Of an alias call: the id that the person had before.
-- column is_planned: boolean. Whether the source's plan knows it.
-- column occurred_at: timestamptz. When it happened, UTC, the sender's clock corrected.
-- column received_at: timestamptz. When it came in, UTC.
-- column email: text. The e-mail that the message names, in lower case without blanks around it.
-- column event_order_id: text. The order's id as it was sent.
-- column event_order_number: text. The order's number as it was sent.
-- column event_checkout_id: text. The checkout's id as it was sent.
-- column event_cart_id: text. The cart's id as it was sent.
-- column event_product_id: text. The product's id as it was sent.
-- column currency: text. Currency of the amounts, three letters; null where it is no such code.
-- column value_amount: decimal(18,4). What the sender says the event is worth.
-- column revenue_amount: decimal(18,4). Revenue as it was sent.
-- column total_amount: decimal(18,4). Total as it was sent.
-- column page_url: text. Address of the page that it happened on.
-- column page_path: text. That page's path.
-- column page_referrer: text. Where that page was reached from.
-- column campaign_source: text. utm_source of that page, in lower case.
-- column campaign_medium: text. utm_medium of that page, in lower case.
-- column campaign_name: text. utm_campaign of that page.
-- column campaign_term: text. utm_term of that page.
-- column campaign_content: text. utm_content of that page.
-- column ad_click: text. Whose ad was clicked, by the mark the vendor leaves in the address.
-- column page_host: text. That page's host.
-- column referrer_host: text. Host of the address that it was reached from.
-- column user_agent: text. The browser's or device's description of itself.
-- column locale: text. Language and country of the browser or device, as sent.
-- column properties: json. What the event says, whole.
-- column traits: json. What the message says of the person or group, whole.
-- column context: json. What was around the message, such as page and device, whole.
-- source events_meta.events: source text, side text, environment text, message_id text, type text,
--    event text, event_text text, user_id text, anonymous_id text, previous_id text, is_planned
--    boolean, received_at timestamptz, sent_at timestamptz, timestamp timestamptz,
--    original_timestamp timestamptz, properties json, traits json, context json
with parsed as (
    select
        loaded.source,
        loaded.side,
        loaded.environment,
        loaded.message_id,
        loaded.type,
        loaded.event,
        loaded.event_text,
        loaded.user_id,
        loaded.anonymous_id,
        loaded.previous_id,
        loaded.is_planned,
        loaded.timestamp,
        loaded.received_at,
        loaded.properties,
        loaded.traits,
        loaded.context,
        from_json(loaded.properties, '{
            "email": "VARCHAR",
            "order_id": "VARCHAR",
            "order_number": "VARCHAR",
            "order_name": "VARCHAR",
            "checkout_id": "VARCHAR",
            "cart_id": "VARCHAR",
            "product_id": "VARCHAR",
            "currency": "VARCHAR",
            "value": "DECIMAL(18,4)",
            "revenue": "DECIMAL(18,4)",
            "total": "DECIMAL(18,4)",
            "url": "VARCHAR"
        }') as said,
        from_json(loaded.context, '{
            "page": {"url": "VARCHAR", "path": "VARCHAR", "referrer": "VARCHAR"},
            "campaign": {
                "source": "VARCHAR",
                "medium": "VARCHAR",
                "name": "VARCHAR",
                "term": "VARCHAR",
                "content": "VARCHAR"
            },
            "traits": {"email": "VARCHAR"},
            "userAgent": "VARCHAR",
            "locale": "VARCHAR"
        }') as around,
        from_json(loaded.traits, '{"email": "VARCHAR"}') as person
    from events_meta.events as loaded
)

select
    parsed.source || ':' || parsed.message_id as event_id,
    parsed.source,
    parsed.side,
    parsed.environment,
    parsed.message_id,
    parsed.type,
    parsed.event,
    parsed.event_text,
    nullif(trim(parsed.user_id), '') as user_id,
    nullif(trim(parsed.anonymous_id), '') as anonymous_id,
    nullif(trim(parsed.previous_id), '') as previous_id,
    parsed.is_planned,
    coalesce(parsed.timestamp, parsed.received_at) as occurred_at,
    parsed.received_at,
    nullif(lower(trim(coalesce(person.email, said.email, around.traits.email))), '') as email,
    nullif(said.order_id, '') as event_order_id,
    coalesce(nullif(said.order_number, ''), nullif(said.order_name, '')) as event_order_number,
    nullif(said.checkout_id, '') as event_checkout_id,
    nullif(said.cart_id, '') as event_cart_id,
    nullif(said.product_id, '') as event_product_id,
    case when regexp_matches(trim(said.currency), '^[A-Za-z]{3}$') then upper(trim(said.currency)) end
        as currency,
    said.value as value_amount,
    said.revenue as revenue_amount,
    said.total as total_amount,
    coalesce(around.page.url, said.url) as page_url,
    around.page.path as page_path,
    around.page.referrer as page_referrer,
    lower(nullif(trim(coalesce(
        around.campaign.source, regexp_extract(around.page.url, '[?&]utm_source=([^&#]*)', 1)
    )), '')) as campaign_source,
    lower(nullif(trim(coalesce(
        around.campaign.medium, regexp_extract(around.page.url, '[?&]utm_medium=([^&#]*)', 1)
    )), '')) as campaign_medium,
    nullif(trim(coalesce(
        around.campaign.name, regexp_extract(around.page.url, '[?&]utm_campaign=([^&#]*)', 1)
    )), '') as campaign_name,
    nullif(trim(coalesce(
        around.campaign.term, regexp_extract(around.page.url, '[?&]utm_term=([^&#]*)', 1)
    )), '') as campaign_term,
    nullif(trim(coalesce(
        around.campaign.content, regexp_extract(around.page.url, '[?&]utm_content=([^&#]*)', 1)
    )), '') as campaign_content,
    case
        when around.page.url like '%gclid=%' or around.page.url like '%gbraid=%' then 'google_ads'
        when around.page.url like '%ttclid=%' then 'tiktok_ads'
        when around.page.url like '%rdt_cid=%' then 'reddit_ads'
        when around.page.url like '%epik=%' then 'pinterest_ads'
    end as ad_click,
    nullif(regexp_extract(around.page.url, '^[a-z]+://([^/?#:]+)', 1), '') as page_host,
    nullif(regexp_extract(around.page.referrer, '^[a-z]+://([^/?#:]+)', 1), '') as referrer_host,
    around."userAgent" as user_agent,
    around.locale,
    parsed.properties,
    parsed.traits,
    parsed.context
from parsed
