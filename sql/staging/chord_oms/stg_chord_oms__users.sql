-- One row per customer account of a Chord OMS; deleted accounts stay, marked. Passwords and
-- tokens are never loaded.
--
-- materialized: view
-- key: customer_account_id
-- column customer_account_id: text. The account's key: connection and the OMS's id.
-- column connection_id: text. The connection that the row came through.
-- column source_customer_id: text. The OMS's id of the user.
-- column email: text. E-mail as the customer wrote it.
-- column normalized_email: text. E-mail in lower case without blanks around it; who shares it is
--    one person.
-- column shipping_address_id: text. The default shipping address.
-- column billing_address_id: text. The default billing address.
-- column is_email_verified: boolean. Whether the e-mail was confirmed.
-- column is_deleted: boolean. Whether the account was deleted.
-- column created_at: timestamptz. When the account was made, UTC.
-- column updated_at: timestamptz. When it last changed, UTC.
-- column deleted_at: timestamptz. When the account was deleted, UTC.
-- column synced_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_chord_oms.spree_users: id integer, email text, ship_address_id integer,
--    bill_address_id integer, confirmed_at timestamptz, deleted_at timestamptz, created_at
--    timestamptz, updated_at timestamptz, _connection_id text, _synced_at timestamptz
select
    users._connection_id || ':' || cast(users.id as varchar) as customer_account_id,
    users._connection_id as connection_id,
    cast(users.id as varchar) as source_customer_id,
    users.email,
    nullif(lower(trim(users.email)), '') as normalized_email,
    users._connection_id || ':' || cast(users.ship_address_id as varchar) as shipping_address_id,
    users._connection_id || ':' || cast(users.bill_address_id as varchar) as billing_address_id,
    users.confirmed_at is not null as is_email_verified,
    users.deleted_at is not null as is_deleted,
    users.created_at,
    users.updated_at,
    users.deleted_at,
    users._synced_at as synced_at
from raw_chord_oms.spree_users as users
