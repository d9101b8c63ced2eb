-- One row per reimbursement: what a customer gets for a return, by refund, store credit or
-- exchange.
--
-- materialized: view
-- key: reimbursement_id
-- column reimbursement_id: text. The reimbursement's key: connection and the OMS's id.
-- column connection_id: text. The connection that the row came through.
-- column order_id: text. The order that goods came back from.
-- column customer_return_id: text. The return that it pays.
-- column reimbursement_number: text. The reimbursement's number.
-- column reimbursement_status: text. pending, reimbursed or errored.
-- column amount: decimal(18,4). What the customer gets.
-- column created_at: timestamptz. When the reimbursement was made, UTC.
-- column updated_at: timestamptz. When it last changed, UTC.
-- column synced_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_chord_oms.spree_reimbursements: id integer, number text, order_id integer,
--    customer_return_id integer, reimbursement_status text, total decimal(10,2), created_at
--    timestamptz, updated_at timestamptz, _connection_id text, _synced_at timestamptz
select
    reimbursements._connection_id || ':' || cast(reimbursements.id as varchar) as reimbursement_id,
    reimbursements._connection_id as connection_id,
    reimbursements._connection_id || ':' || cast(reimbursements.order_id as varchar) as order_id,
    reimbursements._connection_id || ':' || cast(reimbursements.customer_return_id as varchar)
        as customer_return_id,
    reimbursements.number as reimbursement_number,
    reimbursements.reimbursement_status,
    cast(reimbursements.total as decimal(18,4)) as amount,
    reimbursements.created_at,
    reimbursements.updated_at,
    reimbursements._synced_at as synced_at
from raw_chord_oms.spree_reimbursements as reimbursements
