-- One row per thing that happened to a subscription.
--
-- materialized: view
-- key: subscription_event_id
-- column subscription_event_id: text. The event's key: connection and the OMS's id.
-- column connection_id: text. The connection that the row came through.
-- column subscription_id: text. The subscription.
-- column event_type: text. What happened, such as subscription_skipped.
-- column details: json. What it was like.
-- column happened_at: timestamptz. When, UTC.
-- column synced_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_chord_oms.solidus_subscriptions_subscription_events: id bigint, subscription_id
--    integer, event_type text, details json, created_at timestamptz, _connection_id text,
--    _synced_at timestamptz
select
    events._connection_id || ':' || cast(events.id as varchar) as subscription_event_id,
    events._connection_id as connection_id,
    events._connection_id || ':' || cast(events.subscription_id as varchar) as subscription_id,
    events.event_type,
    cast(events.details as json) as details,
    events.created_at as happened_at,
    events._synced_at as synced_at
from raw_chord_oms.solidus_subscriptions_subscription_events as events
