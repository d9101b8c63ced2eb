-- One row per anonymous id of an environment that was ever seen together with a user id: the person
-- who used that browser or device last. An alias call ties the id before it to the user.
--
-- materialized: table
-- key: environment, anonymous_id
-- column user_id: text. The user id it was seen with last.
-- column user_ids_count: bigint. User ids it was seen with: more than one is a shared device.
with ties as (
    select
        events.environment,
        events.anonymous_id,
        events.user_id,
        events.occurred_at,
        events.event_id
    from staging.stg_events__events as events
    where events.anonymous_id is not null and events.user_id is not null
    union all
    select
        events.environment,
        events.previous_id as anonymous_id,
        events.user_id,
        events.occurred_at,
        events.event_id
    from staging.stg_events__events as events
    where events.type = 'alias' and events.previous_id is not null and events.user_id is not null
),

placed as (
    select
        ties.environment,
        ties.anonymous_id,
        ties.user_id,
        row_number() over (
            partition by ties.environment, ties.anonymous_id
            order by ties.occurred_at desc, ties.event_id desc
        ) as place
    from ties
),

counts as (
    select
        ties.environment,
        ties.anonymous_id,
        count(distinct ties.user_id) as user_ids_count
    from ties
    group by ties.environment, ties.anonymous_id
)

select
    placed.environment,
    placed.anonymous_id,
    placed.user_id,
    counts.user_ids_count
from placed
inner join counts
    on counts.environment = placed.environment and counts.anonymous_id = placed.anonymous_id
where placed.place = 1
