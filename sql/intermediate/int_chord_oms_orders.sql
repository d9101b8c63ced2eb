-- One row per order or cart of a Chord OMS, in the shape that both sources share. An order is
-- complete when the customer finished the checkout; before that it is a cart.
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
with parcels as (
    select
        shipments.order_id,
        -sum(shipments.promotion_amount) as shipping_discount_amount,
        min(shipments.shipped_at) as first_shipped_at,
        max(shipments.shipped_at) as last_shipped_at
    from staging.stg_chord_oms__shipments as shipments
    group by shipments.order_id
),

codes as (
    select used.order_id, string_agg(used.code, ', ' order by used.code) as discount_codes
    from staging.stg_chord_oms__order_promotions as used
    where used.code is not null
    group by used.order_id
)

select
    orders.order_id,
    orders.connection_id,
    'chord_oms' as source,
    orders.source_order_id,
    orders.order_number,
    orders.customer_account_id,
    orders.normalized_email,
    orders.store_id,
    orders.channel,
    false as is_test,
    coalesce(orders.order_state = 'canceled', orders.cancelled_at is not null) as is_cancelled,
    orders.completed_at is null as is_cart,
    orders.payment_state as payment_status,
    orders.shipment_state as fulfillment_status,
    coalesce(orders.currency, stores.currency) as currency,
    coalesce(orders.currency, stores.currency) as presentment_currency,
    orders.included_tax_amount > 0 as is_tax_included,
    orders.items_amount,
    cast(
        -orders.promotion_amount - coalesce(parcels.shipping_discount_amount, 0) as decimal(18,4)
    ) as item_discount_amount,
    orders.shipping_amount,
    cast(coalesce(parcels.shipping_discount_amount, 0) as decimal(18,4))
        as shipping_discount_amount,
    cast(orders.additional_tax_amount + orders.included_tax_amount as decimal(18,4)) as tax_amount,
    orders.included_tax_amount,
    cast(
        orders.total_amount - orders.items_amount - orders.promotion_amount
        - orders.shipping_amount - orders.additional_tax_amount
        as decimal(18,4)
    ) as other_amount,
    orders.total_amount,
    orders.total_amount as current_total_amount,
    orders.total_amount as presentment_total_amount,
    shipped_to.city as shipping_city,
    shipped_to.province_code as shipping_province_code,
    shipped_to.country_code as shipping_country_code,
    shipped_to.postal_code as shipping_postal_code,
    billed_to.country_code as billing_country_code,
    codes.discount_codes,
    orders.created_at,
    orders.completed_at as placed_at,
    orders.completed_at,
    case when coalesce(orders.order_state = 'canceled', orders.cancelled_at is not null)
        then coalesce(orders.cancelled_at, orders.updated_at)
    end as cancelled_at,
    parcels.first_shipped_at,
    parcels.last_shipped_at,
    orders.updated_at,
    orders.synced_at
from staging.stg_chord_oms__orders as orders
left join parcels on parcels.order_id = orders.order_id
left join codes on codes.order_id = orders.order_id
left join staging.stg_chord_oms__stores as stores on stores.store_id = orders.store_id
left join staging.stg_chord_oms__addresses as shipped_to
    on shipped_to.address_id = orders.shipping_address_id
left join staging.stg_chord_oms__addresses as billed_to
    on billed_to.address_id = orders.billing_address_id
