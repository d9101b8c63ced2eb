-- One row per reimbursement that was given as store credit instead of money.
--
-- materialized: view
-- key: refund_id
-- column refund_id: text. The credit's key: connection and the OMS's id; `credit-` keeps it apart
--    from refunds of money.
-- column connection_id: text. The connection that the row came through.
-- column source_refund_id: text. The OMS's id of the credit.
-- column reimbursement_id: text. The reimbursement that it pays.
-- column amount: decimal(18,4). Store credit given.
-- column refunded_at: timestamptz. When it was given, UTC.
-- column synced_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_chord_oms.spree_reimbursement_credits: id integer, reimbursement_id integer, amount
--    decimal(10,2), creditable_type text, creditable_id integer, created_at timestamptz,
--    updated_at timestamptz, _connection_id text, _synced_at timestamptz
select
    credits._connection_id || ':credit-' || cast(credits.id as varchar) as refund_id,
    credits._connection_id as connection_id,
    cast(credits.id as varchar) as source_refund_id,
    credits._connection_id || ':' || cast(credits.reimbursement_id as varchar) as reimbursement_id,
    cast(coalesce(credits.amount, 0) as decimal(18,4)) as amount,
    credits.created_at as refunded_at,
    credits._synced_at as synced_at
from raw_chord_oms.spree_reimbursement_credits as credits
