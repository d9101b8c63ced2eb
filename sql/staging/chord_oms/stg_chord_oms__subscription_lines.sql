-- One row per thing that a subscription sends.
--
-- materialized: view
-- key: subscription_line_id
-- column subscription_line_id: text. The line's key: connection and the OMS's id.
-- column connection_id: text. The connection that the row came through.
-- column subscription_id: text. The subscription.
-- column variant_id: text. The variant that it sends.
-- column order_line_id: text. The order line that began it.
-- column quantity: bigint. Units each time.
-- column created_at: timestamptz. When the line was made, UTC.
-- column updated_at: timestamptz. When it last changed, UTC.
-- column synced_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_chord_oms.solidus_subscriptions_line_items: id integer, subscription_id integer,
--    subscribable_id integer, spree_line_item_id integer, quantity integer, interval_length
--    integer, interval_units integer, created_at timestamptz, updated_at timestamptz,
--    _connection_id text, _synced_at timestamptz
select
    lines._connection_id || ':' || cast(lines.id as varchar) as subscription_line_id,
    lines._connection_id as connection_id,
    lines._connection_id || ':' || cast(lines.subscription_id as varchar) as subscription_id,
    lines._connection_id || ':' || cast(lines.subscribable_id as varchar) as variant_id,
    lines._connection_id || ':' || cast(lines.spree_line_item_id as varchar) as order_line_id,
    cast(lines.quantity as bigint) as quantity,
    lines.created_at,
    lines.updated_at,
    lines._synced_at as synced_at
from raw_chord_oms.solidus_subscriptions_line_items as lines
