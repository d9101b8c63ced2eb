"""What makes reading a live database hard: late commits and rows rewritten during the read.

Belongs here: a transaction left open, sessions that rewrite rows until told to stop.
Does not belong here: ordinary changes of the business (`changes.py`).
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Self

import psycopg
from psycopg import sql

if TYPE_CHECKING:
    from vendor_emulator.vendors.chord_oms.server import OmsServer


@contextmanager
def open_transaction(server: OmsServer) -> Iterator[psycopg.Connection[Any]]:
    """A writer who takes long: `now()` inside is when it began; it commits at the block's end.

    Write times as Rails does, `timezone('utc', now())`: this server's own zone is not UTC.
    """
    with server.connect(autocommit=False) as connection:
        connection.execute("SELECT now()")
        yield connection


class Rewriting:
    """Sessions that rewrite rows of a table all the time, so that rows move while it is read.

    Each update makes a new version of a row elsewhere in the table and changes no value, so that a
    right reader still finds each key once and the same sums. A context manager.
    """

    def __init__(
        self, server: OmsServer, *, table: str = "bench_orders", sessions: int = 2, rows: int = 500
    ) -> None:
        self.rewritten = 0
        self._server, self._table, self._rows = server, table, rows
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._threads = [
            threading.Thread(target=self._rewrite, args=(number, sessions), daemon=True)
            for number in range(sessions)
        ]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _rewrite(self, number: int, sessions: int) -> None:
        table = sql.Identifier(self._table)
        span = sql.SQL("SELECT min(id), max(id) FROM {}").format(table)
        statement = sql.SQL(
            "UPDATE {} SET id = id WHERE id >= %s AND id < %s AND id %% %s = %s"
        ).format(table)
        with self._server.connect() as connection:
            found = connection.execute(span).fetchone()
            if found is None or found[0] is None:
                return
            first, last = found
            at = first
            while not self._stop.is_set():
                upto = at + self._rows * sessions
                done = connection.execute(statement, [at, upto, sessions, number]).rowcount
                with self._lock:
                    self.rewritten += done
                # Far apart: a reader's ranges are all disturbed, not only the first.
                at = first + (at - first + 7919 * self._rows) % max(1, last - first)
