-- One row per session: the source of its first event, and the campaign or ad that it came by.
--
-- materialized: table
-- key: session_key
-- column session_key: bigint. The session, as a number of this build.
-- column first_event_id: text. The event that it began with.
-- column source: text. The source of its first event.
-- column campaign_source: text. utm_source, in lower case, of the first event that has one.
-- column campaign_medium: text. utm_medium of that event, in lower case.
-- column campaign_name: text. utm_campaign of that event.
-- column campaign_term: text. utm_term of that event.
-- column campaign_content: text. utm_content of that event.
-- column ad_click: text. Whose ad was clicked, by the mark the vendor leaves in the address.
select
    marks.session_key,
    marks.first_event_id,
    firsts.source,
    campaigns.campaign_source,
    campaigns.campaign_medium,
    campaigns.campaign_name,
    campaigns.campaign_term,
    campaigns.campaign_content,
    campaigns.ad_click
from intermediate.int_session_marks as marks
inner join marts.fct_events as firsts on firsts.event_id = marks.first_event_id
left join marts.fct_events as campaigns on campaigns.event_id = marks.campaign_event_id
