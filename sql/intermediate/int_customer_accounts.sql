-- One row per customer account of any connection, with the person that it belongs to. Accounts
-- that share an e-mail, in lower case and without blanks around it, are one person, over all
-- connections. An account without an e-mail takes that of its latest order; without any, the
-- account is a person of its own. Accounts that only orders mention (an account deleted since, a
-- key without the right to read customers) are here too.
--
-- materialized: table
-- key: customer_account_id
-- column customer_account_id: text. The account's key: connection and the vendor's id.
-- column connection_id: text. The connection that the account came through.
-- column source: text. shopify or chord_oms.
-- column source_customer_id: text. The vendor's id of the account.
-- column customer_id: text. The person: a hash of the e-mail, or the account's own key.
-- column normalized_email: text. The e-mail by which persons are told apart.
-- column first_name: text. First name.
-- column last_name: text. Last name.
-- column phone: text. Phone number.
-- column city: text. City of the default address.
-- column province_code: text. Province or state of the default address, as a code.
-- column country_code: text. Country of the default address, two letters.
-- column postal_code: text. Postal code of the default address.
-- column accepts_email_marketing: boolean. Whether the customer takes marketing e-mails; null
--    where the vendor does not say.
-- column is_known: boolean. Whether the vendor gave the account itself, and not only its orders.
-- column is_deleted: boolean. Whether the account was deleted at the vendor.
-- column created_at: timestamptz. When the account was made, UTC.
-- column updated_at: timestamptz. When it last changed, UTC.
with orders as (
    select
        shopify.customer_account_id,
        shopify.connection_id,
        'shopify' as source,
        shopify.order_id,
        shopify.normalized_email,
        coalesce(shopify.processed_at, shopify.created_at) as ordered_at
    from staging.stg_shopify__orders as shopify
    where shopify.customer_account_id is not null
    union all
    select
        oms.customer_account_id,
        oms.connection_id,
        'chord_oms' as source,
        oms.order_id,
        oms.normalized_email,
        coalesce(oms.completed_at, oms.created_at) as ordered_at
    from staging.stg_chord_oms__orders as oms
    where oms.customer_account_id is not null
),

latest_emails as (
    select
        orders.customer_account_id,
        orders.normalized_email,
        row_number() over (
            partition by orders.customer_account_id
            order by orders.ordered_at desc, orders.order_id desc
        ) as place
    from orders
    where orders.normalized_email is not null
),

known as (
    select
        customers.customer_account_id,
        customers.connection_id,
        'shopify' as source,
        customers.source_customer_id,
        customers.normalized_email,
        customers.first_name,
        customers.last_name,
        customers.phone,
        customers.city,
        customers.province_code,
        customers.country_code,
        customers.postal_code,
        customers.accepts_email_marketing,
        false as is_deleted,
        customers.created_at,
        customers.updated_at
    from staging.stg_shopify__customers as customers
    union all
    select
        users.customer_account_id,
        users.connection_id,
        'chord_oms' as source,
        users.source_customer_id,
        users.normalized_email,
        addresses.first_name,
        addresses.last_name,
        addresses.phone,
        addresses.city,
        addresses.province_code,
        addresses.country_code,
        addresses.postal_code,
        cast(null as boolean) as accepts_email_marketing,
        users.is_deleted,
        users.created_at,
        users.updated_at
    from staging.stg_chord_oms__users as users
    left join staging.stg_chord_oms__addresses as addresses
        on addresses.address_id = coalesce(users.billing_address_id, users.shipping_address_id)
),

mentioned as (
    select
        orders.customer_account_id,
        orders.connection_id,
        orders.source,
        min(orders.ordered_at) as created_at,
        max(orders.ordered_at) as updated_at
    from orders
    left join known on known.customer_account_id = orders.customer_account_id
    where known.customer_account_id is null
    group by orders.customer_account_id, orders.connection_id, orders.source
),

accounts as (
    select
        known.customer_account_id,
        known.connection_id,
        known.source,
        known.source_customer_id,
        known.normalized_email,
        known.first_name,
        known.last_name,
        known.phone,
        known.city,
        known.province_code,
        known.country_code,
        known.postal_code,
        known.accepts_email_marketing,
        true as is_known,
        known.is_deleted,
        known.created_at,
        known.updated_at
    from known
    union all
    select
        mentioned.customer_account_id,
        mentioned.connection_id,
        mentioned.source,
        substr(mentioned.customer_account_id, length(mentioned.connection_id) + 2),
        cast(null as text),
        cast(null as text),
        cast(null as text),
        cast(null as text),
        cast(null as text),
        cast(null as text),
        cast(null as text),
        cast(null as text),
        cast(null as boolean),
        false as is_known,
        true as is_deleted,
        mentioned.created_at,
        mentioned.updated_at
    from mentioned
),

with_email as (
    select
        accounts.customer_account_id,
        coalesce(accounts.normalized_email, latest_emails.normalized_email) as normalized_email
    from accounts
    left join latest_emails
        on latest_emails.customer_account_id = accounts.customer_account_id
        and latest_emails.place = 1
)

select
    accounts.customer_account_id,
    accounts.connection_id,
    accounts.source,
    accounts.source_customer_id,
    coalesce(md5(with_email.normalized_email), accounts.customer_account_id) as customer_id,
    with_email.normalized_email,
    accounts.first_name,
    accounts.last_name,
    accounts.phone,
    accounts.city,
    accounts.province_code,
    accounts.country_code,
    accounts.postal_code,
    accounts.accepts_email_marketing,
    accounts.is_known,
    accounts.is_deleted,
    accounts.created_at,
    accounts.updated_at
from accounts
inner join with_email on with_email.customer_account_id = accounts.customer_account_id
