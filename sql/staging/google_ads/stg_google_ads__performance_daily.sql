-- One row per channel, account, level (campaign, ad group, ad), entity and day of Google Ads.
-- What ran on YouTube has the channel youtube. Days of an account that a YouTube Ads connection
-- loaded are left out here and stand there: docs/decisions/0020-youtube-and-google.md.
-- Performance Max has no ads: it is counted at campaigns, and its asset groups are ad groups.
--
-- materialized: view
-- key: _connection_id, channel, vendor_account_id, entity_level, entity_id, date_local
-- column _connection_id: text. The connection that the row came through. [not_null]
-- column channel: text. youtube for what ran on YouTube, else google. [not_null] [accepted: google, youtube]
-- column vendor_account_id: text. Google's id of the account. [not_null]
-- column account_name: text. The account's name.
-- column entity_level: text. What the row is about; only campaign rows add up to all spend.
--    [not_null] [accepted: campaign, ad_group, ad]
-- column entity_id: text. Google's id of it; an ad's id with its ad group's. [not_null]
-- column campaign_id: text. Google's id of the campaign.
-- column campaign_name: text. Its name today.
-- column ad_group_id: text. The ad group's or asset group's id; null for campaigns.
-- column ad_group_name: text. Its name today.
-- column ad_id: text. The ad's id; null above ads.
-- column ad_name: text. Its name today.
-- column campaign_type: text. search, shopping, pmax, video, display or Google's own word.
-- column date_local: date. The account's own day. [not_null]
-- column account_time_zone: text. The zone that the day runs in.
-- column date_utc_start: timestamptz. When that day began, UTC.
-- column currency: text. The account's currency.
-- column spend: decimal(18,6). Cost, in `currency`.
-- column impressions: bigint. Times shown.
-- column clicks: bigint. Clicks.
-- column link_clicks: bigint. The same: each click of Google's leads to the site.
-- column reach: bigint. Google tells none by day.
-- column video_views: bigint. TrueView views.
-- column video_views_p25: bigint. Shown to a quarter: Google's rate times impressions.
-- column video_views_p50: bigint. Shown to the half.
-- column video_views_p75: bigint. Shown to three quarters.
-- column video_views_p100: bigint. Shown to the end.
-- column purchases: decimal(18,6). Conversions of actions of the category PURCHASE.
-- column purchase_value: decimal(18,6). Their value, in `currency`.
-- column conversions_reported: decimal(18,6). What Google calls conversions: primary actions.
-- column conversions_value_reported: decimal(18,6). Their value, in `currency`.
-- column new_customer_purchases: decimal(18,6). Purchases of new customers; campaigns alone have them.
-- column attribution_key: text. Each conversion action has its own window.
-- column extracted_at: timestamptz. When the newest part of the row was loaded, UTC.
-- source raw_google_ads.campaign_daily: _connection_id text, account_id text, currency text,
--    time_zone text, campaign_id text, ad_network_type text, date date, cost decimal(38,9),
--    impressions bigint, clicks bigint, conversions decimal(38,9), conversions_value
--    decimal(38,9), video_views bigint, video_p25_rate double, video_p50_rate double,
--    video_p75_rate double, video_p100_rate double, _synced_at timestamptz
-- source raw_google_ads.campaign_conversions_daily: _connection_id text, account_id text,
--    campaign_id text, ad_network_type text, date date, conversion_action_category text,
--    conversions decimal(38,9), conversions_value decimal(38,9)
-- source raw_google_ads.ad_group_daily: _connection_id text, account_id text, currency text,
--    time_zone text, ad_group_id text, campaign_id text, ad_network_type text, date date, cost
--    decimal(38,9), impressions bigint, clicks bigint, conversions decimal(38,9),
--    conversions_value decimal(38,9), video_views bigint, video_p25_rate double, video_p50_rate
--    double, video_p75_rate double, video_p100_rate double, _synced_at timestamptz
-- source raw_google_ads.ad_group_conversions_daily: _connection_id text, account_id text,
--    ad_group_id text, campaign_id text, ad_network_type text, date date,
--    conversion_action_category text, conversions decimal(38,9), conversions_value decimal(38,9)
-- source raw_google_ads.asset_group_daily: _connection_id text, account_id text, currency text,
--    time_zone text, asset_group_id text, campaign_id text, ad_network_type text, date date, cost
--    decimal(38,9), impressions bigint, clicks bigint, conversions decimal(38,9),
--    conversions_value decimal(38,9), _synced_at timestamptz
-- source raw_google_ads.asset_group_conversions_daily: _connection_id text, account_id text,
--    asset_group_id text, campaign_id text, ad_network_type text, date date,
--    conversion_action_category text, conversions decimal(38,9), conversions_value decimal(38,9)
-- source raw_google_ads.ad_daily: _connection_id text, account_id text, currency text, time_zone
--    text, ad_id text, ad_group_id text, campaign_id text, ad_network_type text, date date, cost
--    decimal(38,9), impressions bigint, clicks bigint, conversions decimal(38,9),
--    conversions_value decimal(38,9), video_views bigint, video_p25_rate double, video_p50_rate
--    double, video_p75_rate double, video_p100_rate double, _synced_at timestamptz
-- source raw_google_ads.ad_conversions_daily: _connection_id text, account_id text, ad_id text,
--    ad_group_id text, campaign_id text, ad_network_type text, date date,
--    conversion_action_category text, conversions decimal(38,9), conversions_value decimal(38,9)
-- source raw_google_ads.campaign_customer_types_daily: _connection_id text, account_id text,
--    campaign_id text, ad_network_type text, conversion_action_category text, customer_type text,
--    date date, conversions decimal(38,9)
-- source raw_youtube_ads.campaign_daily: account_id text, date date
-- source raw_youtube_ads.ad_group_daily: account_id text, date date
-- source raw_youtube_ads.asset_group_daily: account_id text, date date
-- source raw_youtube_ads.ad_daily: account_id text, date date
-- source raw_google_ads.customers: _connection_id text, id text, name text
-- source raw_google_ads.campaigns: _connection_id text, account_id text, id text, name text,
--    advertising_channel_type text
-- source raw_google_ads.ad_groups: _connection_id text, account_id text, id text, name text
-- source raw_google_ads.asset_groups: _connection_id text, account_id text, id text, name text
-- source raw_google_ads.ads: _connection_id text, account_id text, id text, ad_group_id text,
--    name text
with days as (
    select
        d._connection_id,
        d.account_id,
        d.currency,
        d.time_zone,
        'campaign' as entity_level,
        'campaign_daily' as came_from,
        d.campaign_id as campaign_id,
        cast(null as varchar) as ad_group_id,
        cast(null as varchar) as ad_id,
        d.ad_network_type,
        d.date,
        d.cost,
        d.impressions,
        d.clicks,
        d.conversions,
        d.conversions_value,
        d.video_views,
        d.video_p25_rate * d.impressions as p25,
        d.video_p50_rate * d.impressions as p50,
        d.video_p75_rate * d.impressions as p75,
        d.video_p100_rate * d.impressions as p100,
        d._synced_at
    from raw_google_ads.campaign_daily as d
    union all by name
    select
        d._connection_id,
        d.account_id,
        d.currency,
        d.time_zone,
        'ad_group' as entity_level,
        'ad_group_daily' as came_from,
        d.campaign_id as campaign_id,
        d.ad_group_id as ad_group_id,
        cast(null as varchar) as ad_id,
        d.ad_network_type,
        d.date,
        d.cost,
        d.impressions,
        d.clicks,
        d.conversions,
        d.conversions_value,
        d.video_views,
        d.video_p25_rate * d.impressions as p25,
        d.video_p50_rate * d.impressions as p50,
        d.video_p75_rate * d.impressions as p75,
        d.video_p100_rate * d.impressions as p100,
        d._synced_at
    from raw_google_ads.ad_group_daily as d
    union all by name
    select
        d._connection_id,
        d.account_id,
        d.currency,
        d.time_zone,
        'ad_group' as entity_level,
        'asset_group_daily' as came_from,
        d.campaign_id as campaign_id,
        d.asset_group_id as ad_group_id,
        cast(null as varchar) as ad_id,
        d.ad_network_type,
        d.date,
        d.cost,
        d.impressions,
        d.clicks,
        d.conversions,
        d.conversions_value,
        cast(null as bigint) as video_views,
        cast(null as double) as p25,
        cast(null as double) as p50,
        cast(null as double) as p75,
        cast(null as double) as p100,
        d._synced_at
    from raw_google_ads.asset_group_daily as d
    union all by name
    select
        d._connection_id,
        d.account_id,
        d.currency,
        d.time_zone,
        'ad' as entity_level,
        'ad_daily' as came_from,
        d.campaign_id as campaign_id,
        d.ad_group_id as ad_group_id,
        d.ad_id as ad_id,
        d.ad_network_type,
        d.date,
        d.cost,
        d.impressions,
        d.clicks,
        d.conversions,
        d.conversions_value,
        d.video_views,
        d.video_p25_rate * d.impressions as p25,
        d.video_p50_rate * d.impressions as p50,
        d.video_p75_rate * d.impressions as p75,
        d.video_p100_rate * d.impressions as p100,
        d._synced_at
    from raw_google_ads.ad_daily as d
),

purchases as (
    select
        d._connection_id,
        d.account_id,
        'campaign' as entity_level,
        d.campaign_id as campaign_id,
        cast(null as varchar) as ad_group_id,
        cast(null as varchar) as ad_id,
        d.ad_network_type,
        d.date,
        d.conversions,
        d.conversions_value
    from raw_google_ads.campaign_conversions_daily as d
    where d.conversion_action_category = 'PURCHASE'
    union all by name
    select
        d._connection_id,
        d.account_id,
        'ad_group' as entity_level,
        d.campaign_id as campaign_id,
        d.ad_group_id as ad_group_id,
        cast(null as varchar) as ad_id,
        d.ad_network_type,
        d.date,
        d.conversions,
        d.conversions_value
    from raw_google_ads.ad_group_conversions_daily as d
    where d.conversion_action_category = 'PURCHASE'
    union all by name
    select
        d._connection_id,
        d.account_id,
        'ad_group' as entity_level,
        d.campaign_id as campaign_id,
        d.asset_group_id as ad_group_id,
        cast(null as varchar) as ad_id,
        d.ad_network_type,
        d.date,
        d.conversions,
        d.conversions_value
    from raw_google_ads.asset_group_conversions_daily as d
    where d.conversion_action_category = 'PURCHASE'
    union all by name
    select
        d._connection_id,
        d.account_id,
        'ad' as entity_level,
        d.campaign_id as campaign_id,
        d.ad_group_id as ad_group_id,
        d.ad_id as ad_id,
        d.ad_network_type,
        d.date,
        d.conversions,
        d.conversions_value
    from raw_google_ads.ad_conversions_daily as d
    where d.conversion_action_category = 'PURCHASE'
),

campaigns as (
    select
        c._connection_id,
        c.account_id,
        c.id,
        c.name,
        c.advertising_channel_type
    from raw_google_ads.campaigns as c
),

groups as (
    select
        g._connection_id,
        g.account_id,
        g.id,
        g.name
    from raw_google_ads.ad_groups as g
    union all by name
    select
        g._connection_id,
        g.account_id,
        g.id,
        g.name
    from raw_google_ads.asset_groups as g
),

spent as (
    select
        d._connection_id,
        d.account_id,
        d.entity_level,
        d.campaign_id,
        d.ad_group_id,
        d.ad_id,
        d.date,
        d.came_from,
        d.currency,
        d.time_zone,
        case
            when c.advertising_channel_type = 'VIDEO' then 'youtube'
            when
                c.advertising_channel_type in ('DEMAND_GEN', 'PERFORMANCE_MAX')
                and d.ad_network_type = 'YOUTUBE'
                then 'youtube'
            else 'google'
        end as channel,
        sum(d.cost) as cost,
        sum(d.impressions) as impressions,
        sum(d.clicks) as clicks,
        sum(d.conversions) as conversions,
        sum(d.conversions_value) as conversions_value,
        sum(d.video_views) as video_views,
        sum(d.p25) as p25,
        sum(d.p50) as p50,
        sum(d.p75) as p75,
        sum(d.p100) as p100,
        max(d._synced_at) as synced_at
    from days as d
    left join campaigns as c
        on
            d._connection_id = c._connection_id
            and d.account_id = c.account_id
            and d.campaign_id = c.id
    group by all
),

bought as (
    select
        d._connection_id,
        d.account_id,
        d.entity_level,
        d.campaign_id,
        d.ad_group_id,
        d.ad_id,
        d.date,
        case
            when c.advertising_channel_type = 'VIDEO' then 'youtube'
            when
                c.advertising_channel_type in ('DEMAND_GEN', 'PERFORMANCE_MAX')
                and d.ad_network_type = 'YOUTUBE'
                then 'youtube'
            else 'google'
        end as channel,
        sum(d.conversions) as purchases,
        sum(d.conversions_value) as purchase_value
    from purchases as d
    left join campaigns as c
        on
            d._connection_id = c._connection_id
            and d.account_id = c.account_id
            and d.campaign_id = c.id
    group by all
),

newcomers as (
    select
        d._connection_id,
        d.account_id,
        d.campaign_id,
        d.date,
        case
            when c.advertising_channel_type = 'VIDEO' then 'youtube'
            when
                c.advertising_channel_type in ('DEMAND_GEN', 'PERFORMANCE_MAX')
                and d.ad_network_type = 'YOUTUBE'
                then 'youtube'
            else 'google'
        end as channel,
        sum(d.conversions) as new_customer_purchases
    from raw_google_ads.campaign_customer_types_daily as d
    left join campaigns as c
        on
            d._connection_id = c._connection_id
            and d.account_id = c.account_id
            and d.campaign_id = c.id
    where
        d.conversion_action_category = 'PURCHASE'
        and d.customer_type in ('NEW', 'NEW_AND_HIGH_LTV')
    group by all
),

told_by_youtube as (
    select
        'campaign_daily' as came_from,
        y.account_id,
        min(y.date) as first_day,
        max(y.date) as last_day
    from raw_youtube_ads.campaign_daily as y
    group by all
    union all by name
    select
        'ad_group_daily' as came_from,
        y.account_id,
        min(y.date) as first_day,
        max(y.date) as last_day
    from raw_youtube_ads.ad_group_daily as y
    group by all
    union all by name
    select
        'asset_group_daily' as came_from,
        y.account_id,
        min(y.date) as first_day,
        max(y.date) as last_day
    from raw_youtube_ads.asset_group_daily as y
    group by all
    union all by name
    select
        'ad_daily' as came_from,
        y.account_id,
        min(y.date) as first_day,
        max(y.date) as last_day
    from raw_youtube_ads.ad_daily as y
    group by all
)

select
    s._connection_id,
    s.channel,
    s.account_id as vendor_account_id,
    a.name as account_name,
    s.entity_level,
    case s.entity_level
        when 'campaign' then s.campaign_id
        when 'ad_group' then s.ad_group_id
        else s.ad_group_id || '~' || s.ad_id
    end as entity_id,
    s.campaign_id,
    c.name as campaign_name,
    s.ad_group_id,
    g.name as ad_group_name,
    s.ad_id,
    o.name as ad_name,
    case c.advertising_channel_type
        when 'PERFORMANCE_MAX' then 'pmax'
        when 'DEMAND_GEN' then 'display'
        else lower(c.advertising_channel_type)
    end as campaign_type,
    s.date as date_local,
    s.time_zone as account_time_zone,
    cast(s.date as timestamp) at time zone s.time_zone as date_utc_start,
    s.currency,
    cast(s.cost as decimal(18, 6)) as spend,
    cast(s.impressions as bigint) as impressions,
    cast(s.clicks as bigint) as clicks,
    cast(s.clicks as bigint) as link_clicks,
    cast(null as bigint) as reach,
    cast(s.video_views as bigint) as video_views,
    cast(round(s.p25) as bigint) as video_views_p25,
    cast(round(s.p50) as bigint) as video_views_p50,
    cast(round(s.p75) as bigint) as video_views_p75,
    cast(round(s.p100) as bigint) as video_views_p100,
    cast(coalesce(b.purchases, 0) as decimal(18, 6)) as purchases,
    cast(coalesce(b.purchase_value, 0) as decimal(18, 6)) as purchase_value,
    cast(s.conversions as decimal(18, 6)) as conversions_reported,
    cast(s.conversions_value as decimal(18, 6)) as conversions_value_reported,
    cast(case when s.entity_level = 'campaign' then coalesce(n.new_customer_purchases, 0) end as decimal(18, 6)) as new_customer_purchases,
    'google_default' as attribution_key,
    s.synced_at as extracted_at
from spent as s
left join campaigns as c
    on
        s._connection_id = c._connection_id
        and s.account_id = c.account_id
        and s.campaign_id = c.id
left join groups as g
    on
        s._connection_id = g._connection_id
        and s.account_id = g.account_id
        and s.ad_group_id = g.id
left join raw_google_ads.ads as o
    on
        s._connection_id = o._connection_id
        and s.account_id = o.account_id
        and s.ad_group_id = o.ad_group_id
        and s.ad_id = o.id
left join raw_google_ads.customers as a
    on s._connection_id = a._connection_id and s.account_id = a.id
left join bought as b
    on
        s._connection_id = b._connection_id
        and s.account_id = b.account_id
        and s.entity_level = b.entity_level
        and s.channel = b.channel
        and s.date = b.date
        and s.campaign_id = b.campaign_id
        and s.ad_group_id is not distinct from b.ad_group_id
        and s.ad_id is not distinct from b.ad_id
left join newcomers as n
    on
        s._connection_id = n._connection_id
        and s.account_id = n.account_id
        and s.channel = n.channel
        and s.date = n.date
        and s.campaign_id = n.campaign_id
where
    s.channel <> 'youtube'
    or not exists (
        select 1
        from told_by_youtube as y
        where
            y.came_from = s.came_from
            and y.account_id = s.account_id
            and s.date between y.first_day and y.last_day
    )
