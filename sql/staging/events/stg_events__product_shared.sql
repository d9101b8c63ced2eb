-- One row per Product Shared event. A product was sent to other people. Sent by front-end and
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
-- column description: text. The product's description.
-- column image_url: text. Address of the product's picture.
-- column name: text. The product's name.
-- column option_values: json. The variant's options, such as size and colour; an array as sent.
-- column position: bigint. The product's place in its list, a whole number.
-- column price: decimal(18,4). Price of one unit.
-- column product_id: text. Id of the product.
-- column quantity: bigint. Number of units, rounded to whole ones.
-- column recipient: text. Whom it was shared with.
-- column share_message: text. Message that went with it.
-- column share_via: text. Way that it was shared, such as e-mail.
-- column sku: text. Stock keeping unit of the product or variant.
-- column slug: text. The product's name in its page's address.
-- column url: text. Address of the product's page.
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
            "description": "VARCHAR",
            "image_url": "VARCHAR",
            "name": "VARCHAR",
            "option_values": "JSON",
            "position": "BIGINT",
            "price": "DECIMAL(18,4)",
            "product_id": "VARCHAR",
            "quantity": "BIGINT",
            "recipient": "VARCHAR",
            "share_message": "VARCHAR",
            "share_via": "VARCHAR",
            "sku": "VARCHAR",
            "slug": "VARCHAR",
            "url": "VARCHAR",
            "variant": "VARCHAR"
        }') as said
    from staging.stg_events__events as events
    where events.type = 'track' and events.event = 'Product Shared'
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
    said.description,
    said.image_url,
    said.name,
    said.option_values,
    said.position,
    said.price,
    said.product_id,
    said.quantity,
    said.recipient,
    said.share_message,
    said.share_via,
    said.sku,
    said.slug,
    said.url,
    said.variant
from parsed
