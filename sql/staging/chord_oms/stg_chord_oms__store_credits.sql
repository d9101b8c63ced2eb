-- One row per store credit that a customer holds.
--
-- materialized: view
-- key: store_credit_id
-- column store_credit_id: text. The credit's key: connection and the OMS's id.
-- column connection_id: text. The connection that the row came through.
-- column customer_account_id: text. The account that holds it.
-- column amount: decimal(18,4). What was given.
-- column used_amount: decimal(18,4). What was spent.
-- column authorized_amount: decimal(18,4). What is held for open orders.
-- column left_amount: decimal(18,4). What is left.
-- column currency: text. Its currency.
-- column memo: text. The merchant's note.
-- column is_valid: boolean. Whether it can still be spent.
-- column created_at: timestamptz. When the credit was made, UTC.
-- column updated_at: timestamptz. When it last changed, UTC.
-- column synced_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_chord_oms.spree_store_credits: id integer, user_id integer, amount decimal(8,2),
--    amount_used decimal(8,2), amount_authorized decimal(8,2), currency text, memo text,
--    deleted_at timestamptz, invalidated_at timestamptz, created_at timestamptz, updated_at
--    timestamptz, _connection_id text, _synced_at timestamptz
select
    credits._connection_id || ':' || cast(credits.id as varchar) as store_credit_id,
    credits._connection_id as connection_id,
    credits._connection_id || ':' || cast(credits.user_id as varchar) as customer_account_id,
    cast(coalesce(credits.amount, 0) as decimal(18,4)) as amount,
    cast(coalesce(credits.amount_used, 0) as decimal(18,4)) as used_amount,
    cast(coalesce(credits.amount_authorized, 0) as decimal(18,4)) as authorized_amount,
    cast(
        credits.amount - credits.amount_used - credits.amount_authorized as decimal(18,4)
    ) as left_amount,
    credits.currency,
    credits.memo,
    credits.deleted_at is null and credits.invalidated_at is null as is_valid,
    credits.created_at,
    credits.updated_at,
    credits._synced_at as synced_at
from raw_chord_oms.spree_store_credits as credits
