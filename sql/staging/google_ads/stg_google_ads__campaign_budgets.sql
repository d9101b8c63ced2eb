-- One row per budget, which several campaigns may share.
--
-- materialized: view
-- key: budget_key
-- column budget_key: text. Connection and Google's resource name.
-- column connection_id: text. The connection that the row came through.
-- column account_id: text. Google's id of the account.
-- column budget_id: text. Google's id.
-- column budget_name: text. Its name.
-- column amount: decimal(18,6). What may be spent in a period, in `currency`.
-- column currency: text. The account's currency.
-- column period: text. daily, or custom_period.
-- column is_shared: boolean. Whether several campaigns may use it.
-- column synced_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_google_ads.campaign_budgets: resource_name text, account_id text, currency text, id
--    text, name text, amount decimal(38,9), period text, is_shared boolean, _connection_id text,
--    _synced_at timestamptz
select
    r._connection_id || ':' || r.resource_name as budget_key,
    r._connection_id as connection_id,
    r.account_id,
    r.id as budget_id,
    r.name as budget_name,
    cast(r.amount as decimal(18, 6)) as amount,
    r.currency,
    lower(r.period) as period,
    r.is_shared,
    r._synced_at as synced_at
from raw_google_ads.campaign_budgets as r
