"""Records of the inbox, judged and laid out for the warehouse, before anyone waits for its lock.

Belongs here: what becomes of one record, and of those of one transaction.
Does not belong here: whether a message was loaded before, and SQL (`writing.py`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson

from chord_platform.events.loading.columns import (
    ORDINAL,
    SEPARATOR,
    Gathered,
    Group,
    separator_of,
)
from chord_platform.events.loading.judging import reasons
from chord_platform.events.loading.kinds import Identifier, Kind, Moment, text_of
from chord_platform.events.loading.names import (
    RESERVED,
    STANDARD_TABLES,
    TABLE_BY_TYPE,
    event_table,
)
from chord_platform.events.loading.shapes import EMPTY, Clash, Shapes, Signature

if TYPE_CHECKING:
    from chord_platform.events.loading.judging import Judges

Table = tuple[str, str]
"""A source's name and a table's."""

Known = Mapping[Table, Mapping[str, Kind]]
"""The columns that are there."""

ALL: tuple[tuple[str, type], ...] = (
    (ORDINAL, int),
    ("id", Identifier),
    ("anonymous_id", Identifier),
    ("user_id", Identifier),
    ("received_at", Moment),
    ("sent_at", Moment),
    ("timestamp", Moment),
    ("original_timestamp", Moment),
)
HIDDEN: tuple[tuple[str, type], ...] = (
    ("_event", Identifier),
    ("_is_planned", bool),
    ("_payload", Identifier),
    ("_context", Identifier),
)
"""Of the whole message, for `events_meta.events`: payload and context are JSON. No property's
column begins with an underscore and a letter."""

OWN: dict[str, tuple[tuple[str, str], ...]] = {
    "page": (("name", "name"), ("category", "category")),
    "screen": (("name", "name"), ("category", "category")),
    "group": (("groupId", "group_id"),),
    "alias": (("previousId", "previous_id"),),
}
"""Keys of the message that only messages of this type have, and their columns."""

FIXED: dict[str, tuple[tuple[str, type], ...]] = {
    kind: (
        *ALL,
        *HIDDEN,
        *((("event", Identifier), ("event_text", Identifier)) if kind == "track" else ()),
        *((column, Identifier) for _, column in OWN.get(kind, ())),
    )
    for kind in TABLE_BY_TYPE
}
TAKEN: dict[str, frozenset[str]] = {
    kind: RESERVED | {column for column, _ in fixed} for kind, fixed in FIXED.items()
}
PAYLOAD = {"identify": "traits", "group": "traits"}
UNREADABLE = "unreadable"
MOST_TABLES, MOST_COLUMNS = 1000, 1000
"""Of a source, and of a table. Whoever writes ids into names of events or properties would fill the
catalog; `events_meta.events` has such messages whole all the same."""

OTHER_EVENTS = "other_events"
NUL = rb"\u0000"
"""The only way in which JSON writes the usual separator of texts."""


SEEN = (
    "n",
    "source",
    "message_id",
    "received_at",
    "event",
    "is_planned",
    "is_blocked",
    "violations",
)
Seen = tuple[int, str, str, str, str, bool, bool, int]
"""A message of the batch, whatever became of it; its values are named by `SEEN`. No class: each
message has one, and naming the values took as long as hashing its shape."""


class Found(NamedTuple):
    """A violation of one message."""

    ordinal: int
    event: str
    field: str
    type: str
    description: str


class Blocked(NamedTuple):
    """`envelope` is the record as it came: it is judged again when the plan was corrected."""

    ordinal: int
    event: str
    reasons: str
    envelope: str


Shape = tuple[str, str, str, Signature, tuple[type, ...], str]
"""Source, table, type, what lies below, types of the fixed values, and what separates texts."""


@dataclass
class Batch:
    """What one transaction writes. `position` is where the inbox is read on afterwards."""

    known: Known
    judges: Judges
    shapes: Shapes
    position: str = ""
    received: int = 0
    repeated: Counter[str] = field(default_factory=Counter)
    seen: list[Seen] = field(default_factory=list)
    found: list[Found] = field(default_factory=list)
    blocked: list[Blocked] = field(default_factory=list)
    groups: dict[Shape, Group] = field(default_factory=dict)
    gathered: dict[Table, Gathered] = field(default_factory=dict)
    clashes: set[tuple[Table, Clash]] = field(default_factory=set)
    ids: set[tuple[str, str]] = field(default_factory=set)
    most_tables: int = MOST_TABLES
    most_columns: int = MOST_COLUMNS
    tables: dict[str, set[str]] = field(default_factory=dict)

    def add(self, records: Iterable[bytes]) -> None:
        """Judges and lays out; afterwards the records' objects can go."""
        for record in records:
            self.received += 1
            try:
                envelope = orjson.loads(record)
                if because := envelope.get("refused"):
                    self.refuse(record, str(because))
                    continue
                taken = self.take(record, envelope)
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                self.refuse(record, f"{type(error).__name__}: {error}")
                continue
            if taken is not None:
                shape, row = taken
                group = self.groups.get(shape)
                if group is None:
                    group = self.new_group(shape)
                group.add(row)
        for group in self.groups.values():
            if group.waiting:
                group.pack()

    def take(self, record: bytes, envelope: Mapping[str, Any]) -> tuple[Shape, list[Any]] | None:
        """None where nothing is to be laid out: it came before, or is blocked."""
        source, message = envelope["source"], envelope["message"]
        message_id, kind = message["messageId"], message["type"]
        if message_id.__class__ is not str:
            message_id = text_of(message_id) or ""
        table = TABLE_BY_TYPE[kind]
        identity = (source, message_id)
        if identity in self.ids:
            self.repeated[source] += 1
            return None
        received_at = envelope["received_at"]
        judged = self.judges.judge(source, message)
        message, event = judged.message, judged.event
        is_track = kind == "track"
        payload = message.get(PAYLOAD.get(kind, "properties"))
        context = message.get("context")
        context_text = orjson.dumps(context).decode() if context else None
        ordinal = len(self.seen)
        get = message.get
        row: list[Any] = [
            ordinal,
            message_id,
            identifier(get("anonymousId")),
            identifier(get("userId")),
            received_at,
            identifier(get("sentAt")),
            identifier(get("timestamp")) or received_at,
            identifier(get("originalTimestamp")),
            event if is_track else identifier(get("name")),
            judged.is_planned,
            orjson.dumps(payload).decode() if payload else None,
            context_text,
        ]
        if is_track:
            table = event_table(event)
            row += (table, judged.raw_event)
        else:
            for key, _ in OWN.get(kind, ()):
                row.append(identifier(message.get(key)))
        types = tuple(map(type, row))
        signature = self.shapes.read(
            context if isinstance(context, dict) else EMPTY,
            payload if isinstance(payload, dict) else EMPTY,
            row,
            context_text=context_text,
        )
        # Nothing below may fail: a record is taken whole or refused whole.
        self.ids.add(identity)
        is_blocked = judged.action == "block"
        violations = judged.violations
        is_planned, count = judged.is_planned, len(violations)
        self.seen.append(
            (ordinal, source, message_id, received_at, event, is_planned, is_blocked, count)
        )
        for each in violations:
            self.found.append(Found(ordinal, each.event, each.field, each.type, each.description))
        if is_blocked:
            self.blocked.append(
                Blocked(ordinal, event, reasons(judged), record.decode("utf-8", "replace"))
            )
            return None
        separator = SEPARATOR
        if NUL in record or SEPARATOR in event:
            separator = separator_of(each for each in row if each.__class__ is str)
        return (source, table, kind, signature, types, separator), row

    def refuse(self, record: bytes, because: str) -> None:
        """What is no message, here or at the gateway already, stands in quarantine: it was
        acknowledged to somebody."""
        text = record.decode("utf-8", "replace")
        said = orjson.dumps([{"type": UNREADABLE, "description": because}])
        source, message_id, received_at = what_it_says(record)
        if (source, message_id) in self.ids:
            self.repeated[source] += 1
            return
        ordinal = len(self.seen)
        self.ids.add((source, message_id))
        self.seen.append((ordinal, source, message_id, received_at, UNREADABLE, False, True, 0))
        self.blocked.append(Blocked(ordinal, UNREADABLE, said.decode(), text))

    def new_group(self, shape: Shape) -> Group:
        source, table, kind, signature, types, separator = shape
        fixed = FIXED[kind]
        layout = self.shapes.layout(signature, first=len(fixed), taken=TAKEN[kind])
        key = (source, self.place(source, table))
        self.clashes.update((key, clash) for clash in layout.clashes)
        group = self.groups[shape] = Group(fixed, types, layout, separator=separator)
        self.gathered.setdefault(key, Gathered()).groups.append(group)
        return group

    def place(self, source: str, table: str) -> str:
        """The event's own table, or the one for all that came when there were too many."""
        there = self.tables.get(source)
        if there is None:
            there = self.tables[source] = {name for owner, name in self.known if owner == source}
        if table not in there and table not in STANDARD_TABLES:
            if len(there) >= self.most_tables:
                return OTHER_EVENTS
            there.add(table)
        return table


def identifier(value: Any) -> str | None:
    return value if value is None or value.__class__ is str else text_of(value)


def what_it_says(record: bytes) -> tuple[str, str, str]:
    """As much as can be told of a record that is not as it should be."""
    from hashlib import sha256

    digest = f"unreadable-{sha256(record).hexdigest()[:32]}"
    try:
        envelope = orjson.loads(record)
        source, at = envelope["source"], envelope["received_at"]
        said = envelope["message"]
        message_id = said.get("messageId") if isinstance(said, dict) else None
        return str(source), text_of(message_id) or digest, str(at)
    except (ValueError, KeyError, TypeError):
        return UNREADABLE, digest, "1970-01-01T00:00:00Z"
