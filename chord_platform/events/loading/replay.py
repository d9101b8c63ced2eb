"""Judges the quarantine again, when a plan or a source's rules were corrected.

Belongs here: what becomes of blocked messages, and of what was counted of them.
Does not belong here: reading the inbox (`loader.py`).

What is let in is written as it would have been at first: with its own `received_at`, and counted
in the hour in which it arrived. Its row of the quarantine stays, marked; a marked one is never
judged again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from chord_platform.events.loading.batch import Batch, Table
from chord_platform.events.loading.counting import add_clashes, add_violations, count_hours
from chord_platform.events.loading.event_tables import Columns, read_columns, refresh_views
from chord_platform.events.loading.judging import Judges
from chord_platform.events.loading.loader import Loader, OnProgress
from chord_platform.events.loading.meta import META
from chord_platform.events.loading.shapes import Shapes
from chord_platform.events.loading.writing import (
    Written,
    number,
    rolled_back,
    stage_messages,
    write_rows,
)
from chord_platform.warehouse.warehouse import WAIT_SECONDS

if TYPE_CHECKING:
    import duckdb

BATCH = 20_000

Waiting = tuple[str, bytes]
"""Key of a quarantine row and the record."""


@dataclass
class ReplayResult:
    """`judged` again: each was let in, or is blocked still. `unreadable_plans`: why, by source."""

    judged: int = 0
    let_in: int = 0
    rows: dict[Table, int] = field(default_factory=dict)
    unreadable_plans: Mapping[str, str] = field(default_factory=dict)

    @property
    def still_blocked(self) -> int:
        return self.judged - self.let_in


def replay(
    loader: Loader,
    *,
    source: str | None = None,
    event: str | None = None,
    holder: str = "replay events",
    wait_seconds: float = WAIT_SECONDS,
    on_progress: OnProgress = lambda _: None,
) -> ReplayResult:
    """Of one source or event, or of all. What is of a source whose plan cannot be read stays as it
    is: nothing new can be said of it.

    Raises:
        WarehouseBusy: what was let in before stays so, and the rest can be replayed again.
    """
    result = ReplayResult()
    after = ""
    with loader.alone(holder, wait_seconds=wait_seconds, on_wait=on_progress):
        sources = {each.name: each for each in loader.sources()}
        production = [s.name for s in sources.values() if s.environment == "production"]
        judges, shapes = Judges(sources, loader.plan_of), Shapes()
        result.unreadable_plans = judges.unreadable_of([source] if source else [*sources])
        while True:
            with loader.writer(holder, wait_seconds, on_progress) as con:
                waiting = next_of(
                    con, source=source, event=event, after=after, without=result.unreadable_plans
                )
                columns = read_columns(con)
            if not waiting:
                return result
            after = waiting[-1][0]
            batch = Batch(columns.found, judges, shapes)
            batch.add(record for _, record in waiting)
            now = datetime.now(UTC)
            with loader.writer(holder, wait_seconds, on_progress) as con:
                written, let_in = write_again(con, batch, columns, now=now, production=production)
            result.judged += len(waiting)
            result.let_in += let_in
            for table, count in written.rows.items():
                result.rows[table] = result.rows.get(table, 0) + count
            on_progress(f"{result.judged:,} judged again, {result.let_in:,} let in")


def next_of(
    con: duckdb.DuckDBPyConnection,
    *,
    source: str | None,
    event: str | None,
    after: str,
    without: Iterable[str],
) -> list[Waiting]:
    rows = con.execute(
        f"select key::varchar, envelope from {META}.quarantine where replayed_at is null"
        " and key::varchar > $after and ($source is null or source = $source)"
        " and ($event is null or event = $event)"
        " and source not in (select unnest($without::varchar[]))"
        " order by key::varchar limit $limit",
        {
            "after": after,
            "source": source,
            "event": event,
            "without": list(without),
            "limit": BATCH,
        },
    ).fetchall()
    return [(key, envelope.encode()) for key, envelope in rows]


def write_again(
    con: duckdb.DuckDBPyConnection,
    batch: Batch,
    columns: Columns,
    *,
    now: datetime,
    production: Sequence[str],
) -> tuple[Written, int]:
    """Takes back what was counted of these messages, and counts them by the new verdict."""
    written = Written()
    con.execute("begin")
    try:
        stage_messages(con, batch)
        con.execute(
            "create or replace temp table before as"
            f" select q.* from {META}.quarantine as q semi join arriving using (key)"
            " where q.replayed_at is null"
        )
        write_rows(con, batch, columns, written, now=now)
        uncount_hours(con)
        count_hours(con)
        take_back_violations(con)
        add_violations(con, batch)
        add_clashes(con, batch, now=now)
        if written.has_grown:
            refresh_views(con, columns, production)
        let_in = number(con, "select count(*) from arriving where not is_blocked")
        mark(con, batch, now=now)
        con.execute("commit")
    except BaseException:
        rolled_back(con)
        raise
    return written, let_in


def uncount_hours(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(
        f"update {META}.hours as h set received = h.received - b.messages,"
        " blocked = h.blocked - b.messages, violating = h.violating - b.violating from ("
        "  select source, event, date_trunc('hour', received_at) as hour, count(*) as messages,"
        "  count(*) filter (json_extract_string(reasons, '$[0].field') is not null) as violating"
        "  from before group by all"
        " ) as b where h.source = b.source and h.event = b.event and h.hour = b.hour"
    )
    con.execute(f"delete from {META}.hours where received <= 0")


def take_back_violations(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(
        "create or replace temp table taken_back as"
        " select source, event, hour, reason ->> 'field' as field, reason ->> 'type' as type,"
        " count(*) as messages, array_agg(message_id) as message_ids from ("
        "  select source, event, date_trunc('hour', received_at) as hour, message_id,"
        "  unnest(from_json(reasons, '[\"json\"]')) as reason from before"
        " ) where field is not null group by all"
    )
    con.execute(
        f"update {META}.violations as v set count = v.count - t.messages, sample_message_ids ="
        " list_filter(v.sample_message_ids, lambda one: not list_contains(t.message_ids, one))"
        " from taken_back as t where v.source = t.source and v.event = t.event"
        " and v.hour = t.hour and v.field = t.field and v.type = t.type"
    )
    con.execute(f"delete from {META}.violations where count <= 0")


def mark(con: duckdb.DuckDBPyConnection, batch: Batch, *, now: datetime) -> None:
    import pyarrow as pa

    con.execute(
        f"update {META}.quarantine as q set judged_at = $now, event = a.event, replayed_at ="
        " case when a.is_blocked then null else $now end from arriving as a"
        " where q.key = a.key and q.replayed_at is null",
        {"now": now},
    )
    blocked = pa.table(
        {
            "n": pa.array([each.ordinal for each in batch.blocked], pa.int64()),
            "reasons": pa.array([each.reasons for each in batch.blocked], pa.string()),
        }
    )
    con.register("blocked_again", blocked)
    con.execute(
        f"update {META}.quarantine as q set reasons = b.reasons from blocked_again as b"
        " join arriving as a using (n) where q.key = a.key and q.replayed_at is null"
    )
    con.unregister("blocked_again")
