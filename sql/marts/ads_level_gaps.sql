-- One row per channel, account, currency and day on which the levels do not add up to the same spend:
-- what campaigns cost, and what of it the vendor shows at ad groups and ads. A gap is no fault
-- (Performance Max has no ads, deleted ads leave their campaign's spend behind), but whoever adds up
-- ads has to know it.
--
-- materialized: view
-- key: connection_id, channel, account_id, currency, date_local
-- column connection_id: text. The connection that the days came through.
-- column channel: text. Where the ads were shown.
-- column account_id: text. The vendor's id of the ad account.
-- column currency: text. Currency of the spend.
-- column date_local: date. The day in the account's zone.
-- column campaign_spend: decimal(18,6). Spend at the level of campaigns: all of it.
-- column ad_group_spend: decimal(18,6). Spend at the level of ad groups.
-- column ad_spend: decimal(18,6). Spend at the level of ads.
-- column not_at_ads: decimal(18,6). What campaigns cost beyond their ads.
with levels as (
    select
        connection_id,
        channel,
        account_id,
        coalesce(currency, '') as currency,
        date_local,
        sum(case when entity_level = 'campaign' then spend else 0 end) as campaign_spend,
        sum(case when entity_level = 'ad_group' then spend else 0 end) as ad_group_spend,
        sum(case when entity_level = 'ad' then spend else 0 end) as ad_spend
    from marts.fct_ads_performance_daily
    group by connection_id, channel, account_id, coalesce(currency, ''), date_local
)

select
    connection_id,
    channel,
    account_id,
    currency,
    date_local,
    cast(campaign_spend as decimal(18, 6)) as campaign_spend,
    cast(ad_group_spend as decimal(18, 6)) as ad_group_spend,
    cast(ad_spend as decimal(18, 6)) as ad_spend,
    cast(campaign_spend - ad_spend as decimal(18, 6)) as not_at_ads
from levels
where campaign_spend <> ad_spend or campaign_spend <> ad_group_spend
