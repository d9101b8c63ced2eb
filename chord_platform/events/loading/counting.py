"""What is noted of the messages of a batch: counts by hour, violations, quarantine, clashes.

Belongs here: adding to these tables, within a transaction under way; `arriving` are the messages
that are new. Does not belong here: the transaction (`writing.py`), what is asked of the tables
(`inspecting.py`, `figures.py`).
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from chord_platform.events.loading.meta import META

if TYPE_CHECKING:
    import duckdb

    from chord_platform.events.loading.batch import Batch

SAMPLES = 5


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
