-- An event that happened more than an hour after it came in is of a clock that nobody corrected.
-- severity: warn
select event_id, source, occurred_at, received_at
from marts.fct_events
where occurred_at > received_at + interval '1 hour'
