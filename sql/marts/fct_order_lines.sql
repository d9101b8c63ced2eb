-- One row per line of an order or cart: what was bought, at which price, what came off. A
-- discount of the whole order is shared out over its lines by their value, in whole cents; the
-- shares add up to it. Gift cards take no share.
--
-- materialized: table
-- key: order_line_id
-- column order_line_id: text. The line's key: connection and the vendor's id.
-- column order_id: text. The order. [not_null] [references marts.fct_orders.order_id]
-- column line_number: bigint. Its place in the order, from 1. [not_null]
-- column customer_id: text. The person who ordered.
-- column connection_id: text. The connection that it came through. [not_null]
-- column source: text. The kind of shop. [not_null] [accepted: shopify, chord_oms]
-- column source_order_line_id: text. The vendor's id.
-- column product_id: text. The product; null for a custom item. [references
--    marts.dim_products.product_id]
-- column variant_id: text. The variant; null for a custom item. [references
--    marts.dim_product_variants.variant_id]
-- column title: text. The product's title; in Shopify as it was when sold.
-- column sku: text. Stock keeping unit.
-- column quantity: bigint. Units ordered, also those removed or returned since. [not_null]
-- column refunded_quantity: bigint. Units that came off by edits, cancellations and returns.
--    [not_null]
-- column current_quantity: bigint. Units that are left. [not_null]
-- column unit_price_amount: decimal(18,4). Price of one unit before discounts.
-- column items_amount: decimal(18,4). Price of all units ordered, before discounts. [not_null]
-- column discount_amount: decimal(18,4). The line's discounts and its share of the order's.
--    [not_null]
-- column subtotal_amount: decimal(18,4). items less discount. [not_null]
-- column tax_amount: decimal(18,4). Tax on the line. [not_null]
-- column included_tax_amount: decimal(18,4). The part of it that stands inside the price.
--    [not_null]
-- column refunded_amount: decimal(18,4). Price after discounts of the units that came off.
--    [not_null]
-- column revenue_amount: decimal(18,4). What the line sold at the time of the order: subtotal
--    less included tax, 0 for gift cards. [not_null]
-- column currency: text. Currency of the amounts: the shop's. [warn not_null]
-- column is_gift_card: boolean. A gift card was bought: a debt to the holder, no revenue.
--    [not_null]
-- column is_shipping_required: boolean. Whether the goods must be sent.
-- column order_status: text. Where the order stands. [not_null] [accepted: cart, open, completed,
--    cancelled]
-- column is_test: boolean. Whether the order is a test. [not_null]
-- column is_completed: boolean. Whether the order is complete. [not_null]
-- column is_sale: boolean. Whether the order counts as a sale. [not_null]
-- column created_at: timestamptz. When the order or cart was made, UTC.
-- column placed_at: timestamptz. When the customer ordered, UTC; null for a cart.
-- column placed_on: date. That day, in UTC.
-- column completed_at: timestamptz. When the order became complete, UTC.
-- column completed_on: date. That day, in UTC.
with lines as (
    select
        order_lines.order_line_id,
        order_lines.order_id,
        orders.customer_id,
        orders.connection_id,
        orders.source,
        order_lines.source_order_line_id,
        order_lines.product_id,
        order_lines.variant_id,
        order_lines.title,
        order_lines.sku,
        order_lines.quantity,
        order_lines.current_quantity,
        order_lines.unit_price_amount,
        order_lines.items_amount,
        order_lines.own_discount_amount,
        order_lines.tax_amount,
        order_lines.included_tax_amount,
        orders.item_discount_amount as order_discount_amount,
        orders.currency,
        order_lines.is_gift_card,
        order_lines.is_shipping_required,
        orders.order_status,
        orders.is_test,
        orders.is_completed,
        orders.is_sale,
        orders.created_at,
        orders.placed_at,
        orders.placed_on,
        orders.completed_at,
        orders.completed_on,
        case
            when order_lines.is_gift_card then 0
            when order_lines.items_amount > order_lines.own_discount_amount
                then order_lines.items_amount - order_lines.own_discount_amount
            else 0
        end as weight,
        row_number() over (
            partition by order_lines.order_id
            order by length(order_lines.source_order_line_id), order_lines.source_order_line_id
        ) as line_number
    from intermediate.int_order_lines as order_lines
    inner join intermediate.int_orders as orders on orders.order_id = order_lines.order_id
),

weights as (
    select
        lines.order_line_id,
        lines.line_number,
        lines.own_discount_amount,
        lines.weight,
        lines.order_discount_amount
        - sum(lines.own_discount_amount) over (partition by lines.order_id) as amount_to_share,
        sum(lines.weight) over (partition by lines.order_id) as order_weight,
        sum(lines.weight) over (
            partition by lines.order_id
            order by lines.line_number
        ) as weight_so_far
    from lines
),

discounts as (
    select
        weights.order_line_id,
        weights.own_discount_amount + case
            when weights.amount_to_share = 0 then 0
            when weights.order_weight = 0
                then case when weights.line_number = 1 then weights.amount_to_share else 0 end
            when weights.weight = 0 then 0
            when weights.weight_so_far = weights.order_weight
                then weights.amount_to_share - cast(
                    round(
                        weights.amount_to_share * (weights.weight_so_far - weights.weight)
                        / weights.order_weight, 2
                    ) as decimal(18,4)
                )
            else
                cast(
                    round(
                        weights.amount_to_share * weights.weight_so_far / weights.order_weight, 2
                    ) as decimal(18,4)
                )
                - cast(
                    round(
                        weights.amount_to_share * (weights.weight_so_far - weights.weight)
                        / weights.order_weight, 2
                    ) as decimal(18,4)
                )
        end as discount_amount
    from weights
),

returned as (
    select
        refund_lines.order_line_id,
        sum(refund_lines.quantity) as quantity,
        sum(refund_lines.items_amount) as items_amount
    from intermediate.int_refund_lines as refund_lines
    group by refund_lines.order_line_id
)

select
    lines.order_line_id,
    lines.order_id,
    lines.line_number,
    lines.customer_id,
    lines.connection_id,
    lines.source,
    lines.source_order_line_id,
    lines.product_id,
    lines.variant_id,
    lines.title,
    lines.sku,
    lines.quantity,
    cast(coalesce(returned.quantity, 0) as bigint) as refunded_quantity,
    cast(
        coalesce(lines.current_quantity, lines.quantity - coalesce(returned.quantity, 0))
        as bigint
    ) as current_quantity,
    lines.unit_price_amount,
    lines.items_amount,
    cast(discounts.discount_amount as decimal(18,4)) as discount_amount,
    cast(lines.items_amount - discounts.discount_amount as decimal(18,4)) as subtotal_amount,
    lines.tax_amount,
    lines.included_tax_amount,
    cast(coalesce(returned.items_amount, 0) as decimal(18,4)) as refunded_amount,
    cast(
        case
            when lines.is_gift_card then 0
            else lines.items_amount - discounts.discount_amount - lines.included_tax_amount
        end as decimal(18,4)
    ) as revenue_amount,
    lines.currency,
    lines.is_gift_card,
    lines.is_shipping_required,
    lines.order_status,
    lines.is_test,
    lines.is_completed,
    lines.is_sale,
    lines.created_at,
    lines.placed_at,
    lines.placed_on,
    lines.completed_at,
    lines.completed_on
from lines
inner join discounts on discounts.order_line_id = lines.order_line_id
left join returned on returned.order_line_id = lines.order_line_id
