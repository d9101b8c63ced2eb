-- One row per session: the events that describe it. Of several at the same moment it is the first by
-- its key.
--
-- materialized: table
-- key: session_key
-- column session_key: bigint. The session, as a number of this build.
-- column first_event_id: text. The event that it began with.
-- column landing_event_id: text. Its first event with a page's address.
-- column exit_event_id: text. Its last event with a page's address.
-- column campaign_event_id: text. Its first event with a campaign or an ad's mark.
-- column user_event_id: text. Its last event with a user id.
select
    starts.session_key,
    min(case when events.occurred_at = starts.started_at then events.event_id end)
        as first_event_id,
    min(
        case
            when events.page_url is not null and events.occurred_at = spans.first_page_at
                then events.event_id
        end
    ) as landing_event_id,
    min(
        case
            when events.page_url is not null and events.occurred_at = spans.last_page_at
                then events.event_id
        end
    ) as exit_event_id,
    min(
        case
            when
                (events.campaign_source is not null or events.ad_click is not null)
                and events.occurred_at = spans.campaign_at
                then events.event_id
        end
    ) as campaign_event_id,
    min(
        case
            when events.user_id is not null and events.occurred_at = spans.last_user_at
                then events.event_id
        end
    ) as user_event_id
from marts.fct_events as events
inner join intermediate.int_session_starts as starts
    on starts.environment = events.environment
    and starts.visitor_id = coalesce(events.anonymous_id, events.user_id)
    and starts.started_at <= events.occurred_at
    and (starts.next_started_at is null or starts.next_started_at > events.occurred_at)
inner join intermediate.int_session_spans as spans on spans.session_key = starts.session_key
where
    events.side = 'front-end'
    and (
        events.occurred_at = starts.started_at
        or events.occurred_at = spans.first_page_at
        or events.occurred_at = spans.last_page_at
        or events.occurred_at = spans.campaign_at
        or events.occurred_at = spans.last_user_at
    )
group by starts.session_key
