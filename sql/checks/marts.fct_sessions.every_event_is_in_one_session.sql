-- Sessions hold as many events as the front end sent with somebody's id.
with counted as (
    select
        (select coalesce(sum(sessions.events_count), 0) from marts.fct_sessions as sessions)
            as in_sessions,
        (
            select count(*)
            from marts.fct_events as events
            where
                events.side = 'front-end'
                and coalesce(events.anonymous_id, events.user_id) is not null
        ) as sent
)

select counted.in_sessions, counted.sent
from counted
where counted.in_sessions <> counted.sent
