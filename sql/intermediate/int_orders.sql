-- One row per order or cart of any connection, with its buyer and where it stands.
--
-- materialized: table
-- key: order_id
-- column order_id: text. The order's key: connection and the vendor's id.
-- column connection_id: text. The connection that it came through.
-- column source: text. shopify or chord_oms.
-- column source_order_id: text. The vendor's id.
-- column order_number: text. The number that the customer sees.
-- column customer_account_id: text. The buyer's account; null for a guest.
-- column customer_id: text. The person who ordered; null where neither account nor e-mail is
--    known.
-- column normalized_email: text. E-mail of the buyer's account, else that of the order, in lower
--    case without blanks around it.
-- column is_guest: boolean. Whether it was ordered without an account.
-- column is_completed: boolean. Whether the order is complete by its source's rule.
-- column is_sale: boolean. Whether it counts as a sale: complete, not cancelled, not a test.
-- column order_status: text. cart, open, completed or cancelled.
-- column store_id: text. The store within a Chord OMS.
-- column channel: text. Where the order came from, in the vendor's words.
-- column is_test: boolean. Whether it is a test order.
-- column is_cancelled: boolean. Whether it was cancelled.
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
-- column other_amount: decimal(18,4). What else is in the total: tips, duties, fees, rounding,
--    manual adjustments.
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
-- column created_on: date. The day of created_at, in UTC.
-- column placed_on: date. The day of placed_at, in UTC.
-- column completed_on: date. The day of completed_at, in UTC.
with orders as (
    select
        shopify.order_id,
        shopify.connection_id,
        shopify.source,
        shopify.source_order_id,
        shopify.order_number,
        shopify.customer_account_id,
        shopify.normalized_email,
        shopify.store_id,
        shopify.channel,
        shopify.is_test,
        shopify.is_cancelled,
        shopify.is_cart,
        shopify.payment_status,
        shopify.fulfillment_status,
        shopify.currency,
        shopify.presentment_currency,
        shopify.is_tax_included,
        shopify.items_amount,
        shopify.item_discount_amount,
        shopify.shipping_amount,
        shopify.shipping_discount_amount,
        shopify.tax_amount,
        shopify.included_tax_amount,
        shopify.other_amount,
        shopify.total_amount,
        shopify.current_total_amount,
        shopify.presentment_total_amount,
        shopify.shipping_city,
        shopify.shipping_province_code,
        shopify.shipping_country_code,
        shopify.shipping_postal_code,
        shopify.billing_country_code,
        shopify.discount_codes,
        shopify.created_at,
        shopify.placed_at,
        shopify.completed_at,
        shopify.cancelled_at,
        shopify.first_shipped_at,
        shopify.last_shipped_at,
        shopify.updated_at,
        shopify.synced_at
    from intermediate.int_shopify_orders as shopify
    union all
    select
        oms.order_id,
        oms.connection_id,
        oms.source,
        oms.source_order_id,
        oms.order_number,
        oms.customer_account_id,
        oms.normalized_email,
        oms.store_id,
        oms.channel,
        oms.is_test,
        oms.is_cancelled,
        oms.is_cart,
        oms.payment_status,
        oms.fulfillment_status,
        oms.currency,
        oms.presentment_currency,
        oms.is_tax_included,
        oms.items_amount,
        oms.item_discount_amount,
        oms.shipping_amount,
        oms.shipping_discount_amount,
        oms.tax_amount,
        oms.included_tax_amount,
        oms.other_amount,
        oms.total_amount,
        oms.current_total_amount,
        oms.presentment_total_amount,
        oms.shipping_city,
        oms.shipping_province_code,
        oms.shipping_country_code,
        oms.shipping_postal_code,
        oms.billing_country_code,
        oms.discount_codes,
        oms.created_at,
        oms.placed_at,
        oms.completed_at,
        oms.cancelled_at,
        oms.first_shipped_at,
        oms.last_shipped_at,
        oms.updated_at,
        oms.synced_at
    from intermediate.int_chord_oms_orders as oms
)

select
    orders.order_id,
    orders.connection_id,
    orders.source,
    orders.source_order_id,
    orders.order_number,
    orders.customer_account_id,
    coalesce(accounts.customer_id, md5(orders.normalized_email)) as customer_id,
    coalesce(accounts.normalized_email, orders.normalized_email) as normalized_email,
    orders.customer_account_id is null as is_guest,
    orders.completed_at is not null as is_completed,
    orders.completed_at is not null and not orders.is_cancelled and not orders.is_test as is_sale,
    case
        when orders.is_cancelled then 'cancelled'
        when orders.completed_at is not null then 'completed'
        when orders.is_cart then 'cart'
        else 'open'
    end as order_status,
    orders.store_id,
    orders.channel,
    orders.is_test,
    orders.is_cancelled,
    orders.payment_status,
    orders.fulfillment_status,
    orders.currency,
    orders.presentment_currency,
    orders.is_tax_included,
    orders.items_amount,
    orders.item_discount_amount,
    orders.shipping_amount,
    orders.shipping_discount_amount,
    orders.tax_amount,
    orders.included_tax_amount,
    orders.other_amount,
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
    orders.placed_at,
    orders.completed_at,
    orders.cancelled_at,
    orders.first_shipped_at,
    orders.last_shipped_at,
    orders.updated_at,
    orders.synced_at,
    cast(orders.created_at at time zone 'UTC' as date) as created_on,
    cast(orders.placed_at at time zone 'UTC' as date) as placed_on,
    cast(orders.completed_at at time zone 'UTC' as date) as completed_on
from orders
left join intermediate.int_customer_accounts as accounts
    on accounts.customer_account_id = orders.customer_account_id
