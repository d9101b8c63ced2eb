-- One row per person over all shops: who has an account, or left an e-mail with an order or cart.
-- Accounts and guests with the same e-mail (in lower case, without blanks around it) are one
-- person. Lifetime amounts are in `currency`, the currency of most of the person's sales; sales
-- in another one are counted in `other_currency_orders_count` and are not in the amounts.
--
-- materialized: table
-- key: customer_id
-- column customer_id: text. The person: a hash of the e-mail, or the key of the only account.
-- column email: text. The e-mail, in lower case. [unique]
-- column first_name: text. First name, of the account that changed last.
-- column last_name: text. Last name, of the same account.
-- column phone: text. Phone number.
-- column city: text. City of the default address.
-- column province_code: text. Province or state, as a code.
-- column country_code: text. Country, two letters; where no account has one, that of the latest
--    order.
-- column postal_code: text. Postal code.
-- column accepts_email_marketing: boolean. Whether the person takes marketing e-mails; null where
--    no shop says.
-- column accounts_count: bigint. Accounts over all shops; 0 for a guest. [not_null]
-- column is_shopify_customer: boolean. Has an account or an order in a Shopify store. [not_null]
-- column is_chord_oms_customer: boolean. Has an account or an order in a Chord OMS. [not_null]
-- column first_seen_at: timestamptz. The first account, order or cart, UTC.
-- column first_order_at: timestamptz. When the first sale was ordered, UTC.
-- column last_order_at: timestamptz. When the latest sale was ordered, UTC.
-- column first_order_id: text. The first sale. [references marts.fct_orders.order_id]
-- column last_order_id: text. The latest sale. [references marts.fct_orders.order_id]
-- column orders_count: bigint. Sales. [not_null]
-- column is_repeat_customer: boolean. More than one sale. [not_null]
-- column currency: text. Currency of the lifetime amounts.
-- column currency_orders_count: bigint. Sales in that currency. [not_null]
-- column other_currency_orders_count: bigint. Sales in other currencies. [not_null]
-- column lifetime_total_amount: decimal(18,4). Totals of the sales as ordered. [not_null]
-- column lifetime_refunded_amount: decimal(18,4). Given back of them. [not_null]
-- column lifetime_net_amount: decimal(18,4). Left of them. [not_null]
-- column lifetime_net_revenue_amount: decimal(18,4). Net without tax and gift cards. [not_null]
with accounts as (
    select
        accounts.customer_id,
        accounts.normalized_email,
        accounts.first_name,
        accounts.last_name,
        accounts.phone,
        accounts.city,
        accounts.province_code,
        accounts.country_code,
        accounts.postal_code,
        accounts.accepts_email_marketing,
        row_number() over (
            partition by accounts.customer_id
            order by
                accounts.is_deleted,
                case when accounts.last_name is null then 1 else 0 end,
                accounts.updated_at desc,
                accounts.customer_account_id
        ) as place
    from intermediate.int_customer_accounts as accounts
),

account_counts as (
    select
        accounts.customer_id,
        max(accounts.normalized_email) as email,
        count(*) as accounts_count,
        max(case when accounts.source = 'shopify' then 1 else 0 end) as in_shopify,
        max(case when accounts.source = 'chord_oms' then 1 else 0 end) as in_chord_oms,
        max(case when accounts.accepts_email_marketing then 1
            when not accounts.accepts_email_marketing then 0 end) as takes_marketing,
        min(accounts.created_at) as first_seen_at
    from intermediate.int_customer_accounts as accounts
    group by accounts.customer_id
),

order_counts as (
    select
        orders.customer_id,
        max(orders.normalized_email) as email,
        max(case when orders.source = 'shopify' then 1 else 0 end) as in_shopify,
        max(case when orders.source = 'chord_oms' then 1 else 0 end) as in_chord_oms,
        min(orders.created_at) as first_seen_at
    from intermediate.int_orders as orders
    where orders.customer_id is not null
    group by orders.customer_id
),

persons as (
    select account_counts.customer_id
    from account_counts
    union
    select order_counts.customer_id
    from order_counts
),

sales as (
    select
        orders.customer_id,
        orders.order_id,
        orders.placed_at,
        orders.currency,
        orders.total_amount,
        orders.refunded_amount,
        orders.net_amount,
        orders.net_revenue_amount,
        orders.customer_order_number
    from marts.fct_orders as orders
    where orders.is_sale and orders.customer_id is not null
),

sale_counts as (
    select
        sales.customer_id,
        count(*) as orders_count,
        min(sales.placed_at) as first_order_at,
        max(sales.placed_at) as last_order_at
    from sales
    group by sales.customer_id
),

by_currency as (
    select
        sales.customer_id,
        sales.currency,
        count(*) as orders_count,
        sum(sales.total_amount) as total_amount,
        sum(sales.refunded_amount) as refunded_amount,
        sum(sales.net_amount) as net_amount,
        sum(sales.net_revenue_amount) as net_revenue_amount
    from sales
    group by sales.customer_id, sales.currency
),

currencies as (
    select
        by_currency.customer_id,
        by_currency.currency,
        by_currency.orders_count,
        by_currency.total_amount,
        by_currency.refunded_amount,
        by_currency.net_amount,
        by_currency.net_revenue_amount,
        row_number() over (
            partition by by_currency.customer_id
            order by by_currency.orders_count desc, by_currency.currency
        ) as place
    from by_currency
),

latest_countries as (
    select
        orders.customer_id,
        orders.shipping_country_code,
        row_number() over (
            partition by orders.customer_id
            order by orders.created_at desc, orders.order_id
        ) as place
    from intermediate.int_orders as orders
    where orders.customer_id is not null and orders.shipping_country_code is not null
)

select
    persons.customer_id,
    coalesce(account_counts.email, order_counts.email) as email,
    accounts.first_name,
    accounts.last_name,
    accounts.phone,
    accounts.city,
    accounts.province_code,
    coalesce(accounts.country_code, latest_countries.shipping_country_code) as country_code,
    accounts.postal_code,
    case account_counts.takes_marketing when 1 then true when 0 then false end
        as accepts_email_marketing,
    coalesce(account_counts.accounts_count, 0) as accounts_count,
    coalesce(account_counts.in_shopify, 0) + coalesce(order_counts.in_shopify, 0) > 0
        as is_shopify_customer,
    coalesce(account_counts.in_chord_oms, 0) + coalesce(order_counts.in_chord_oms, 0) > 0
        as is_chord_oms_customer,
    case
        when account_counts.first_seen_at <= order_counts.first_seen_at
            then account_counts.first_seen_at
        else coalesce(order_counts.first_seen_at, account_counts.first_seen_at)
    end as first_seen_at,
    sale_counts.first_order_at,
    sale_counts.last_order_at,
    first_sales.order_id as first_order_id,
    last_sales.order_id as last_order_id,
    coalesce(sale_counts.orders_count, 0) as orders_count,
    coalesce(sale_counts.orders_count, 0) > 1 as is_repeat_customer,
    currencies.currency,
    coalesce(currencies.orders_count, 0) as currency_orders_count,
    coalesce(sale_counts.orders_count - currencies.orders_count, 0) as other_currency_orders_count,
    cast(coalesce(currencies.total_amount, 0) as decimal(18,4)) as lifetime_total_amount,
    cast(coalesce(currencies.refunded_amount, 0) as decimal(18,4)) as lifetime_refunded_amount,
    cast(coalesce(currencies.net_amount, 0) as decimal(18,4)) as lifetime_net_amount,
    cast(coalesce(currencies.net_revenue_amount, 0) as decimal(18,4))
        as lifetime_net_revenue_amount
from persons
left join account_counts on account_counts.customer_id = persons.customer_id
left join accounts on accounts.customer_id = persons.customer_id and accounts.place = 1
left join order_counts on order_counts.customer_id = persons.customer_id
left join sale_counts on sale_counts.customer_id = persons.customer_id
left join sales as first_sales
    on first_sales.customer_id = persons.customer_id and first_sales.customer_order_number = 1
left join sales as last_sales
    on last_sales.customer_id = persons.customer_id
    and last_sales.customer_order_number = sale_counts.orders_count
left join currencies on currencies.customer_id = persons.customer_id and currencies.place = 1
left join latest_countries
    on latest_countries.customer_id = persons.customer_id and latest_countries.place = 1
