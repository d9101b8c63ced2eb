-- Every refund that a vendor sent belongs to an order that it sent.
-- severity: warn
select sent.refund_id
from (
    select shopify.refund_id
    from staging.stg_shopify__order_refunds as shopify
    union all
    select oms.refund_id
    from staging.stg_chord_oms__refunds as oms
    union all
    select credits.refund_id
    from staging.stg_chord_oms__reimbursement_credits as credits
) as sent
left join marts.fct_refunds as refunds on refunds.refund_id = sent.refund_id
where refunds.refund_id is null
