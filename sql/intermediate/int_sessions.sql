-- One row per session: front-end events of one browser or device with no pause of more than 30
-- minutes between them. What describes it is found in the models before this one, a few columns at
-- one time, since all of them together do not fit the memory of the build.
--
-- materialized: table
-- key: session_id
-- column session_id: text. The session's key: environment and its first event.
-- column environment: text. production or staging.
-- column source: text. The source of its first event.
-- column visitor_id: text. The anonymous id, or the user id where none was sent.
-- column anonymous_id: text. The anonymous id; null where none was sent.
-- column user_id: text. The user id that was sent last within the session.
-- column blended_user_id: text. Who it was: the session's user id, else the user that the anonymous
--    id is known to be, else the anonymous id.
-- column session_number: bigint. 1 for the person's first session.
-- column started_at: timestamptz. Its first event, UTC.
-- column ended_at: timestamptz. Its last event, UTC.
-- column events_count: bigint. Events of the session.
-- column pages_count: bigint. Page and screen calls of the session.
-- column landing_page_url: text. The first page.
-- column exit_page_url: text. The last page.
-- column referrer: text. Where the first page was reached from.
-- column referrer_host: text. Host of that address.
-- column campaign_source: text. utm_source, in lower case, of the first event that has one.
-- column campaign_medium: text. utm_medium of that event, in lower case.
-- column campaign_name: text. utm_campaign of that event.
-- column campaign_term: text. utm_term of that event.
-- column campaign_content: text. utm_content of that event.
-- column ad_click: text. Whose ad was clicked, by the mark the vendor leaves in the address.
-- column channel: text. By what the session came, from marks of ads, campaign and referrer.
select
    people.environment || ':' || campaigns.first_event_id as session_id,
    people.environment,
    campaigns.source,
    people.visitor_id,
    people.anonymous_id,
    people.user_id,
    people.blended_user_id,
    people.session_number,
    people.started_at,
    people.ended_at,
    people.events_count,
    people.pages_count,
    pages.landing_page_url,
    pages.exit_page_url,
    pages.referrer,
    pages.referrer_host,
    campaigns.campaign_source,
    campaigns.campaign_medium,
    campaigns.campaign_name,
    campaigns.campaign_term,
    campaigns.campaign_content,
    campaigns.ad_click,
    case
        when campaigns.ad_click is not null then 'paid'
        when campaigns.campaign_medium in (
            'cpc', 'ppc', 'cpm', 'paid', 'paidsocial', 'paid_social', 'paid-social', 'paidsearch',
            'paid_search', 'display', 'retargeting'
        ) then 'paid'
        when campaigns.campaign_medium in ('email', 'e-mail', 'newsletter')
            or campaigns.campaign_source in ('klaviyo', 'braze', 'iterable')
            then 'email'
        when campaigns.campaign_medium = 'sms' then 'sms'
        when campaigns.campaign_medium in ('affiliate', 'affiliates') then 'affiliate'
        when campaigns.campaign_medium in ('social', 'organic_social', 'organic-social')
            then 'social'
        when campaigns.campaign_source is not null then 'campaign'
        when pages.referrer_host is null or pages.referrer_host = pages.landing_host
            then 'direct'
        when pages.referrer_host like '%google.%'
            or pages.referrer_host like '%bing.%'
            or pages.referrer_host like '%duckduckgo.%'
            or pages.referrer_host like '%search.yahoo.%'
            or pages.referrer_host like '%ecosia.%'
            then 'search'
        when pages.referrer_host like '%facebook.com'
            or pages.referrer_host like '%instagram.com'
            or pages.referrer_host like '%pinterest.%'
            or pages.referrer_host like '%reddit.com'
            or pages.referrer_host like '%tiktok.com'
            or pages.referrer_host like '%youtube.com'
            or pages.referrer_host in ('t.co', 'x.com')
            then 'social'
        else 'referral'
    end as channel
from intermediate.int_session_people as people
inner join intermediate.int_session_campaigns as campaigns
    on campaigns.session_key = people.session_key
left join intermediate.int_session_pages as pages on pages.session_key = people.session_key
