-- One row per Facebook campaign, archived and deleted ones among them.
--
-- materialized: view
-- key: campaign_key
-- column campaign_key: text. Connection and Meta's id of the campaign.
-- column connection_id: text. The connection that the row came through.
-- column account_id: text. Meta's id of the ad account.
-- column campaign_id: text. Meta's id.
-- column campaign_name: text. Name as it is now.
-- column objective: text. What the campaign is for, in lower case.
-- column buying_type: text. auction or reserved.
-- column bid_strategy: text. How bids are made, in lower case.
-- column status: text. active, paused, archived or deleted.
-- column effective_status: text. The same, or what keeps it from running.
-- column currency: text. The account's currency.
-- column daily_budget: decimal(18,4). A day's budget in that currency, where the campaign has one.
-- column lifetime_budget: decimal(18,4). The whole budget in that currency, where there is one.
-- column starts_at: timestamptz. When it begins, UTC.
-- column ends_at: timestamptz. When it ends, UTC.
-- column created_at: timestamptz. When it was made, UTC.
-- column updated_at: timestamptz. When it last changed, UTC.
-- column synced_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_facebook_ads.campaigns: id text, account_id text, created_at timestamptz, updated_at
--    timestamptz, payload json, _connection_id text, _synced_at timestamptz
-- source raw_facebook_ads.ad_accounts: account_id text, currency text, _connection_id text
with accounts as (
    select
        loaded._connection_id,
        loaded.account_id,
        loaded.currency,
        -- Meta counts these currencies in whole units and all others in hundredths.
        case
            when loaded.currency in (
                'CLP', 'COP', 'CRC', 'HUF', 'IDR', 'ISK', 'JPY', 'KRW', 'PYG', 'TWD', 'VND'
            ) then 1.00
            else 0.01
        end as unit
    from raw_facebook_ads.ad_accounts as loaded
)

select
    loaded._connection_id || ':' || loaded.id as campaign_key,
    loaded._connection_id as connection_id,
    loaded.account_id,
    loaded.id as campaign_id,
    loaded.payload ->> 'name' as campaign_name,
    lower(loaded.payload ->> 'objective') as objective,
    lower(loaded.payload ->> 'buying_type') as buying_type,
    lower(loaded.payload ->> 'bid_strategy') as bid_strategy,
    lower(loaded.payload ->> 'status') as status,
    lower(loaded.payload ->> 'effective_status') as effective_status,
    accounts.currency,
    cast(
        cast(loaded.payload ->> 'daily_budget' as decimal(18, 4)) * accounts.unit
        as decimal(18, 4)
    ) as daily_budget,
    cast(
        cast(loaded.payload ->> 'lifetime_budget' as decimal(18, 4)) * accounts.unit
        as decimal(18, 4)
    ) as lifetime_budget,
    cast(loaded.payload ->> 'start_time' as timestamptz) as starts_at,
    cast(loaded.payload ->> 'stop_time' as timestamptz) as ends_at,
    loaded.created_at,
    loaded.updated_at,
    loaded._synced_at as synced_at
from raw_facebook_ads.campaigns as loaded
left join accounts
    on
        loaded._connection_id = accounts._connection_id
        and loaded.account_id = accounts.account_id
