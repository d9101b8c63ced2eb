-- One row per User Created event. A user account was created in the order system. Sent by back-end.
--
-- materialized: view
-- column event_id: text. The message's key: source and message id.
-- column source: text. The source that it came through.
-- column side: text. front-end or back-end.
-- column environment: text. production or staging.
-- column message_id: text. The sender's id of the message.
-- column event_text: text. The event's name as it was sent.
-- column user_id: text. The sender's id of the person.
-- column anonymous_id: text. The browser's or device's id.
-- column occurred_at: timestamptz. When it happened, UTC, the sender's clock corrected.
-- column received_at: timestamptz. When it came in, UTC.
-- column bill_address: json. The account's billing address, an object as sent.
-- column email: text. The person's e-mail, as sent.
-- column metadata: json. Further data of the account; an object as sent.
-- column roles: json. The account's roles; an array of texts.
-- column ship_address: json. The account's shipping address, an object as sent.
-- column store_credit_balance: decimal(18,4). Store credit on the account.
-- column sent_user_id: text. The user id among the properties, beside that of the message.
with parsed as (
    select
        events.event_id,
        events.source,
        events.side,
        events.environment,
        events.message_id,
        events.event_text,
        events.user_id,
        events.anonymous_id,
        events.occurred_at,
        events.received_at,
        from_json(events.properties, '{
            "bill_address": "JSON",
            "email": "VARCHAR",
            "metadata": "JSON",
            "roles": "JSON",
            "ship_address": "JSON",
            "store_credit_balance": "DECIMAL(18,4)",
            "user_id": "VARCHAR"
        }') as said
    from staging.stg_events__events as events
    where events.type = 'track' and events.event = 'User Created'
)

select
    parsed.event_id,
    parsed.source,
    parsed.side,
    parsed.environment,
    parsed.message_id,
    parsed.event_text,
    parsed.user_id,
    parsed.anonymous_id,
    parsed.occurred_at,
    parsed.received_at,
    said.bill_address,
    said.email,
    said.metadata,
    said.roles,
    said.ship_address,
    said.store_credit_balance,
    said.user_id as sent_user_id
from parsed
