-- One row per session: when it began, and when the same visitor's next one did. A session is the
-- front-end events of one browser or device with no pause of more than 30 minutes between them.
-- Only moments are sorted, not whole events: a year of them fits the builder's memory.
--
-- materialized: table
-- key: session_key
-- column session_key: bigint. A number of this build, short enough to group and join by.
-- column environment: text. production or staging.
-- column visitor_id: text. The anonymous id, or the user id where none was sent.
-- column started_at: timestamptz. Its first event, UTC.
-- column next_started_at: timestamptz. Null for the visitor's last session.
with moments as (
    select
        events.environment,
        coalesce(events.anonymous_id, events.user_id) as visitor_id,
        events.occurred_at
    from marts.fct_events as events
    where events.side = 'front-end' and coalesce(events.anonymous_id, events.user_id) is not null
    group by
        events.environment, coalesce(events.anonymous_id, events.user_id), events.occurred_at
),

pauses as (
    select
        moments.environment,
        moments.visitor_id,
        moments.occurred_at,
        lag(moments.occurred_at) over (
            partition by moments.environment, moments.visitor_id order by moments.occurred_at
        ) as previous_at
    from moments
)

select
    row_number() over (
        order by pauses.environment, pauses.visitor_id, pauses.occurred_at
    ) as session_key,
    pauses.environment,
    pauses.visitor_id,
    pauses.occurred_at as started_at,
    lead(pauses.occurred_at) over (
        partition by pauses.environment, pauses.visitor_id order by pauses.occurred_at
    ) as next_started_at
from pauses
where
    pauses.previous_at is null
    or pauses.occurred_at > pauses.previous_at + interval '30 minutes'
