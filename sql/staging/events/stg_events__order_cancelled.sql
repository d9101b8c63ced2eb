-- One row per Order Cancelled event. A placed order was cancelled. Sent by front-end and back-end.
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
-- column campaign_id: text. Id of the campaign that the order is counted to.
-- column channel: text. Sales channel that the order came through.
-- column checkout_type: text. Kind of checkout that was used.
-- column coupon: text. Coupon code of the order.
-- column currency: text. Currency of the amounts, as sent.
-- column discount: decimal(18,4). Discounts of the order.
-- column email: text. The person's e-mail, as sent.
-- column first_name: text. The customer's first name.
-- column has_subscription: boolean. Whether the order holds a subscription.
-- column is_recurring: boolean. Whether the order is a subscription's repeated one.
-- column last_name: text. The customer's last name.
-- column metadata: json. Further data of the order; an object as sent.
-- column order_date: text. When the order was placed, as sent.
-- column order_id: text. The shop's id of the order.
-- column phone: text. The customer's phone number, as sent.
-- column products: json. The order's lines; an array of objects as sent.
-- column purl_link: text. Personal link that the order came by.
-- column referral_identifier_id: text. Id of the referral that the order came by.
-- column revenue: decimal(18,4). Revenue of the order, as the sender reckons it.
-- column shipping: decimal(18,4). Shipping costs of the order.
-- column shipping_city: text. City that the order ships to.
-- column shipping_country: text. Country that the order ships to.
-- column shipping_method_details: json. Name and code of the shipping method; an object as sent.
-- column shipping_state: text. State or province that the order ships to.
-- column shipping_zipcode: text. Postal code that the order ships to.
-- column tax: decimal(18,4). Tax of the order.
-- column template_id: text. Id of the e-mail template that the order is counted to.
-- column total: decimal(18,4). What the order comes to, as sent.
-- column tracking_ids: json. Ids of analytics tools for this customer; an object as sent.
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
            "campaign_id": "VARCHAR",
            "channel": "VARCHAR",
            "checkout_type": "VARCHAR",
            "coupon": "VARCHAR",
            "currency": "VARCHAR",
            "discount": "DECIMAL(18,4)",
            "email": "VARCHAR",
            "first_name": "VARCHAR",
            "has_subscription": "BOOLEAN",
            "is_recurring": "BOOLEAN",
            "last_name": "VARCHAR",
            "metadata": "JSON",
            "order_date": "VARCHAR",
            "order_id": "VARCHAR",
            "phone": "VARCHAR",
            "products": "JSON",
            "purl_link": "VARCHAR",
            "referral_identifier_id": "VARCHAR",
            "revenue": "DECIMAL(18,4)",
            "shipping": "DECIMAL(18,4)",
            "shipping_city": "VARCHAR",
            "shipping_country": "VARCHAR",
            "shipping_method_details": "JSON",
            "shipping_state": "VARCHAR",
            "shipping_zipcode": "VARCHAR",
            "tax": "DECIMAL(18,4)",
            "template_id": "VARCHAR",
            "total": "DECIMAL(18,4)",
            "tracking_ids": "JSON"
        }') as said
    from staging.stg_events__events as events
    where events.type = 'track' and events.event = 'Order Cancelled'
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
    said.campaign_id,
    said.channel,
    said.checkout_type,
    said.coupon,
    said.currency,
    said.discount,
    said.email,
    said.first_name,
    said.has_subscription,
    said.is_recurring,
    said.last_name,
    said.metadata,
    said.order_date,
    said.order_id,
    said.phone,
    said.products,
    said.purl_link,
    said.referral_identifier_id,
    said.revenue,
    said.shipping,
    said.shipping_city,
    said.shipping_country,
    said.shipping_method_details,
    said.shipping_state,
    said.shipping_zipcode,
    said.tax,
    said.template_id,
    said.total,
    said.tracking_ids
from parsed
