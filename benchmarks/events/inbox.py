"""Inbox: append-only files beside a table of the store, both with one fsync for a group.

Belongs here: the same records into both, and out again. Does not belong here: HTTP (`servers.py`).

Each group is one transaction of the table (SQLite, WAL, `synchronous = full`, as the store opens
it) or one frame of a file. Read: all of it, in order, in chunks. Forget: what was read.
"""

from __future__ import annotations

import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import orjson

from benchmarks.measure import processor_seconds

TARGET = "the better one is the inbox: docs/decisions/0030-the-inbox-is-files.md"
HEADINGS = ("", "files /s", "table /s", "files/table", "files CPU us", "table CPU us")
GROUPS = {1: 2_000, 16: 20_000, 64: 40_000, 1000: 100_000}
ROUNDS = 3
CHUNK = 5_000


class Files:
    def __init__(self, folder: Path) -> None:
        from chord_platform.events.inbox import Inbox

        self.inbox = Inbox(folder / "inbox")

    def append(self, records: list[bytes]) -> None:
        self.inbox.append_now(records)

    def read(self) -> Iterator[list[bytes]]:
        for chunk in self.inbox.read():
            yield chunk.records

    def forget(self) -> None:
        self.inbox.forget(older_than=datetime.now(UTC))


class Table:
    def __init__(self, folder: Path) -> None:
        # The gateway's group commit writes from a thread of its own.
        self.connection = sqlite3.connect(
            folder / "inbox.sqlite", isolation_level=None, check_same_thread=False
        )
        self.connection.execute("pragma journal_mode = wal")
        self.connection.execute("pragma synchronous = full")
        self.connection.execute(
            "create table if not exists inbox (position integer primary key, record blob)"
        )

    def append(self, records: Sequence[bytes]) -> None:
        self.connection.execute("begin immediate")
        insert = "insert into inbox (record) values (?)"
        self.connection.executemany(insert, [(record,) for record in records])
        self.connection.execute("commit")

    def read(self) -> Iterator[list[bytes]]:
        after = 0
        chosen = "select position, record from inbox where position > ? order by position limit ?"
        while rows := self.connection.execute(chosen, (after, CHUNK)).fetchall():
            after = rows[-1][0]
            yield [record for _, record in rows]

    def forget(self) -> None:
        self.connection.execute("delete from inbox")

    def close(self) -> None:
        self.connection.close()


def rows() -> list[tuple[str, ...]]:
    seen: dict[str, list[list[tuple[float, float]]]] = {}
    for _ in range(ROUNDS):
        for column, kind in enumerate((Files, Table)):
            for name, count, wall, cpu in measured(kind):
                runs = seen.setdefault(name, [[], []])
                runs[column].append((count / wall, cpu / count * 1e6))
    return [line(name, *runs) for name, runs in seen.items()]


def line(name: str, files: list[tuple[float, float]], table: list[tuple[float, float]]) -> tuple:
    rates = [statistics.median(rate for rate, _ in runs) for runs in (files, table)]
    costs = [statistics.median(cost for _, cost in runs) for runs in (files, table)]
    ratio = f"{rates[0] / rates[1]:.1f}"
    return (name, *(f"{rate:,.0f}" for rate in rates), ratio, *(f"{cost:.1f}" for cost in costs))


def measured(kind: type[Files] | type[Table]) -> Iterator[tuple[str, int, float, float]]:
    from benchmarks.events import event

    record = orjson.dumps(event(1))
    for size, count in GROUPS.items():
        with tempfile.TemporaryDirectory(prefix="inbox-") as folder:
            inbox = kind(Path(folder))
            appended = spent(append_all, inbox, [record] * size, count // size)
            yield f"append, groups of {size}", count, *appended
            if size == max(GROUPS):
                yield "read all", count, *spent(read_all, inbox)
                yield "forget", count, *spent(inbox.forget)


def append_all(inbox: Files | Table, group: list[bytes], times: int) -> None:
    for _ in range(times):
        inbox.append(group)


def read_all(inbox: Files | Table) -> int:
    return sum(map(len, inbox.read()))


def spent(work: Callable[..., object], *arguments: object) -> tuple[float, float]:
    cpu, wall = processor_seconds(), time.perf_counter()
    work(*arguments)
    return time.perf_counter() - wall, processor_seconds() - cpu
