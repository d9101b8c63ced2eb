-- One row per refund of a payment of a Chord OMS: money that went back the way it came.
--
-- materialized: view
-- key: refund_id
-- column refund_id: text. The refund's key: connection and the OMS's id; `refund-` keeps it apart
--    from payments.
-- column connection_id: text. The connection that the row came through.
-- column source_refund_id: text. The OMS's id of the refund.
-- column payment_id: text. The payment that was given back.
-- column reimbursement_id: text. The reimbursement of a return that it pays, if any.
-- column reason: text. Why.
-- column amount: decimal(18,4). Money given back.
-- column refunded_at: timestamptz. When it was given back, UTC.
-- column updated_at: timestamptz. When it last changed, UTC.
-- column synced_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_chord_oms.spree_refunds: id integer, payment_id integer, reimbursement_id integer,
--    refund_reason_id integer, amount decimal(10,2), created_at timestamptz, updated_at
--    timestamptz, _connection_id text, _synced_at timestamptz
-- source raw_chord_oms.spree_refund_reasons: id integer, name text, _connection_id text
select
    refunds._connection_id || ':refund-' || cast(refunds.id as varchar) as refund_id,
    refunds._connection_id as connection_id,
    cast(refunds.id as varchar) as source_refund_id,
    refunds._connection_id || ':payment-' || cast(refunds.payment_id as varchar) as payment_id,
    refunds._connection_id || ':' || cast(refunds.reimbursement_id as varchar) as reimbursement_id,
    reasons.name as reason,
    cast(coalesce(refunds.amount, 0) as decimal(18,4)) as amount,
    refunds.created_at as refunded_at,
    refunds.updated_at,
    refunds._synced_at as synced_at
from raw_chord_oms.spree_refunds as refunds
left join raw_chord_oms.spree_refund_reasons as reasons
    on reasons._connection_id = refunds._connection_id and reasons.id = refunds.refund_reason_id
