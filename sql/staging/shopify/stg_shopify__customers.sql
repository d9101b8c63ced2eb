-- One row per Shopify customer account.
--
-- materialized: view
-- key: customer_account_id
-- column customer_account_id: text. The account's key: connection and Shopify's id.
-- column connection_id: text. The connection that the row came through.
-- column source_customer_id: text. Shopify's id of the customer.
-- column email: text. E-mail as the customer wrote it.
-- column normalized_email: text. E-mail in lower case without blanks around it; who shares it is
--    one person.
-- column first_name: text. First name.
-- column last_name: text. Last name.
-- column phone: text. Phone number.
-- column city: text. City of the default address.
-- column province_code: text. Province or state, as a code.
-- column country_code: text. Country, two letters.
-- column postal_code: text. Postal code.
-- column account_state: text. enabled, disabled, invited or declined.
-- column is_email_verified: boolean. Whether the e-mail was verified.
-- column accepts_email_marketing: boolean. Whether the customer takes marketing e-mails.
-- column tags: text. Tags, joined by a comma and a space.
-- column source_orders_count: bigint. Shopify's own count of orders.
-- column source_amount_spent: decimal(18,4). Shopify's own lifetime amount.
-- column currency: text. Currency of that amount.
-- column created_at: timestamptz. When the account was made, UTC.
-- column updated_at: timestamptz. When the account last changed, UTC.
-- column synced_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_shopify.customers: id text, created_at timestamptz, updated_at timestamptz, payload
--    json, _connection_id text, _synced_at timestamptz
with parsed as (
    select
        loaded._connection_id,
        loaded._synced_at,
        loaded.id,
        loaded.created_at,
        loaded.updated_at,
        from_json(loaded.payload, '{
            "firstName": "VARCHAR",
            "lastName": "VARCHAR",
            "displayName": "VARCHAR",
            "state": "VARCHAR",
            "tags": ["VARCHAR"],
            "numberOfOrders": "BIGINT",
            "amountSpent": {"amount": "DECIMAL(18,4)", "currencyCode": "VARCHAR"},
            "verifiedEmail": "BOOLEAN",
            "defaultEmailAddress": {"emailAddress": "VARCHAR", "marketingState": "VARCHAR"},
            "defaultPhoneNumber": {"phoneNumber": "VARCHAR"},
            "defaultAddress": {
                "city": "VARCHAR",
                "provinceCode": "VARCHAR",
                "countryCodeV2": "VARCHAR",
                "zip": "VARCHAR"
            }
        }') as node
    from raw_shopify.customers as loaded
)

select
    parsed._connection_id || ':' || regexp_replace(parsed.id, '^.*/', '') as customer_account_id,
    parsed._connection_id as connection_id,
    regexp_replace(parsed.id, '^.*/', '') as source_customer_id,
    node.defaultEmailAddress.emailAddress as email,
    nullif(lower(trim(node.defaultEmailAddress.emailAddress)), '') as normalized_email,
    nullif(trim(node.firstName), '') as first_name,
    nullif(trim(node.lastName), '') as last_name,
    node.defaultPhoneNumber.phoneNumber as phone,
    node.defaultAddress.city,
    node.defaultAddress.provinceCode as province_code,
    node.defaultAddress.countryCodeV2 as country_code,
    node.defaultAddress.zip as postal_code,
    lower(node.state) as account_state,
    node.verifiedEmail as is_email_verified,
    lower(node.defaultEmailAddress.marketingState) = 'subscribed' as accepts_email_marketing,
    array_to_string(node.tags, ', ') as tags,
    node.numberOfOrders as source_orders_count,
    node.amountSpent.amount as source_amount_spent,
    node.amountSpent.currencyCode as currency,
    parsed.created_at,
    parsed.updated_at,
    parsed._synced_at as synced_at
from parsed
