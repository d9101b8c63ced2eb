-- One row per message of any source, as the loader accepted it: once each, by source and message
-- id. The loader writes `events_meta.events` in the transaction that writes the source's own
-- tables; properties, traits and context are kept whole.
--
-- materialized: view
-- key: event_id
-- column event_id: text. The message's key: source and message id.
-- column source: text. The source that it came through.
-- column side: text. front-end or back-end. [accepted: front-end, back-end]
-- column environment: text. production or staging. [accepted: production, staging]
-- column message_id: text. The sender's id of the message.
-- column type: text. The kind of call. [accepted: track, identify, page, screen, group, alias]
-- column event: text. Name of a track call as the plan spells it; name of a page or screen.
-- column event_text: text. That name as it was sent.
-- column user_id: text. The sender's id of the person.
-- column anonymous_id: text. The browser's or device's id.
-- column previous_id: text. Of an alias call: the id that the person had before.
-- column is_planned: boolean. Whether the source's plan knows it.
-- column occurred_at: timestamptz. When it happened, UTC, the sender's clock corrected.
-- column received_at: timestamptz. When it came in, UTC.
-- source events_meta.events: source text, side text, environment text, message_id text, type text,
--    event text, event_text text, user_id text, anonymous_id text, previous_id text, is_planned
--    boolean, received_at timestamptz, sent_at timestamptz, timestamp timestamptz,
--    original_timestamp timestamptz, properties json, traits json, context json
select
    loaded.source || ':' || loaded.message_id as event_id,
    loaded.source,
    loaded.side,
    loaded.environment,
    loaded.message_id,
    loaded.type,
    loaded.event,
    loaded.event_text,
    nullif(trim(loaded.user_id), '') as user_id,
    nullif(trim(loaded.anonymous_id), '') as anonymous_id,
    nullif(trim(loaded.previous_id), '') as previous_id,
    loaded.is_planned,
    coalesce(loaded.timestamp, loaded.received_at) as occurred_at,
    loaded.received_at,
    loaded.properties,
    loaded.traits,
    loaded.context
from events_meta.events as loaded
