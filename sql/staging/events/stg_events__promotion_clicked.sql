-- One row per Promotion Clicked event. An on-site promotion was clicked. Sent by front-end and
-- back-end.
--
-- materialized: view
-- column event_id: text. The message's key: source and message id.
-- column source: text. The source that it came through.
-- column side: text. front-end or back-end.
-- column environment: text. production or staging.
-- column message_id: text. The sender's id of the message.
-- column event_text: text. The event's name as it was sent.
-- column user_id: text. The sender's id of the person.
-- column anonymous_id: text. The browser's or device's id.
-- column occurred_at: timestamptz. When it happened, UTC, the sender's clock corrected.
-- column received_at: timestamptz. When it came in, UTC.
-- column affiliation: text. Store or channel that it was sold through.
-- column brand: text. The product's brand.
-- column bundle: boolean. Whether the product is a bundle of others.
-- column category: text. The product's category.
-- column coupon: text. Coupon or promotion code that applied.
-- column creative: text. Picture or text that the promotion was shown with.
-- column currency: text. Currency of the amounts, as sent.
-- column description: text. The product's description.
-- column name: text. Name of the promotion or of its product.
-- column option_values: json. The variant's options, such as size and colour; an array as sent.
-- column position: text. Place of the promotion on the page.
-- column price: decimal(18,4). Price of one unit.
-- column product_id: text. Id of the product.
-- column promotion_id: text. Id of the promotion.
-- column quantity: bigint. Number of units, rounded to whole ones.
-- column slug: text. The product's name in its page's address.
-- column variant: text. The variant's name or id.
with parsed as (
    select
        events.event_id,
        events.source,
        events.side,
        events.environment,
        events.message_id,
        events.event_text,
        events.user_id,
        events.anonymous_id,
        events.occurred_at,
        events.received_at,
        from_json(events.properties, '{
            "affiliation": "VARCHAR",
            "brand": "VARCHAR",
            "bundle": "BOOLEAN",
            "category": "VARCHAR",
            "coupon": "VARCHAR",
            "creative": "VARCHAR",
            "currency": "VARCHAR",
            "description": "VARCHAR",
            "name": "VARCHAR",
            "option_values": "JSON",
            "position": "VARCHAR",
            "price": "DECIMAL(18,4)",
            "product_id": "VARCHAR",
            "promotion_id": "VARCHAR",
            "quantity": "BIGINT",
            "slug": "VARCHAR",
            "variant": "VARCHAR"
        }') as said
    from staging.stg_events__events as events
    where events.type = 'track' and events.event = 'Promotion Clicked'
)

select
    parsed.event_id,
    parsed.source,
    parsed.side,
    parsed.environment,
    parsed.message_id,
    parsed.event_text,
    parsed.user_id,
    parsed.anonymous_id,
    parsed.occurred_at,
    parsed.received_at,
    said.affiliation,
    said.brand,
    said.bundle,
    said.category,
    said.coupon,
    said.creative,
    said.currency,
    said.description,
    said.name,
    said.option_values,
    said.position,
    said.price,
    said.product_id,
    said.promotion_id,
    said.quantity,
    said.slug,
    said.variant
from parsed
