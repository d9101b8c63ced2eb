-- One row per Facebook ad account.
--
-- materialized: view
-- key: ad_account_key
-- column ad_account_key: text. Connection and Meta's id of the account.
-- column connection_id: text. The connection that the row came through.
-- column account_id: text. Meta's id, digits only.
-- column account_name: text. Name of the account.
-- column status: text. active, disabled, unsettled, closed or the like.
-- column currency: text. All money of the account is in it.
-- column time_zone: text. All days of the account begin by it.
-- column country_code: text. The business's country, two letters.
-- column spend_cap: decimal(18,4). The most that may be spent in all; null where there is no cap.
-- column created_at: timestamptz. When the account was made, UTC.
-- column synced_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_facebook_ads.ad_accounts: account_id text, name text, account_status bigint, currency
--    text, time_zone text, created_at timestamptz, payload json, _connection_id text, _synced_at
--    timestamptz
select
    loaded._connection_id || ':' || loaded.account_id as ad_account_key,
    loaded._connection_id as connection_id,
    loaded.account_id,
    loaded.name as account_name,
    case loaded.account_status
        when 1 then 'active'
        when 2 then 'disabled'
        when 3 then 'unsettled'
        when 7 then 'under_risk_review'
        when 8 then 'pending_settlement'
        when 9 then 'in_grace_period'
        when 100 then 'pending_closure'
        when 101 then 'closed'
        else cast(loaded.account_status as text)
    end as status,
    loaded.currency,
    loaded.time_zone,
    loaded.payload ->> 'business_country_code' as country_code,
    -- Meta counts these currencies in whole units and all others in hundredths.
    cast(
        nullif(cast(loaded.payload ->> 'spend_cap' as decimal(18, 4)), 0)
        * case
            when loaded.currency in (
                'CLP', 'COP', 'CRC', 'HUF', 'IDR', 'ISK', 'JPY', 'KRW', 'PYG', 'TWD', 'VND'
            ) then 1.00
            else 0.01
        end as decimal(18, 4)
    ) as spend_cap,
    loaded.created_at,
    loaded._synced_at as synced_at
from raw_facebook_ads.ad_accounts as loaded
