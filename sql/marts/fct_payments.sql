-- One row per payment transaction: every attempt to take, hold, release or give back money. Only
-- successful ones count: `received_amount` is what the transaction brought (negative where it
-- gave back), so that its sum is the money that is there. Incremental, because transactions
-- hardly ever change once they are there: only those are computed again that were loaded anew, or
-- whose order was.
--
-- materialized: incremental
-- key: payment_id
-- cursor: synced_at
-- column payment_id: text. The transaction's key: connection and the vendor's id.
-- column connection_id: text. The connection that it came through. [not_null]
-- column source: text. The kind of shop. [not_null] [accepted: shopify, chord_oms]
-- column source_payment_id: text. The vendor's id.
-- column order_id: text. The order that was paid. [warn not_null] [warn references
--    marts.fct_orders.order_id]
-- column parent_payment_id: text. The transaction that this one follows: a capture its
--    authorization, a refund its payment.
-- column kind: text. sale (taken at once), authorization (held), capture (taken of what was
--    held), void (held money released), refund, change (cash handed back), suggested_refund
--    (never moved). [warn accepted: sale, authorization, capture, void, refund, change,
--    suggested_refund]
-- column payment_status: text. success, pending or failure. [warn accepted: success, pending,
--    failure]
-- column payment_method: text. Who moved the money, or what it was paid with.
-- column is_stored_value: boolean. Paid with a gift card or store credit, so no new money came
--    in.
-- column is_successful: boolean. Whether it took place. [not_null]
-- column is_test: boolean. Whether no real money moved. [not_null]
-- column amount: decimal(18,4). The transaction's amount, positive whatever the kind.
-- column received_amount: decimal(18,4). What it brought: plus for successful sales and captures,
--    minus for successful refunds and change, else 0; 0 for tests. [not_null]
-- column currency: text. Currency of both amounts: the shop's. [warn not_null]
-- column presentment_amount: decimal(18,4). The amount in the customer's currency.
-- column presentment_currency: text. The customer's currency.
-- column error_code: text. Why it failed.
-- column processed_at: timestamptz. When it took place, UTC.
-- column processed_on: date. That day, in UTC.
-- column synced_at: timestamptz. When what stands here was last loaded, UTC. [not_null]
with payments as (
    select
        shopify.payment_id,
        shopify.connection_id,
        'shopify' as source,
        shopify.source_payment_id,
        shopify.order_id,
        shopify.parent_payment_id,
        case when shopify.kind = 'emv_authorization' then 'authorization' else shopify.kind end
            as kind,
        case
            when shopify.payment_status = 'success' then 'success'
            when shopify.payment_status in ('failure', 'error') then 'failure'
            else 'pending'
        end as payment_status,
        shopify.gateway as payment_method,
        coalesce(shopify.gateway in ('gift_card', 'store_credit', 'shopify_store_credit'), false)
            as is_stored_value,
        shopify.is_test,
        shopify.amount,
        shopify.currency,
        shopify.presentment_amount,
        shopify.presentment_currency,
        shopify.error_code,
        shopify.processed_at,
        shopify.synced_at
    from staging.stg_shopify__order_transactions as shopify
    union all
    select
        oms.payment_id,
        oms.connection_id,
        'chord_oms' as source,
        oms.source_payment_id,
        oms.order_id,
        cast(null as text) as parent_payment_id,
        case
            when oms.payment_state = 'pending' then 'authorization'
            when oms.payment_state = 'void' then 'void'
            else 'sale'
        end as kind,
        case
            when oms.payment_state in ('completed', 'pending', 'void') then 'success'
            when oms.payment_state in ('failed', 'invalid') then 'failure'
            else 'pending'
        end as payment_status,
        case
            when oms.source_type = 'Spree::StoreCredit' then 'store_credit'
            else lower(methods.method_name)
        end as payment_method,
        coalesce(oms.source_type = 'Spree::StoreCredit', false) as is_stored_value,
        false as is_test,
        oms.amount,
        orders.currency,
        oms.amount as presentment_amount,
        orders.currency as presentment_currency,
        cast(null as text) as error_code,
        coalesce(oms.captured_at, oms.created_at) as processed_at,
        greatest(oms.synced_at, orders.synced_at, methods.synced_at) as synced_at
    from staging.stg_chord_oms__payments as oms
    left join staging.stg_chord_oms__orders as orders on orders.order_id = oms.order_id
    left join staging.stg_chord_oms__payment_methods as methods
        on methods.payment_method_id = oms.payment_method_id
    union all
    select
        refunds.refund_id as payment_id,
        refunds.connection_id,
        'chord_oms' as source,
        refunds.source_refund_id as source_payment_id,
        oms.order_id,
        refunds.payment_id as parent_payment_id,
        'refund' as kind,
        'success' as payment_status,
        case
            when oms.source_type = 'Spree::StoreCredit' then 'store_credit'
            else lower(methods.method_name)
        end as payment_method,
        coalesce(oms.source_type = 'Spree::StoreCredit', false) as is_stored_value,
        false as is_test,
        refunds.amount,
        orders.currency,
        refunds.amount as presentment_amount,
        orders.currency as presentment_currency,
        cast(null as text) as error_code,
        refunds.refunded_at as processed_at,
        greatest(refunds.synced_at, oms.synced_at, orders.synced_at, methods.synced_at) as synced_at
    from staging.stg_chord_oms__refunds as refunds
    left join staging.stg_chord_oms__payments as oms on oms.payment_id = refunds.payment_id
    left join staging.stg_chord_oms__orders as orders on orders.order_id = oms.order_id
    left join staging.stg_chord_oms__payment_methods as methods
        on methods.payment_method_id = oms.payment_method_id
)

select
    payments.payment_id,
    payments.connection_id,
    payments.source,
    payments.source_payment_id,
    payments.order_id,
    payments.parent_payment_id,
    payments.kind,
    payments.payment_status,
    payments.payment_method,
    payments.is_stored_value,
    payments.payment_status = 'success' as is_successful,
    payments.is_test,
    payments.amount,
    cast(
        case
            when payments.is_test or payments.payment_status <> 'success' then 0
            when payments.kind in ('sale', 'capture') then coalesce(payments.amount, 0)
            when payments.kind in ('refund', 'change') then -coalesce(payments.amount, 0)
            else 0
        end as decimal(18,4)
    ) as received_amount,
    payments.currency,
    payments.presentment_amount,
    payments.presentment_currency,
    payments.error_code,
    payments.processed_at,
    cast(payments.processed_at at time zone 'UTC' as date) as processed_on,
    payments.synced_at
from payments
