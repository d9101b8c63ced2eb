"""Writes one batch: rows, ids, counts and the position in the inbox, in one transaction.

Belongs here: what happens between `begin` and `commit`. Does not belong here: the lock
(`loader.py`), what a record becomes (`batch.py`), tables that grow (`event_tables.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from chord_platform.errors import WarehouseError
from chord_platform.events.loading.batch import Batch, Seen, Table
from chord_platform.events.loading.columns import ORDINAL, kinds_of, table_of
from chord_platform.events.loading.event_tables import (
    TRACKS,
    Columns,
    exact,
    grown,
    refresh_users,
    refresh_views,
)
from chord_platform.events.loading.kinds import Kind
from chord_platform.events.loading.meta import KEY, META, POSITION, keep_state, state
from chord_platform.events.loading.names import STANDARD_TABLES, TABLE_BY_TYPE, USERS, schema_name
from chord_platform.warehouse.sql_text import quoted, quoted_table

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa


@dataclass
class Written:
    """What a transaction did. `rows`: new ones by table; `sources`: figures by source."""

    rows: dict[Table, int] = field(default_factory=dict)
    figures: dict[str, dict[str, Any]] = field(default_factory=dict)
    duplicates: dict[str, int] = field(default_factory=dict)
    has_grown: bool = False


def write(
    con: duckdb.DuckDBPyConnection,
    batch: Batch,
    columns: Columns,
    *,
    after: str,
    now: datetime,
    production: Sequence[str] = (),
) -> Written:
    """All of the batch, or nothing; messages that were taken before are left out.

    after: the position that the batch was read from; another one there means that somebody else
    has loaded meanwhile.
    """
    written = Written()
    con.execute("begin")
    try:
        if state(con, POSITION) != after:
            raise WarehouseError(
                "events were loaded by somebody else meanwhile.", hint="Load again."
            )
        stage_messages(con, batch)
        written.duplicates = mark_duplicates(con)
        write_rows(con, batch, columns, written, now=now)
        write_whole(con, batch)
        remember_messages(con)
        count_hours(con)
        add_violations(con, batch)
        add_quarantine(con, batch, now=now)
        add_clashes(con, batch, now=now)
        if written.has_grown:
            refresh_views(con, columns, production)
        keep_state(con, POSITION, batch.position)
        written.figures = figures(con)
        con.execute("commit")
    except BaseException:
        rolled_back(con)
        raise
    return written


def rolled_back(con: duckdb.DuckDBPyConnection) -> None:
    import duckdb

    with suppress(duckdb.TransactionException):
        con.execute("rollback")


def stage_messages(con: duckdb.DuckDBPyConnection, batch: Batch) -> None:
    import pyarrow as pa

    kinds = (pa.string(), pa.string(), pa.string(), pa.string(), pa.bool_(), pa.bool_(), pa.int64())
    ordinals, *values = zip(*batch.seen, strict=True)
    columns = [pa.array(each, kind) for each, kind in zip(values, kinds, strict=True)]
    arriving = pa.table([pa.array(ordinals, pa.int64()), *columns], names=["n", *Seen._fields[1:]])
    at = arriving.schema.get_field_index("received_at")
    moments = arriving["received_at"].cast(pa.timestamp("us", "UTC"))
    arriving = arriving.set_column(at, "received_at", moments)
    con.register("arriving_messages", arriving)
    con.execute(
        f"create or replace temp table arriving as select *, {KEY} as key from arriving_messages"
    )


def mark_duplicates(con: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Those that are known leave `arriving`, and their ordinals stay in `known`. By source."""
    con.execute(
        "create or replace temp table known as"
        f" select n, source from arriving semi join {META}.messages using (key)"
    )
    found = con.execute("select source, count(*) from known group by source").fetchall()
    if found:
        con.execute("delete from arriving where n in (select n from known)")
    return dict(found)


def write_rows(
    con: duckdb.DuckDBPyConnection,
    batch: Batch,
    columns: Columns,
    written: Written,
    *,
    now: datetime,
) -> None:
    known = bool(written.duplicates)
    for table, frames in batch.frames.items():
        kinds = exact(con, columns, table, kinds_of(frames, columns.of(table)))
        rows = table_of(frames, kinds)
        del kinds[ORDINAL]
        if known:
            rows = without_known(con, rows)
            if not rows.num_rows:
                continue
        written.has_grown |= grown(con, columns, table, kinds)
        insert(con, table, rows, kinds, now=now)
        written.rows[table] = rows.num_rows
        if table[1] not in STANDARD_TABLES:
            tracks = (table[0], TRACKS)
            written.rows[tracks] = written.rows.get(tracks, 0) + rows.num_rows
        if table[1] == TABLE_BY_TYPE["identify"]:
            users = (table[0], USERS)
            touched, is_new = refresh_users(con, columns, table[0])
            written.has_grown |= is_new
            written.rows[users] = touched
        con.unregister("arriving_rows")


def without_known(con: duckdb.DuckDBPyConnection, rows: pa.Table) -> pa.Table:
    import pyarrow.compute as pc

    known = con.sql("select n from known").to_arrow_table()["n"].combine_chunks()
    is_known = pc.call_function("is_in", [rows[ORDINAL]], pc.SetLookupOptions(known))
    return rows.filter(pc.call_function("invert", [is_known]))


def insert(
    con: duckdb.DuckDBPyConnection,
    table: Table,
    rows: pa.Table,
    kinds: dict[str, Kind],
    *,
    now: datetime,
) -> None:
    con.register("arriving_rows", rows)
    names = ", ".join(quoted(name) for name in kinds)
    key = KEY.replace("message_id", "id").replace("source", "?")
    con.execute(
        f"insert into {quoted_table(f'{schema_name(table[0])}.{table[1]}')}"
        f" ({names}, uuid, uuid_ts) select {names}, {key}, ? from arriving_rows",
        [table[0], now],
    )


def write_whole(con: duckdb.DuckDBPyConnection, batch: Batch) -> None:
    """What models read: whole messages, whatever columns each source's tables have."""
    if not batch.wholes:
        return
    import pyarrow as pa

    sources = batch.judges.sources.values()
    told = pa.table(
        {
            "source": pa.array([each.name for each in sources], pa.string()),
            "side": pa.array([each.side for each in sources], pa.string()),
            "environment": pa.array([each.environment for each in sources], pa.string()),
        }
    )
    con.register("told_sources", told)
    con.register("arriving_whole", pa.concat_tables(batch.wholes))
    con.execute(
        f"insert into {META}.events by name select a.source, side, environment, a.is_planned,"
        f" w.* exclude ({ORDINAL}) rename (id as message_id) from arriving_whole as w"
        f" join arriving as a on a.n = w.{ORDINAL} left join told_sources using (source)"
    )
    con.unregister("arriving_whole")
    con.unregister("told_sources")


def remember_messages(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(
        f"insert into {META}.messages select key, source, message_id, received_at from arriving"
    )


def count_hours(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(
        "create or replace temp table arriving_hours as"
        " select source, event, date_trunc('hour', received_at) as hour,"
        " bool_or(is_planned) as is_planned, count(*) as received,"
        " count(*) filter (is_blocked) as blocked,"
        " count(*) filter (violations > 0) as violating,"
        " min(received_at) as first_received_at, max(received_at) as last_received_at"
        " from arriving group by all"
    )
    con.execute(
        f"merge into {META}.hours as h using arriving_hours as a"
        " on h.source = a.source and h.event = a.event and h.hour = a.hour"
        " when matched then update set is_planned = a.is_planned,"
        " received = h.received + a.received, blocked = h.blocked + a.blocked,"
        " violating = h.violating + a.violating,"
        " first_received_at = least(h.first_received_at, a.first_received_at),"
        " last_received_at = greatest(h.last_received_at, a.last_received_at)"
        " when not matched then insert"
    )


SAMPLES = 5


def add_violations(con: duckdb.DuckDBPyConnection, batch: Batch) -> None:
    if not batch.found:
        return
    import pyarrow as pa

    arriving = pa.table(
        {
            "n": pa.array([each.ordinal for each in batch.found], pa.int64()),
            "event": pa.array([each.event for each in batch.found], pa.string()),
            "field": pa.array([each.field for each in batch.found], pa.string()),
            "type": pa.array([each.type for each in batch.found], pa.string()),
            "description": pa.array([each.description for each in batch.found], pa.string()),
        }
    )
    con.register("arriving_violations", arriving)
    con.execute(
        "create or replace temp table found as"
        " select source, v.event, field, type, date_trunc('hour', received_at) as hour,"
        " min(description) as description, count(*) as count, min(received_at) as first_seen_at,"
        " max(received_at) as last_seen_at,"
        f" array_agg(distinct message_id order by message_id)[:{SAMPLES}] as sample_message_ids"
        " from arriving_violations as v join arriving using (n) group by all"
    )
    con.unregister("arriving_violations")
    con.execute(
        f"merge into {META}.violations as h using found as a on h.source = a.source"
        " and h.event = a.event and h.field = a.field and h.type = a.type and h.hour = a.hour"
        " when matched then update set count = h.count + a.count,"
        " first_seen_at = least(h.first_seen_at, a.first_seen_at),"
        " last_seen_at = greatest(h.last_seen_at, a.last_seen_at),"
        " sample_message_ids = list_distinct(list_concat(h.sample_message_ids,"
        f" a.sample_message_ids))[:{SAMPLES}]"
        " when not matched then insert"
    )


def add_quarantine(con: duckdb.DuckDBPyConnection, batch: Batch, *, now: datetime) -> None:
    if not batch.blocked:
        return
    import pyarrow as pa

    arriving = pa.table(
        {
            "n": pa.array([each.ordinal for each in batch.blocked], pa.int64()),
            "reasons": pa.array([each.reasons for each in batch.blocked], pa.string()),
            "envelope": pa.array([each.envelope for each in batch.blocked], pa.string()),
        }
    )
    con.register("arriving_blocked", arriving)
    con.execute(
        f"insert into {META}.quarantine select key, source, message_id, event, received_at,"
        " reasons, envelope, ?, ?, null from arriving_blocked join arriving using (n)",
        [now, now],
    )
    con.unregister("arriving_blocked")


def add_clashes(con: duckdb.DuckDBPyConnection, batch: Batch, *, now: datetime) -> None:
    if not batch.clashes:
        return
    rows = [[*table, clash.path, clash.wanted, clash.given, now] for table, clash in batch.clashes]
    con.execute("create or replace temp table clashes as from events_meta.column_clashes limit 0")
    con.executemany("insert into clashes values (?, ?, ?, ?, ?, ?)", rows)
    con.execute(
        f"insert into {META}.column_clashes from clashes anti join {META}.column_clashes"
        " using (source, table_name, path, wanted)"
    )


def figures(con: duckdb.DuckDBPyConnection) -> dict[str, dict[str, Any]]:
    """What arrived anew, by source."""
    rows = con.execute(
        "select source, count(*), count(*) filter (is_blocked), sum(violations)::bigint,"
        " min(received_at), max(received_at) from arriving group by source order by source"
    ).fetchall()
    names = ("received", "blocked", "violations", "oldest", "newest")
    return {row[0]: dict(zip(names, row[1:], strict=True)) for row in rows}


def number(con: duckdb.DuckDBPyConnection, sql: str) -> int:
    row = con.execute(sql).fetchone()
    return row[0] if row else 0
