-- One row per subscription of a Chord OMS.
--
-- materialized: view
-- key: subscription_id
-- column subscription_id: text. The subscription's key: connection and the OMS's id.
-- column connection_id: text. The connection that the row came through.
-- column customer_account_id: text. Who subscribed.
-- column store_id: text. The store that it is with.
-- column subscription_state: text. active, pending_cancellation, canceled or inactive.
-- column currency: text. Its currency.
-- column interval_length: bigint. How many of the unit lie between two orders.
-- column interval_unit: text. day, week, month or year.
-- column next_order_on: date. The day of the next order, in the store's own calendar.
-- column is_paused: boolean. Whether it is paused.
-- column skips_count: bigint. How often an order was skipped.
-- column created_at: timestamptz. When the subscription was made, UTC.
-- column updated_at: timestamptz. When it last changed, UTC.
-- column ends_at: timestamptz. When it ends, UTC.
-- column synced_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_chord_oms.solidus_subscriptions_subscriptions: id integer, state text, user_id
--    integer, store_id integer, currency text, interval_length integer, interval_units integer,
--    actionable_date date, end_date timestamptz, skip_count integer, successive_skip_count
--    integer, paused boolean, created_at timestamptz, updated_at timestamptz, _connection_id
--    text, _synced_at timestamptz
select
    subscriptions._connection_id || ':' || cast(subscriptions.id as varchar) as subscription_id,
    subscriptions._connection_id as connection_id,
    subscriptions._connection_id || ':' || cast(subscriptions.user_id as varchar)
        as customer_account_id,
    subscriptions._connection_id || ':' || cast(subscriptions.store_id as varchar) as store_id,
    subscriptions.state as subscription_state,
    subscriptions.currency,
    cast(subscriptions.interval_length as bigint) as interval_length,
    case subscriptions.interval_units
        when 0 then 'day'
        when 1 then 'week'
        when 2 then 'month'
        when 3 then 'year'
    end as interval_unit,
    subscriptions.actionable_date as next_order_on,
    coalesce(subscriptions.paused, false) as is_paused,
    cast(coalesce(subscriptions.skip_count, 0) as bigint) as skips_count,
    subscriptions.created_at,
    subscriptions.updated_at,
    subscriptions.end_date as ends_at,
    subscriptions._synced_at as synced_at
from raw_chord_oms.solidus_subscriptions_subscriptions as subscriptions
