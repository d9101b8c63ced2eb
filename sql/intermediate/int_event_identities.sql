-- One row per anonymous id of an environment that was ever seen together with a user id: the person
-- who used that browser or device last. An alias call ties the id before it to the user.
--
-- materialized: table
-- key: environment, anonymous_id
-- column environment: text. production or staging.
-- column anonymous_id: text. The browser's or device's id.
-- column user_id: text. The user id it was seen with last.
-- column user_ids_count: bigint. User ids it was seen with: more than one is a shared device.
with ties as (
    select
        events.environment,
        events.anonymous_id,
        events.user_id,
        max(events.occurred_at) as last_at
    from staging.stg_events__events as events
    where events.anonymous_id is not null and events.user_id is not null
    group by events.environment, events.anonymous_id, events.user_id
    union all
    select
        events.environment,
        events.previous_id as anonymous_id,
        events.user_id,
        max(events.occurred_at) as last_at
    from staging.stg_events__events as events
    where events.type = 'alias' and events.previous_id is not null and events.user_id is not null
    group by events.environment, events.previous_id, events.user_id
),

pairs as (
    select
        ties.environment,
        ties.anonymous_id,
        ties.user_id,
        max(ties.last_at) as last_at
    from ties
    group by ties.environment, ties.anonymous_id, ties.user_id
),

placed as (
    select
        pairs.environment,
        pairs.anonymous_id,
        pairs.user_id,
        row_number() over (
            partition by pairs.environment, pairs.anonymous_id
            order by pairs.last_at desc, pairs.user_id
        ) as place,
        count(*) over (partition by pairs.environment, pairs.anonymous_id) as user_ids_count
    from pairs
)

select
    placed.environment,
    placed.anonymous_id,
    placed.user_id,
    placed.user_ids_count
from placed
where placed.place = 1
