-- One row per event: a message received, opened, clicked, an order placed. A table, because there
-- are many of them and each record is large: taken apart once. Klaviyo says $flow for a flow's
-- messages; without it, $message is a campaign.
--
-- materialized: incremental
-- key: event_id
-- cursor: synced_at
-- column event_id: text. The event's key: connection and Klaviyo's id.
-- column connection_id: text. The connection that the row came through.
-- column source_event_id: text. Klaviyo's own id.
-- column metric_id: text. Key of the kind of event.
-- column profile_id: text. Key of the profile that did it.
-- column campaign_id: text. Key of the campaign that the message belongs to; null for flows and
--    for what is no message.
-- column flow_id: text. Key of the flow that the message belongs to; null for campaigns.
-- column message_id: text. Klaviyo's id of the message or campaign, as the event names it.
-- column event_value: decimal(18,4). Value, of an order its total.
-- column currency: text. Currency of the value.
-- column source_order_id: text. The shop's id of the order, where the event is about one.
-- column attributed_campaign_id: text. Key of the campaign that the event is attributed to.
-- column attributed_flow_id: text. Key of the flow that the event is attributed to.
-- column occurred_at: timestamptz. When it happened, UTC.
-- column synced_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_klaviyo.events: id text, datetime timestamptz, metric_id text, profile_id text,
--    payload json, _connection_id text, _synced_at timestamptz
with parsed as (
    select
        loaded._connection_id,
        loaded._synced_at,
        loaded.id,
        loaded.datetime,
        loaded.metric_id,
        loaded.profile_id,
        from_json(loaded.payload, '{
            "attributes": {
                "event_properties": {
                    "$message": "VARCHAR",
                    "$flow": "VARCHAR",
                    "$value": "DECIMAL(18,4)",
                    "$currency_code": "VARCHAR",
                    "OrderId": "VARCHAR"
                }
            },
            "attributions": [{
                "relationships": {
                    "campaign": {"data": {"id": "VARCHAR"}},
                    "flow": {"data": {"id": "VARCHAR"}}
                }
            }]
        }') as node
    from raw_klaviyo.events as loaded
),

named as (
    select
        parsed.*,
        node.attributes.event_properties as properties,
        node.attributions[1].relationships as attributed
    from parsed
)

select
    named._connection_id || ':' || named.id as event_id,
    named._connection_id as connection_id,
    named.id as source_event_id,
    named._connection_id || ':' || named.metric_id as metric_id,
    named._connection_id || ':' || named.profile_id as profile_id,
    case
        when named.properties."$flow" is null
            then named._connection_id || ':' || named.properties."$message"
    end as campaign_id,
    named._connection_id || ':' || named.properties."$flow" as flow_id,
    named.properties."$message" as message_id,
    named.properties."$value" as event_value,
    named.properties."$currency_code" as currency,
    named.properties."OrderId" as source_order_id,
    named._connection_id || ':' || named.attributed.campaign.data.id as attributed_campaign_id,
    named._connection_id || ':' || named.attributed.flow.data.id as attributed_flow_id,
    named.datetime as occurred_at,
    named._synced_at as synced_at
from named
