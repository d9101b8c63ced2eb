-- One row per refund, at the date of the refund, whatever the date of its order. A refund may be
-- of some units, of all, of shipping alone or of nothing but goodwill; one with amount 0 took
-- goods off (an edit before payment, a return without money). Store credit given for a return is
-- a refund too.
--
-- materialized: table
-- key: refund_id
-- column refund_id: text. The refund's key: connection and the vendor's id.
-- column order_id: text. The order that was refunded. [not_null] [references
--    marts.fct_orders.order_id]
-- column customer_id: text. The person who ordered. [references marts.dim_customers.customer_id]
-- column connection_id: text. The connection that it came through. [not_null]
-- column source: text. The kind of shop. [not_null] [accepted: shopify, chord_oms]
-- column source_refund_id: text. The vendor's id.
-- column refund_number: bigint. 1 for the order's first refund, 2 for the next. [not_null]
-- column refund_method: text. money (the way it came), store_credit, or none (only goods came
--    off). [not_null] [accepted: money, store_credit, none]
-- column quantity: bigint. Units that came off; 0 for shipping or goodwill alone. [not_null]
-- column amount: decimal(18,4). What was given back = items + other, and tax on top. [not_null]
-- column items_amount: decimal(18,4). Price of those units after discounts; with tax where prices
--    include it. [not_null]
-- column tax_amount: decimal(18,4). Their tax, on top or included. [not_null]
-- column other_amount: decimal(18,4). The rest: shipping and goodwill; negative for what was kept
--    back (a restocking fee, goods that came off before they were paid). [not_null]
-- column currency: text. Currency of the amounts: the shop's. [warn not_null]
-- column presentment_amount: decimal(18,4). What was given back, in the customer's currency.
-- column presentment_currency: text. The customer's currency.
-- column reason: text. Why, in the merchant's words.
-- column is_test: boolean. Whether its order is a test. [not_null]
-- column is_sale: boolean. Whether its order counts as a sale. [not_null]
-- column refunded_at: timestamptz. When, UTC. [warn not_null]
-- column refunded_on: date. That day, in UTC.
with refunds as (
    select
        shopify.refund_id,
        shopify.order_id,
        shopify.source_refund_id,
        case when shopify.amount = 0 then 'none' else 'money' end as refund_method,
        shopify.amount,
        shopify.presentment_amount,
        shopify.note as reason,
        shopify.refunded_at
    from staging.stg_shopify__order_refunds as shopify
    union all
    select
        oms.refund_id,
        payments.order_id,
        oms.source_refund_id,
        'money' as refund_method,
        oms.amount,
        oms.amount as presentment_amount,
        oms.reason,
        oms.refunded_at
    from staging.stg_chord_oms__refunds as oms
    inner join staging.stg_chord_oms__payments as payments on payments.payment_id = oms.payment_id
    union all
    select
        credits.refund_id,
        reimbursements.order_id,
        credits.source_refund_id,
        'store_credit' as refund_method,
        credits.amount,
        credits.amount as presentment_amount,
        cast(null as text) as reason,
        credits.refunded_at
    from staging.stg_chord_oms__reimbursement_credits as credits
    inner join staging.stg_chord_oms__reimbursements as reimbursements
        on reimbursements.reimbursement_id = credits.reimbursement_id
),

units as (
    select
        lines.refund_id,
        sum(lines.quantity) as quantity,
        sum(lines.items_amount) as items_amount,
        sum(lines.tax_amount) as tax_amount,
        sum(lines.tax_amount - lines.included_tax_amount) as added_tax_amount
    from intermediate.int_refund_lines as lines
    group by lines.refund_id
),

amounts as (
    select
        refunds.refund_id,
        coalesce(units.quantity, 0) as quantity,
        coalesce(units.items_amount, 0) as items_amount,
        coalesce(units.tax_amount, 0) as tax_amount,
        coalesce(units.added_tax_amount, 0) as added_tax_amount
    from refunds
    left join units on units.refund_id = refunds.refund_id
)

select
    refunds.refund_id,
    refunds.order_id,
    orders.customer_id,
    orders.connection_id,
    orders.source,
    refunds.source_refund_id,
    row_number() over (
        partition by refunds.order_id
        order by refunds.refunded_at, refunds.refund_id
    ) as refund_number,
    refunds.refund_method,
    cast(amounts.quantity as bigint) as quantity,
    refunds.amount,
    cast(amounts.items_amount as decimal(18,4)) as items_amount,
    cast(amounts.tax_amount as decimal(18,4)) as tax_amount,
    cast(
        refunds.amount - amounts.items_amount - amounts.added_tax_amount as decimal(18,4)
    ) as other_amount,
    orders.currency,
    refunds.presentment_amount,
    orders.presentment_currency,
    refunds.reason,
    orders.is_test,
    orders.is_sale,
    refunds.refunded_at,
    cast(refunds.refunded_at at time zone 'UTC' as date) as refunded_on
from refunds
inner join amounts on amounts.refund_id = refunds.refund_id
inner join intermediate.int_orders as orders on orders.order_id = refunds.order_id
