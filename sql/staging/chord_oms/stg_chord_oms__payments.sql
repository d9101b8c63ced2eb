-- One row per payment of an order of a Chord OMS, failed and unfinished ones included.
--
-- materialized: view
-- key: payment_id
-- column payment_id: text. The payment's key: connection and the OMS's id; `payment-` keeps it
--    apart from refunds.
-- column connection_id: text. The connection that the row came through.
-- column source_payment_id: text. The OMS's id of the payment.
-- column order_id: text. The order that was paid.
-- column payment_number: text. The payment's number.
-- column payment_state: text. checkout, processing, pending, completed, failed, void or invalid.
-- column payment_method_id: text. How it was paid.
-- column source_type: text. What was charged, such as Spree::CreditCard or Spree::StoreCredit.
-- column amount: decimal(18,4). The amount, whatever its state.
-- column created_at: timestamptz. When the payment was made, UTC.
-- column updated_at: timestamptz. When it last changed, UTC.
-- column captured_at: timestamptz. When money was first taken, UTC; null where the OMS kept no
--    record.
-- column synced_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_chord_oms.spree_payments: id integer, order_id integer, number text, state text,
--    payment_method_id integer, source_type text, amount decimal(10,2), created_at timestamptz,
--    updated_at timestamptz, _connection_id text, _synced_at timestamptz
-- source raw_chord_oms.spree_payment_capture_events: payment_id integer, created_at timestamptz,
--    _connection_id text
with captures as (
    select events._connection_id, events.payment_id, min(events.created_at) as captured_at
    from raw_chord_oms.spree_payment_capture_events as events
    group by events._connection_id, events.payment_id
)

select
    payments._connection_id || ':payment-' || cast(payments.id as varchar) as payment_id,
    payments._connection_id as connection_id,
    cast(payments.id as varchar) as source_payment_id,
    payments._connection_id || ':' || cast(payments.order_id as varchar) as order_id,
    payments.number as payment_number,
    payments.state as payment_state,
    payments._connection_id || ':' || cast(payments.payment_method_id as varchar)
        as payment_method_id,
    payments.source_type,
    cast(coalesce(payments.amount, 0) as decimal(18,4)) as amount,
    payments.created_at,
    payments.updated_at,
    captures.captured_at,
    payments._synced_at as synced_at
from raw_chord_oms.spree_payments as payments
left join captures
    on captures._connection_id = payments._connection_id and captures.payment_id = payments.id
