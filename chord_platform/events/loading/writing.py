"""Writes one batch: rows, ids, counts and the position in the inbox, in one transaction.

Belongs here: what happens between `begin` and `commit`. Does not belong here: the lock
(`loader.py`), what a record becomes (`batch.py`), tables that grow (`event_tables.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from chord_platform.errors import WarehouseError
from chord_platform.events.loading.batch import HIDDEN, PAYLOAD, SEEN, Batch, Table
from chord_platform.events.loading.columns import ORDINAL, kinds_of, table_of
from chord_platform.events.loading.counting import (
    add_clashes,
    add_quarantine,
    add_violations,
    count_hours,
)
from chord_platform.events.loading.event_tables import (
    TRACKS,
    Columns,
    exact,
    grown,
    refresh_users,
    refresh_views,
)
from chord_platform.events.loading.kinds import Kind, moments
from chord_platform.events.loading.meta import KEY, META, POSITION, keep_state, state
from chord_platform.events.loading.names import (
    RESERVED,
    STANDARD_TABLES,
    TABLE_BY_TYPE,
    USERS,
    schema_name,
)
from chord_platform.events.loading.shapes import Clash
from chord_platform.warehouse.sql_text import quoted, quoted_table

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa


WRITTEN_AS_JSON = ("_payload", "_context")
INTERNAL = frozenset({ORDINAL, *(name for name, _ in HIDDEN)})


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

    ordinals, source, message_id, received_at, *others = zip(*batch.seen, strict=True)
    arrived = moments(pa.array(received_at, pa.string())).fill_null(datetime.now(UTC))
    kinds = (pa.string(), pa.bool_(), pa.bool_(), pa.int64())
    arriving = pa.table(
        [
            pa.array(ordinals, pa.int64()),
            pa.array(source, pa.string()),
            pa.array(message_id, pa.string()),
            arrived,
            *(pa.array(each, kind) for each, kind in zip(others, kinds, strict=True)),
        ],
        names=SEEN,
    )
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
    for table in [*batch.gathered]:
        frame = batch.gathered.pop(table).finished(columns.of(table))
        kinds = exact(con, columns, table, kinds_of(frame, columns.of(table)))
        rows = table_of(frame, kinds)
        del frame
        kinds = {name: kind for name, kind in kinds.items() if name not in INTERNAL}
        refuse_columns(batch, columns, table, kinds)
        if known:
            rows = without_known(con, rows)
            if not rows.num_rows:
                continue
        written.has_grown |= grown(con, columns, table, kinds)
        insert(con, table, rows, kinds, now=now)
        write_whole(con, batch, table, rows)
        written.rows[table] = rows.num_rows
        if table[1] not in STANDARD_TABLES:
            tracks = (table[0], TRACKS)
            written.rows[tracks] = written.rows.get(tracks, 0) + rows.num_rows
        if table[1] == TABLE_BY_TYPE["identify"]:
            users = (table[0], USERS)
            touched, is_new = refresh_users(con, columns, table[0], rows)
            written.has_grown |= is_new
            written.rows[users] = touched
        del rows  # before the next ones are made


def refuse_columns(batch: Batch, columns: Columns, table: Table, kinds: dict[str, Kind]) -> None:
    """Those beyond what a table may have are left out and told of."""
    there = columns.of(table)
    new = [name for name in kinds if name not in there and name not in RESERVED]
    room = batch.most_columns - len(there.keys() - RESERVED)
    for name in new[max(0, room) :]:
        del kinds[name]
        batch.clashes.add((table, Clash(name, name, None)))


def without_known(con: duckdb.DuckDBPyConnection, rows: pa.Table) -> pa.Table:
    import pyarrow.compute as pc

    known = con.sql("select n from known").to_arrow_table()["n"].combine_chunks()
    is_known = pc.call_function("is_in", [rows[ORDINAL]], pc.SetLookupOptions(known))
    return rows.filter(pc.call_function("invert", [is_known]))


def insert(
    con: duckdb.DuckDBPyConnection,
    table: Table,
    arriving_rows: pa.Table,
    kinds: dict[str, Kind],
    *,
    now: datetime,
) -> None:
    """`arriving_rows` is found by its name: a table that is registered in a transaction is held
    until its end, and with it all rows of a batch."""
    names = ", ".join(quoted(name) for name in kinds)
    key = KEY.replace("message_id", "id").replace("source", "?")
    con.execute(
        f"insert into {quoted_table(f'{schema_name(table[0])}.{table[1]}')}"
        f" ({names}, uuid, uuid_ts) select {names}, {key}, ? from arriving_rows",
        [table[0], now],
    )


def write_whole(
    con: duckdb.DuckDBPyConnection, batch: Batch, table: Table, arriving_rows: pa.Table
) -> None:
    """The same messages for models, whole: whatever columns each source's tables have."""
    source = batch.judges.sources.get(table[0])
    kind = next((kind for kind, name in TABLE_BY_TYPE.items() if name == table[1]), "track")
    payload, other = "properties", "traits"
    if PAYLOAD.get(kind) == "traits":
        payload, other = other, payload
    has = set(arriving_rows.column_names)
    for name in WRITTEN_AS_JSON:
        arriving_rows = as_json(arriving_rows, name)
    con.execute(
        f"insert into {META}.events by name select $source as source, $side as side,"
        " $environment as environment, id as message_id, $type as type, _event as event,"
        f" {'event_text' if kind == 'track' else '_event'} as event_text, user_id, anonymous_id,"
        f" {'previous_id' if 'previous_id' in has else 'null'} as previous_id,"
        ' _is_planned as is_planned, received_at, sent_at, "timestamp", original_timestamp,'
        f" _payload as {payload}, null as {other}, _context as context from arriving_rows",
        {
            "source": table[0],
            "side": source.side if source else None,
            "environment": source.environment if source else None,
            "type": kind,
        },
    )


def as_json(rows: pa.Table, name: str) -> pa.Table:
    """Said to be JSON, which we have just written; else DuckDB parses each text to see."""
    import pyarrow as pa

    chunks = [pa.ExtensionArray.from_storage(pa.json_(), chunk) for chunk in rows[name].chunks]
    column = pa.chunked_array(chunks, pa.json_())
    return rows.set_column(rows.column_names.index(name), name, column)


def remember_messages(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(
        f"insert into {META}.messages select key, source, message_id, received_at from arriving"
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
