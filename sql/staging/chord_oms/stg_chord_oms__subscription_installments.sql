-- One row per attempt of a subscription to place its next order.
--
-- materialized: view
-- key: installment_attempt_id
-- column installment_attempt_id: text. The attempt's key: connection and the OMS's id.
-- column connection_id: text. The connection that the row came through.
-- column installment_id: text. The due order that was tried.
-- column subscription_id: text. The subscription.
-- column order_id: text. The order that came of it.
-- column is_successful: boolean. Whether it worked.
-- column message: text. What was said.
-- column attempted_at: timestamptz. When it was tried, UTC.
-- column synced_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_chord_oms.solidus_subscriptions_installment_details: id integer, installment_id
--    integer, order_id integer, success boolean, message text, created_at timestamptz,
--    _connection_id text, _synced_at timestamptz
-- source raw_chord_oms.solidus_subscriptions_installments: id integer, subscription_id integer,
--    _connection_id text
select
    attempts._connection_id || ':' || cast(attempts.id as varchar) as installment_attempt_id,
    attempts._connection_id as connection_id,
    attempts._connection_id || ':' || cast(attempts.installment_id as varchar) as installment_id,
    installments._connection_id || ':' || cast(installments.subscription_id as varchar)
        as subscription_id,
    attempts._connection_id || ':' || cast(attempts.order_id as varchar) as order_id,
    attempts.success as is_successful,
    attempts.message,
    attempts.created_at as attempted_at,
    attempts._synced_at as synced_at
from raw_chord_oms.solidus_subscriptions_installment_details as attempts
left join raw_chord_oms.solidus_subscriptions_installments as installments
    on installments._connection_id = attempts._connection_id
    and installments.id = attempts.installment_id
