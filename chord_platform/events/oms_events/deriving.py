"""Derives what has happened in an OMS since the last time, and hands it to the inbox.

Belongs here: what was derived already, and the order of inbox and warehouse. Does not belong here:
the queries (`changes.py`), the messages (`messages.py`), when it is done (Dagster).

What was derived is kept by message id, in the warehouse: a row that is loaded late, twice or in
another order is one event whatever the clock says. The inbox has an event before the warehouse
remembers it: a crash between repeats it with the same id, and the loader knows it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from chord_platform.events.envelope import Arrival
from chord_platform.events.inbox import Inbox
from chord_platform.events.oms_events.changes import QUERIES, TABLES
from chord_platform.events.oms_events.messages import message
from chord_platform.events.source import Source
from chord_platform.warehouse.warehouse import Warehouse

if TYPE_CHECKING:
    import duckdb

FIRST_TIME_DAYS = 30
"""How far the first derivation looks back: older things are history. `since` says otherwise."""
AT_ONCE = 5_000

PREPARE = """
create schema if not exists events_meta;
create table if not exists events_meta.oms_derivations (
    connection_id varchar primary key, since timestamptz not null, derived_at timestamptz not null
);
create table if not exists events_meta.oms_derived (
    connection_id varchar not null, id varchar not null, event varchar not null,
    happened_at timestamptz not null, derived_at timestamptz not null,
    primary key (connection_id, id)
);
"""
NEW = """
select happened.* from ({query}) as happened
anti join (select id from events_meta.oms_derived where connection_id = $connection) as derived
    on derived.id = happened.id
order by happened_at, happened.id
"""
REMEMBER = "insert into events_meta.oms_derived values (?, ?, ?, ?, ?)"
STARTED = """
insert into events_meta.oms_derivations values (?, ?, ?)
on conflict (connection_id) do update set since = excluded.since, derived_at = excluded.derived_at
"""


@dataclass(kw_only=True)
class Derived:
    """events by name. lacking: staged tables that are not there yet; then nothing was derived."""

    connection: str
    events: dict[str, int] = field(default_factory=dict)
    since: datetime | None = None
    lacking: tuple[str, ...] = ()

    @property
    def total(self) -> int:
        return sum(self.events.values())


def derive(
    warehouse: Warehouse,
    inbox: Inbox,
    source: Source,
    *,
    connection: str,
    since: datetime | None = None,
    now: datetime | None = None,
    on_wait: Callable[[str], None] | None = None,
) -> Derived:
    """since: look further back than the first derivation did.

    Raises:
        WarehouseBusy: another writer has it.
        InboxUnavailable: the disk is full or failing; nothing is remembered that is not there.
    """
    at = now or datetime.now(UTC)
    with warehouse.writer(f"derive events of {connection}", on_wait=on_wait) as con:
        if lacking := lacking_tables(con):
            return Derived(connection=connection, lacking=lacking)
        con.execute(PREPARE)
        begin = began(con, connection, since=since, now=at)
        derived = Derived(connection=connection, since=begin)
        arrival = Arrival(source=source.name, protocol="oms", received_at=at)
        for query in QUERIES:
            take_new(con, query, inbox, arrival, derived, now=at)
        con.execute(STARTED, [connection, begin, at])
    return derived


def take_new(
    con: duckdb.DuckDBPyConnection,
    query: str,
    inbox: Inbox,
    arrival: Arrival,
    derived: Derived,
    *,
    now: datetime,
) -> None:
    connection = derived.connection
    bound = {"connection": connection, "since": derived.since}
    while True:
        found = con.execute(f"{NEW.format(query=query)} limit {AT_ONCE}", bound)
        names = [column[0] for column in found.description or ()]
        rows: list[dict[str, Any]] = [
            dict(zip(names, row, strict=True)) for row in found.fetchall()
        ]
        if not rows:
            return
        inbox.append_now([arrival.record(message(row, connection=connection)) for row in rows])
        kept = [[connection, row["id"], row["event"], row["happened_at"], now] for row in rows]
        con.executemany(REMEMBER, kept)
        for row in rows:
            derived.events[row["event"]] = derived.events.get(row["event"], 0) + 1


def began(
    con: duckdb.DuckDBPyConnection, connection: str, *, since: datetime | None, now: datetime
) -> datetime:
    known = con.execute(
        "select since from events_meta.oms_derivations where connection_id = ?", [connection]
    ).fetchone()
    if since is not None and (known is None or since < known[0]):
        return since
    return known[0] if known else now - timedelta(days=FIRST_TIME_DAYS)


def lacking_tables(con: duckdb.DuckDBPyConnection) -> tuple[str, ...]:
    found = con.execute(
        "select table_schema || '.' || table_name from information_schema.tables"
    ).fetchall()
    return tuple(sorted(set(TABLES) - {row[0] for row in found}))
