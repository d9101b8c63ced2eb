-- One row per purchase that was reported to Iterable. Iterable knows no currency: the amount is in
-- whatever the store sent.
--
-- materialized: view
-- key: purchase_id
-- column purchase_id: text. The purchase's key: connection and a hash of what tells it apart.
-- column connection_id: text. The connection that the row came through.
-- column source_purchase_id: text. The id that the store gave it.
-- column campaign_id: text. The campaign that it is put down to; null for none.
-- column email: text. Who bought.
-- column normalized_email: text. That e-mail in lower case without blanks around it.
-- column source_user_id: text. The store's id of the person.
-- column total_amount: decimal(18,4). Amount, as the store sent it.
-- column occurred_at: timestamptz. When it happened, UTC.
-- column synced_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_iterable.purchases: event_id text, campaign_id text, email text, created_at
--    timestamptz, payload json, _connection_id text, _synced_at timestamptz
with parsed as (
    select
        loaded._connection_id,
        loaded._synced_at,
        loaded.event_id,
        loaded.campaign_id,
        loaded.email,
        loaded.created_at,
        from_json(loaded.payload, '{
            "id": "VARCHAR",
            "userId": "VARCHAR",
            "total": "DECIMAL(18,4)"
        }') as record
    from raw_iterable.purchases as loaded
)

select
    parsed._connection_id || ':' || parsed.event_id as purchase_id,
    parsed._connection_id as connection_id,
    record.id as source_purchase_id,
    parsed._connection_id || ':' || parsed.campaign_id as campaign_id,
    parsed.email,
    nullif(lower(trim(parsed.email)), '') as normalized_email,
    record.userId as source_user_id,
    record.total as total_amount,
    parsed.created_at as occurred_at,
    parsed._synced_at as synced_at
from parsed
