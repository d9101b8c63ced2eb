-- One row per order or cart of any shop, in all states; `is_sale` picks the sales. Amounts are in
-- `currency` (the shop's) as the order was placed; what came off since stands in refunded and
-- removed, and net is what is left. Subtotal is items less item discount; total is subtotal and
-- shipping less shipping discount, and tax that is not included, and other; net is total less
-- refunded less removed; net revenue is net less net tax less gift cards.
--
-- materialized: table
-- key: order_id
-- column order_id: text. The order's key: connection and the vendor's id.
-- column customer_id: text. The person who ordered; null where neither account nor e-mail is
--    known. [references marts.dim_customers.customer_id]
-- column connection_id: text. The connection that it came through. [not_null]
-- column source: text. The kind of shop. [not_null] [accepted: shopify, chord_oms]
-- column source_order_id: text. The vendor's id. [not_null]
-- column order_number: text. The number that the customer sees.
-- column store_id: text. The store within a Chord OMS.
-- column channel: text. Where the order came from, in the vendor's words.
-- column order_status: text. cart (checkout not finished), open (placed, not complete yet),
--    completed or cancelled. [not_null] [accepted: cart, open, completed, cancelled]
-- column payment_status: text. Where payment stands, in the vendor's words.
-- column fulfillment_status: text. Where sending stands, in the vendor's words.
-- column refund_status: text. none, partial, or full (all that was owed went back). [not_null]
--    [accepted: none, partial, full]
-- column is_test: boolean. A test order; never a sale. [not_null]
-- column is_guest: boolean. Ordered without an account. [not_null]
-- column is_cancelled: boolean. Cancelled, whether or not money had moved. [not_null]
-- column is_completed: boolean. Complete by its shop's rule: Shopify fully fulfilled and closed,
--    Chord OMS checkout finished. [not_null]
-- column is_sale: boolean. Counts as a sale: completed, not cancelled, not a test. [not_null]
-- column customer_order_number: bigint. 1 for the person's first sale over all shops, 2 for the
--    next; by the time of ordering. Null for what is no sale, or whose buyer is unknown.
-- column is_first_order: boolean. Whether that number is 1: a new customer, not a returning one.
-- column items_count: bigint. Units ordered, also those removed or returned since. [not_null]
-- column lines_count: bigint. Lines of the order. [not_null]
-- column currency: text. The shop's currency; amounts of different currencies must not be added.
--    [warn not_null]
-- column is_tax_included: boolean. Whether prices include tax. [not_null]
-- column items_amount: decimal(18,4). Goods at their price, before discounts. [warn not_null]
-- column discount_amount: decimal(18,4). All discounts, positive: on goods and on shipping.
-- column item_discount_amount: decimal(18,4). The part of them that is on goods.
-- column subtotal_amount: decimal(18,4). Goods after discounts. [warn not_null]
-- column shipping_amount: decimal(18,4). Shipping before its discounts. [not_null]
-- column shipping_discount_amount: decimal(18,4). Discounts on shipping.
-- column tax_amount: decimal(18,4). All tax, on top of the prices or inside them. [not_null]
-- column included_tax_amount: decimal(18,4). The part of it that is inside the prices. [not_null]
-- column other_amount: decimal(18,4). Tips, duties, fees, rounding and manual adjustments.
-- column total_amount: decimal(18,4). What the customer owed when ordering. [warn not_null]
-- column refunded_amount: decimal(18,4). Given back so far, as money or store credit. [not_null]
-- column removed_amount: decimal(18,4). Came off by edit or cancellation without money going
--    back.
-- column net_amount: decimal(18,4). What is left of the total.
-- column net_tax_amount: decimal(18,4). Tax that is left, by what refunds say of their tax.
-- column gift_card_amount: decimal(18,4). Gift cards sold and not taken back: a debt, no revenue.
--    [not_null]
-- column net_revenue_amount: decimal(18,4). What the shop earned: net without tax and gift cards.
-- column received_amount: decimal(18,4). Money that is there: successful payments less refunds of
--    money; with those by gift card or store credit. [not_null]
-- column stored_value_amount: decimal(18,4). The part of it paid by gift card or store credit.
--    [not_null]
-- column presentment_currency: text. The currency that the customer saw.
-- column presentment_total_amount: decimal(18,4). The total in that currency.
-- column discount_codes: text. Codes used, joined by a comma and a space.
-- column shipping_city: text. City of the shipping address.
-- column shipping_province_code: text. Province or state of the shipping address, as a code.
-- column shipping_country_code: text. Country of the shipping address, two letters.
-- column shipping_postal_code: text. Postal code of the shipping address.
-- column billing_country_code: text. Country of the billing address, two letters.
-- column created_at: timestamptz. When the order or cart was made, UTC. [warn not_null]
-- column created_on: date. That day, in UTC.
-- column placed_at: timestamptz. When the customer ordered, UTC; null for a cart.
-- column placed_on: date. That day, in UTC.
-- column completed_at: timestamptz. When it became complete, UTC; null while it is not.
-- column completed_on: date. That day, in UTC.
-- column cancelled_at: timestamptz. When it was cancelled, UTC.
-- column first_shipped_at: timestamptz. When its first parcel left, UTC.
-- column last_shipped_at: timestamptz. When its last parcel left, UTC.
-- column updated_at: timestamptz. When it last changed at the vendor, UTC.
with lines as (
    select
        order_lines.order_id,
        count(*) as lines_count,
        sum(order_lines.quantity) as items_count,
        sum(
            case
                when order_lines.is_gift_card
                    then order_lines.subtotal_amount - order_lines.refunded_amount
                else 0
            end
        ) as gift_card_amount
    from marts.fct_order_lines as order_lines
    group by order_lines.order_id
),

refunds as (
    select
        refunds.order_id,
        sum(refunds.amount) as refunded_amount,
        sum(refunds.tax_amount) as tax_amount
    from marts.fct_refunds as refunds
    group by refunds.order_id
),

payments as (
    select
        payments.order_id,
        sum(payments.received_amount) as received_amount,
        sum(case when payments.is_stored_value then payments.received_amount else 0 end)
            as stored_value_amount
    from marts.fct_payments as payments
    group by payments.order_id
),

sales as (
    select
        orders.order_id,
        row_number() over (
            partition by orders.customer_id
            order by orders.placed_at, orders.order_id
        ) as customer_order_number
    from intermediate.int_orders as orders
    where orders.is_sale and orders.customer_id is not null
),

left_over as (
    select
        orders.order_id,
        coalesce(lines.lines_count, 0) as lines_count,
        coalesce(lines.items_count, 0) as items_count,
        coalesce(refunds.refunded_amount, 0) as refunded_amount,
        case
            when orders.total_amount <= coalesce(refunds.refunded_amount, 0) then 0
            when orders.is_cancelled
                then orders.total_amount - coalesce(refunds.refunded_amount, 0)
            when orders.current_total_amount
                < orders.total_amount - coalesce(refunds.refunded_amount, 0)
                then orders.total_amount - coalesce(refunds.refunded_amount, 0)
                - orders.current_total_amount
            else 0
        end as removed_amount,
        case
            when orders.is_cancelled then 0
            else orders.tax_amount - coalesce(refunds.tax_amount, 0)
        end as net_tax_amount,
        case when orders.is_cancelled then 0 else coalesce(lines.gift_card_amount, 0) end
            as gift_card_amount
    from intermediate.int_orders as orders
    left join lines on lines.order_id = orders.order_id
    left join refunds on refunds.order_id = orders.order_id
)

select
    orders.order_id,
    orders.customer_id,
    orders.connection_id,
    orders.source,
    orders.source_order_id,
    orders.order_number,
    orders.store_id,
    orders.channel,
    orders.order_status,
    orders.payment_status,
    orders.fulfillment_status,
    case
        when left_over.refunded_amount = 0 then 'none'
        when left_over.refunded_amount >= orders.total_amount then 'full'
        else 'partial'
    end as refund_status,
    orders.is_test,
    orders.is_guest,
    orders.is_cancelled,
    orders.is_completed,
    orders.is_sale,
    sales.customer_order_number,
    sales.customer_order_number = 1 as is_first_order,
    cast(left_over.items_count as bigint) as items_count,
    left_over.lines_count,
    orders.currency,
    orders.is_tax_included,
    orders.items_amount,
    cast(orders.item_discount_amount + orders.shipping_discount_amount as decimal(18,4))
        as discount_amount,
    orders.item_discount_amount,
    cast(orders.items_amount - orders.item_discount_amount as decimal(18,4)) as subtotal_amount,
    orders.shipping_amount,
    orders.shipping_discount_amount,
    orders.tax_amount,
    orders.included_tax_amount,
    orders.other_amount,
    orders.total_amount,
    cast(left_over.refunded_amount as decimal(18,4)) as refunded_amount,
    cast(left_over.removed_amount as decimal(18,4)) as removed_amount,
    cast(
        orders.total_amount - left_over.refunded_amount - left_over.removed_amount as decimal(18,4)
    ) as net_amount,
    cast(left_over.net_tax_amount as decimal(18,4)) as net_tax_amount,
    cast(left_over.gift_card_amount as decimal(18,4)) as gift_card_amount,
    cast(
        orders.total_amount - left_over.refunded_amount - left_over.removed_amount
        - left_over.net_tax_amount - left_over.gift_card_amount as decimal(18,4)
    ) as net_revenue_amount,
    cast(coalesce(payments.received_amount, 0) as decimal(18,4)) as received_amount,
    cast(coalesce(payments.stored_value_amount, 0) as decimal(18,4)) as stored_value_amount,
    orders.presentment_currency,
    orders.presentment_total_amount,
    orders.discount_codes,
    orders.shipping_city,
    orders.shipping_province_code,
    orders.shipping_country_code,
    orders.shipping_postal_code,
    orders.billing_country_code,
    orders.created_at,
    orders.created_on,
    orders.placed_at,
    orders.placed_on,
    orders.completed_at,
    orders.completed_on,
    orders.cancelled_at,
    orders.first_shipped_at,
    orders.last_shipped_at,
    orders.updated_at
from intermediate.int_orders as orders
inner join left_over on left_over.order_id = orders.order_id
left join payments on payments.order_id = orders.order_id
left join sales on sales.order_id = orders.order_id
