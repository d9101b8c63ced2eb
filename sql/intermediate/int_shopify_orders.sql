-- One row per Shopify order, in the shape that both sources share. An order is complete when it
-- is fully fulfilled and closed (archived). Shopify closes by itself what is fulfilled and paid;
-- so an order that is fulfilled, paid and still open stands in a shop that does not archive, and
-- is complete from the last update of its closed fulfilments on.
--
-- materialized: view
-- key: order_id
-- column order_id: text. The order's key: connection and the vendor's id.
-- column connection_id: text. The connection that it came through.
-- column source: text. shopify or chord_oms.
-- column source_order_id: text. The vendor's id.
-- column order_number: text. The number that the customer sees.
-- column customer_account_id: text. The buyer's account; null for a guest.
-- column normalized_email: text. E-mail of the order in lower case, without blanks around it.
-- column store_id: text. The store within a Chord OMS.
-- column channel: text. Where the order came from, in the vendor's words.
-- column is_test: boolean. Whether it is a test order.
-- column is_cancelled: boolean. Whether it was cancelled.
-- column is_cart: boolean. Whether the checkout is not finished; a Chord OMS only.
-- column payment_status: text. Where payment stands, in the vendor's words.
-- column fulfillment_status: text. Where sending stands, in the vendor's words.
-- column currency: text. The shop's currency; amounts of different currencies must not be added.
-- column presentment_currency: text. The currency that the customer saw.
-- column is_tax_included: boolean. Whether prices include tax.
-- column items_amount: decimal(18,4). Goods at their price, before discounts.
-- column item_discount_amount: decimal(18,4). Discounts on goods, by line and by order, positive.
-- column shipping_amount: decimal(18,4). Shipping before its discounts.
-- column shipping_discount_amount: decimal(18,4). Discounts on shipping, positive.
-- column tax_amount: decimal(18,4). All tax, on top of the prices or inside them.
-- column included_tax_amount: decimal(18,4). The part of it that is inside the prices.
-- column other_amount: decimal(18,4). What the vendor's parts leave of its total: tips, duties,
--    fees, rounding, manual adjustments.
-- column total_amount: decimal(18,4). What the customer owed when ordering.
-- column current_total_amount: decimal(18,4). What is left of the total after edits and returns,
--    by the vendor.
-- column presentment_total_amount: decimal(18,4). The total in the customer's currency.
-- column shipping_city: text. City of the shipping address.
-- column shipping_province_code: text. Province or state of the shipping address, as a code.
-- column shipping_country_code: text. Country of the shipping address, two letters.
-- column shipping_postal_code: text. Postal code of the shipping address.
-- column billing_country_code: text. Country of the billing address, two letters.
-- column discount_codes: text. Codes used, joined by a comma and a space.
-- column created_at: timestamptz. When the order or cart was made, UTC.
-- column placed_at: timestamptz. When the customer ordered, UTC; null for a cart.
-- column completed_at: timestamptz. When it became complete by its source's rule, UTC; null while
--    it is not.
-- column cancelled_at: timestamptz. When it was cancelled, UTC.
-- column first_shipped_at: timestamptz. When its first parcel left, UTC.
-- column last_shipped_at: timestamptz. When its last parcel left, UTC.
-- column updated_at: timestamptz. When it last changed at the vendor, UTC.
-- column synced_at: timestamptz. When it was last loaded, UTC.
with order_lines as (
    select lines.order_id, sum(lines.items_amount) as items_amount
    from staging.stg_shopify__order_line_items as lines
    group by lines.order_id
),

parcels as (
    select
        fulfillments.order_id,
        min(fulfillments.created_at) as first_shipped_at,
        max(fulfillments.created_at) as last_shipped_at,
        max(fulfillments.updated_at) as last_closed_fulfillment_at
    from staging.stg_shopify__fulfillments as fulfillments
    where fulfillments.fulfillment_state = 'success'
    group by fulfillments.order_id
),

goods as (
    select
        orders.order_id,
        orders.discount_amount,
        coalesce(order_lines.items_amount, orders.subtotal_amount + orders.discount_amount)
            as items_amount,
        coalesce(orders.subtotal_amount, order_lines.items_amount - orders.discount_amount)
            as subtotal_amount
    from staging.stg_shopify__orders as orders
    left join order_lines on order_lines.order_id = orders.order_id
),

amounts as (
    select
        goods.order_id,
        goods.items_amount,
        goods.subtotal_amount,
        case
            when goods.discount_amount > goods.items_amount - goods.subtotal_amount
                then goods.discount_amount - (goods.items_amount - goods.subtotal_amount)
            else 0
        end as shipping_discount_amount
    from goods
)

select
    orders.order_id,
    orders.connection_id,
    'shopify' as source,
    orders.source_order_id,
    orders.order_number,
    orders.customer_account_id,
    orders.normalized_email,
    cast(null as text) as store_id,
    orders.channel,
    orders.is_test,
    orders.cancelled_at is not null as is_cancelled,
    false as is_cart,
    orders.financial_status as payment_status,
    orders.fulfillment_status,
    orders.currency,
    orders.presentment_currency,
    orders.is_tax_included,
    cast(amounts.items_amount as decimal(18,4)) as items_amount,
    cast(amounts.items_amount - amounts.subtotal_amount as decimal(18,4)) as item_discount_amount,
    orders.shipping_amount,
    cast(amounts.shipping_discount_amount as decimal(18,4)) as shipping_discount_amount,
    orders.tax_amount,
    cast(case when orders.is_tax_included then orders.tax_amount else 0 end as decimal(18,4))
        as included_tax_amount,
    cast(
        orders.total_amount - amounts.subtotal_amount - orders.shipping_amount
        + amounts.shipping_discount_amount
        - case when orders.is_tax_included then 0 else orders.tax_amount end
        as decimal(18,4)
    ) as other_amount,
    orders.total_amount,
    orders.current_total_amount,
    orders.presentment_total_amount,
    orders.shipping_city,
    orders.shipping_province_code,
    orders.shipping_country_code,
    orders.shipping_postal_code,
    orders.billing_country_code,
    orders.discount_codes,
    orders.created_at,
    coalesce(orders.processed_at, orders.created_at) as placed_at,
    case
        when orders.fulfillment_status is null
            or orders.fulfillment_status not in ('fulfilled', 'fulfillment_not_required') then null
        when orders.closed_at is not null then orders.closed_at
        when orders.fulfillment_status <> 'fulfilled' then null
        when orders.financial_status
            in ('pending', 'authorized', 'partially_paid', 'expired', 'voided') then null
        else coalesce(parcels.last_closed_fulfillment_at, orders.processed_at, orders.created_at)
    end as completed_at,
    orders.cancelled_at,
    parcels.first_shipped_at,
    parcels.last_shipped_at,
    orders.updated_at,
    orders.synced_at
from staging.stg_shopify__orders as orders
inner join amounts on amounts.order_id = orders.order_id
left join parcels on parcels.order_id = orders.order_id
