-- One row per line of a refund: which units of which order line came off. In a Chord OMS the
-- units of a return belong to its reimbursement, which may be paid by several refunds and
-- credits; they are counted with the first of these.
--
-- materialized: view
-- key: refund_line_id
-- column refund_line_id: text. The refund line's key: connection and the vendor's id.
-- column refund_id: text. The refund that it is counted with.
-- column order_line_id: text. The order line whose units came off.
-- column quantity: bigint. Units that came off.
-- column items_amount: decimal(18,4). Their price after discounts; with tax where prices include
--    it.
-- column tax_amount: decimal(18,4). Their tax, on top or included.
-- column included_tax_amount: decimal(18,4). The part of it that stands inside the price.
with payouts as (
    select refunds.refund_id, refunds.reimbursement_id, refunds.refunded_at
    from staging.stg_chord_oms__refunds as refunds
    where refunds.reimbursement_id is not null
    union all
    select credits.refund_id, credits.reimbursement_id, credits.refunded_at
    from staging.stg_chord_oms__reimbursement_credits as credits
    where credits.reimbursement_id is not null
),

first_payouts as (
    select
        payouts.refund_id,
        payouts.reimbursement_id,
        row_number() over (
            partition by payouts.reimbursement_id
            order by payouts.refunded_at, payouts.refund_id
        ) as place
    from payouts
)

select
    shopify.refund_line_id,
    shopify.refund_id,
    shopify.order_line_id,
    shopify.quantity,
    shopify.items_amount,
    shopify.tax_amount,
    case when orders.is_tax_included then shopify.tax_amount else 0 end as included_tax_amount
from staging.stg_shopify__refund_line_items as shopify
left join staging.stg_shopify__orders as orders on orders.order_id = shopify.order_id
union all
select
    items.return_item_id as refund_line_id,
    first_payouts.refund_id,
    units.order_line_id,
    cast(1 as bigint) as quantity,
    items.amount as items_amount,
    cast(items.additional_tax_amount + items.included_tax_amount as decimal(18,4)) as tax_amount,
    items.included_tax_amount
from staging.stg_chord_oms__return_items as items
inner join first_payouts
    on first_payouts.reimbursement_id = items.reimbursement_id and first_payouts.place = 1
left join staging.stg_chord_oms__inventory_units as units
    on units.inventory_unit_id = items.inventory_unit_id
