-- One row per session that named a page: where it landed, from where, and where it ended.
--
-- materialized: table
-- key: session_key
-- column session_key: bigint. The session, as a number of this build.
-- column landing_page_url: text. The first page.
-- column landing_host: text. The first page's host.
-- column referrer: text. Where the first page was reached from.
-- column referrer_host: text. Host of that address.
-- column exit_page_url: text. The last page.
select
    marks.session_key,
    landings.page_url as landing_page_url,
    landings.page_host as landing_host,
    landings.page_referrer as referrer,
    landings.referrer_host,
    exits.page_url as exit_page_url
from intermediate.int_session_marks as marks
inner join marts.fct_events as landings on landings.event_id = marks.landing_event_id
left join marts.fct_events as exits on exits.event_id = marks.exit_event_id
