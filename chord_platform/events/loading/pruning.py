"""Forgets what loading no longer needs: old message ids and old quarantine.

Belongs here: how long, and how often. Does not belong here: the inbox's files (`inbox.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from chord_platform.events.loading.meta import META, PRUNED_AT, keep_state, state
from chord_platform.events.source import LEAST_DEDUPE_DAYS, Source

if TYPE_CHECKING:
    import duckdb

EACH = timedelta(days=1)
QUARANTINE_KEPT = timedelta(days=90)
REPLAYED_KEPT = timedelta(days=30)


def prune(con: duckdb.DuckDBPyConnection, sources: Mapping[str, Source], *, now: datetime) -> bool:
    """Once a day: ids beyond each source's window, and blocked messages beyond three months."""
    last = state(con, PRUNED_AT)
    if last and now - datetime.fromisoformat(last) < EACH:
        return False
    con.execute("begin")
    for name, source in sources.items():
        before = now - timedelta(days=source.rules.dedupe_days)
        con.execute(
            f"delete from {META}.messages where source = ? and received_at < ?", [name, before]
        )
    gone = now - timedelta(days=LEAST_DEDUPE_DAYS)
    con.execute(
        f"delete from {META}.messages where source not in (select unnest(?)) and received_at < ?",
        [list(sources), gone],
    )
    con.execute(
        f"delete from {META}.quarantine where coalesce(replayed_at < ?, received_at < ?)",
        [now - REPLAYED_KEPT, now - QUARANTINE_KEPT],
    )
    keep_state(con, PRUNED_AT, now.isoformat())
    con.execute("commit")
    return True
