"""What one sync reads: which tables, and of each which window.

Belongs here: the request, and the rules from a cursor to a window; pure. Does not belong here:
where cursors are kept (`sync.py`), reading (`sources/`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from dlt_pipelines.connector import Connector, Table, Window
from dlt_pipelines.errors import SettingsRefused


@dataclass(frozen=True, kw_only=True)
class SyncRequest:
    """What to read. All times UTC.

    tables        only these (a child comes with its parent); None: all
    full_refresh  read them anew from the beginning and replace what is here
    since, until  a backfill: rows changed in this window are merged, no cursor moves
    reconcile     ask the vendor for its own counts afterwards
    """

    now: datetime
    tables: frozenset[str] | None = None
    full_refresh: bool = False
    since: datetime | None = None
    until: datetime | None = None
    reconcile: bool = True

    @property
    def is_backfill(self) -> bool:
        return self.since is not None or self.until is not None

    @property
    def backfill(self) -> str:
        """What tells one backfill from another, so that one that was cut off goes on."""
        return f"{self.since or ''}/{self.until or ''}" if self.is_backfill else ""


def wanted_tables(connector: Connector, request: SyncRequest) -> list[Table]:
    """Those asked for, each with the parents it comes with; all when none is named."""
    if request.tables is None:
        return list(connector.tables)
    found = {name: connector.table(name) for name in request.tables}
    for table in list(found.values()):
        ancestor = table
        while ancestor.parent:
            ancestor = connector.table(ancestor.parent[0])
            found[ancestor.name] = ancestor
    return list(found.values())


def windows_of(
    connector: Connector,
    request: SyncRequest,
    names: Collection[str],
    cursors: Mapping[str, str],
    *,
    whole: bool,
) -> dict[str, Window]:
    """`cursors`: how far each table was read; in a backfill how far that one came.

    Raises `SettingsRefused` for a backfill of tables that have no time to go by.
    """
    windows = {}
    for name in sorted(names):
        table, until = connector.table(name), request.now
        cursor = cursors.get(name)
        if request.is_backfill:
            if table.cursor:
                since = datetime.fromisoformat(cursor) if cursor else request.since
                until = request.until or until
                if table.slice and since:
                    until = min(until, since + table.slice)
                windows[name] = Window(since, until)
        elif whole or table.cursor is None:
            windows[name] = Window(None, until, whole=whole)
        elif cursor is None:
            windows[name] = Window(None, until)
        else:
            since = datetime.fromisoformat(cursor)
            if table.slice:
                until = min(until, since + table.slice)
            windows[name] = Window(since - table.lag, until)
    if request.is_backfill and not windows:
        raise SettingsRefused(
            connector.name,
            "none of these tables has a time by which it could be backfilled.",
            hint="Use --full-refresh.",
        )
    return windows


def is_behind(
    table: Table, cursors: Mapping[str, str], window: Window, request: SyncRequest
) -> bool:
    """Whether a slice moved the cursor, and not yet to now. One that stands still has ended."""
    cursor = cursors.get(table.name)
    if cursor is None or table.cursor is None:
        return False
    reached = datetime.fromisoformat(cursor)
    if request.is_backfill:
        came_from = window.since
        return reached < (request.until or request.now) and reached != came_from
    came_from = window.since + table.lag if window.since else None
    return reached < request.now and (came_from is None or reached > came_from)
