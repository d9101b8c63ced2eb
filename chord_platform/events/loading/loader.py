"""Loads the inbox: read and judge without the warehouse, then write under its lock, batch by batch.

Belongs here: the order of reading, locking, writing and remembering; what is told of it.
Does not belong here: what a record becomes (`batch.py`), SQL (`writing.py`).
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from chord_platform.errors import PlatformError
from chord_platform.events.inbox import BEGINNING, Inbox, Position
from chord_platform.events.loading.batch import Batch, Table
from chord_platform.events.loading.event_tables import Columns, read_columns
from chord_platform.events.loading.judging import Judges, PlanOf
from chord_platform.events.loading.meta import POSITION, is_prepared, prepare, state
from chord_platform.events.loading.pruning import prune
from chord_platform.events.loading.shapes import Shapes
from chord_platform.events.loading.watermark import Watermark
from chord_platform.events.loading.writing import Written, write
from chord_platform.events.source import Source
from chord_platform.warehouse.lock import WriterLock
from chord_platform.warehouse.warehouse import WAIT_SECONDS, Warehouse

if TYPE_CHECKING:
    import duckdb

    from chord_platform.events.plans import Plans
    from chord_platform.events.plans.compiled import CompiledPlan
    from chord_platform.events.sources import Sources

CHUNK_BYTES = 2 << 20
"""What is alive as objects of Python at a time is ten times as large."""

BATCH_BYTES = 108 << 20
BATCH_RECORDS = 75_000
"""A batch is what waits in memory and what one transaction writes. Each transaction costs 0.4
seconds for the columns of its tables, whatever they hold, and each record 1.5 kB until then."""

MEMORY_LIMIT = "512MB"
"""A batch has columns by the thousand, each with a buffer of its own: with 256 MB they went to disk
and back, and a transaction took three times as long."""

NOT_TRIED = "fsst"
"""Context repeats, which dictionaries hold best; trying FSST, too, doubled the time of a commit and
saved a quarter of the file."""

MERGED_BELOW = 10_000
"""A checkpoint writes small row groups of all tables again as larger ones, and what a transaction
brings to one of a hundred tables is always small. That was a sixth of the time of loading; after
a batch it is left to whoever writes next. Loads of few messages do it, each time, or the file
would grow by 256 kB for each table that one row came to."""

OnProgress = Callable[[str], None]


@dataclass
class SourceLoad:
    """What came of one source: `received` anew, duplicates aside; `rows` by table."""

    received: int = 0
    duplicates: int = 0
    blocked: int = 0
    violations: int = 0
    oldest: datetime | None = None
    newest: datetime | None = None
    rows: dict[str, int] = field(default_factory=dict)

    @property
    def loaded(self) -> int:
        return self.received - self.blocked


@dataclass
class LoadResult:
    """`received`: records read; each of them is loaded, a duplicate or blocked. `unreadable_plans`:
    why, by source; all that came of it stands in quarantine."""

    received: int = 0
    duplicates: int = 0
    batches: int = 0
    sources: dict[str, SourceLoad] = field(default_factory=dict)
    unreadable_plans: Mapping[str, str] = field(default_factory=dict)
    position: Position = BEGINNING
    finished_at: datetime | None = None

    @property
    def loaded(self) -> int:
        return sum(each.loaded for each in self.sources.values())

    @property
    def blocked(self) -> int:
        return sum(each.blocked for each in self.sources.values())

    @property
    def violations(self) -> int:
        return sum(each.violations for each in self.sources.values())

    def lag_seconds(self, source: str) -> float | None:
        """How long the oldest message had waited when it was loaded."""
        oldest = self.sources[source].oldest
        if oldest is None or self.finished_at is None:
            return None
        return max(0.0, (self.finished_at - oldest).total_seconds())

    def add(self, batch: Batch, written: Written, *, at: datetime) -> None:
        self.batches += 1
        self.received += batch.received
        for counts in (batch.repeated, written.duplicates):
            for source, count in counts.items():
                self.duplicates += count
                self.sources.setdefault(source, SourceLoad()).duplicates += count
        self.position, self.finished_at = batch.position, at
        for name, found in written.figures.items():
            each = self.sources.setdefault(name, SourceLoad())
            each.received += found["received"]
            each.blocked += found["blocked"]
            each.violations += found["violations"]
            each.oldest = min(each.oldest or found["oldest"], found["oldest"])
            each.newest = max(each.newest or found["newest"], found["newest"])
        add_rows(self.sources, written.rows)


def add_rows(sources: dict[str, SourceLoad], rows: Mapping[Table, int]) -> None:
    for (source, table), count in rows.items():
        held = sources.setdefault(source, SourceLoad()).rows
        held[table] = held.get(table, 0) + count


@dataclass(frozen=True)
class Loader:
    """`sources` and `plan_of` are asked once per load. `forget` is told how far was loaded, after
    each: whoever loads also keeps the inbox from growing, with or without destinations."""

    home: Path
    warehouse: Warehouse
    inbox: Inbox
    sources: Callable[[], list[Source]]
    plan_of: PlanOf
    forget: Callable[[Position], object] = lambda _: None
    batch_bytes: int = BATCH_BYTES
    batch_records: int = BATCH_RECORDS
    chunk_bytes: int = CHUNK_BYTES

    @classmethod
    def of(
        cls,
        *,
        home: Path,
        warehouse: Warehouse,
        inbox: Inbox,
        sources: Sources,
        plans: Plans,
        forget: Callable[[Position], object],
    ) -> Loader:
        def plan_of(source: Source) -> CompiledPlan | None:
            return plans.load(source.plan).for_side(source.side) if source.plan else None

        return cls(home, warehouse, inbox, sources.list, plan_of, forget)

    @property
    def watermark(self) -> Watermark:
        return Watermark(self.home / "events" / "loaded.json")

    def load(
        self,
        *,
        holder: str = "load events",
        wait_seconds: float = WAIT_SECONDS,
        on_progress: OnProgress = lambda _: None,
    ) -> LoadResult:
        """What the inbox holds at this moment and was not loaded yet.

        Raises:
            WarehouseBusy: another load or writer has it; what was written before stays.
        """
        result = LoadResult()
        with self.alone(holder, wait_seconds=wait_seconds, on_wait=on_progress):
            sources = {source.name: source for source in self.sources()}
            judges, shapes = Judges(sources, self.plan_of), Shapes()
            production = [s.name for s in sources.values() if s.environment == "production"]
            with self.writer(holder, wait_seconds, on_progress) as con:
                prune(con, sources, now=datetime.now(UTC))
                position, columns = state(con, POSITION), read_columns(con)
            result.position = position
            batches = self.batches(position, columns, judges, shapes)
            for batch in batches:
                now = datetime.now(UTC)
                with self.writer(holder, wait_seconds, on_progress) as con:
                    if batch.received >= MERGED_BELOW:
                        con.execute("set max_vacuum_tasks = 0")
                    written = write(
                        con, batch, columns, after=position, now=now, production=production
                    )
                position = batch.position
                self.watermark.keep(position, at=now)
                result.add(batch, written, at=datetime.now(UTC))
                on_progress(
                    f"{result.received:,} received, {result.loaded:,} loaded,"
                    f" {result.duplicates:,} duplicates, {result.blocked:,} blocked"
                )
            result.unreadable_plans = judges.unreadable
            if not result.batches:
                self.watermark.keep(position, at=datetime.now(UTC))
        self.forget_old_files(result.position, on_progress)
        return result

    def forget_old_files(self, loaded: Position, on_progress: OnProgress) -> None:
        try:
            self.forget(loaded)
        except (OSError, PlatformError) as error:  # what was loaded is loaded
            on_progress(f"Old files of the inbox could not be removed and stay: {error}")

    def batches(
        self, position: Position, columns: Columns, judges: Judges, shapes: Shapes
    ) -> Iterator[Batch]:
        """Each is made when the one before is written: its columns are known by then."""

        def fresh() -> Batch:
            return Batch(columns.found, judges, shapes)

        batch, size = fresh(), 0
        for chunk in self.inbox.read(position, limit_bytes=self.chunk_bytes):
            batch.add(chunk.records)
            batch.position = chunk.next
            size += sum(map(len, chunk.records))
            if size >= self.batch_bytes or batch.received >= self.batch_records:
                yield batch
                batch, size = fresh(), 0
        if batch.received:
            yield batch

    @contextmanager
    def alone(self, holder: str, *, wait_seconds: float, on_wait: OnProgress) -> Iterator[None]:
        """One load or replay at a time, so that what was read of columns stays true meanwhile."""
        path = self.home / "events" / "loading.lock"
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (
            WriterLock(path).held(holder, wait_seconds=wait_seconds, on_wait=on_wait),
            without_garbage_collection(),
            without_memory_pool(),
        ):
            yield

    @contextmanager
    def writer(
        self, holder: str, wait_seconds: float, on_wait: OnProgress
    ) -> Iterator[duckdb.DuckDBPyConnection]:
        warehouse = replace(self.warehouse, memory_limit=MEMORY_LIMIT, threads=1)
        with warehouse.writer(holder, wait_seconds=wait_seconds, on_wait=on_wait) as con:
            con.execute(f"set disabled_compression_methods = '{NOT_TRIED}'")
            if not is_prepared(con):
                prepare(con)
            yield con


@contextmanager
def without_garbage_collection() -> Iterator[None]:
    """Messages hold no cycles. Looking for some, through all that is alive, took 8 of the 60
    microseconds that a message costs."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


@contextmanager
def without_memory_pool() -> Iterator[None]:
    """Arrow's own pool asks the system for new pages for each batch, which cost 6 microseconds for
    each message to be zeroed, and keeps 120 MB of them."""
    import pyarrow as pa

    before = pa.default_memory_pool()
    pa.set_memory_pool(pa.system_memory_pool())
    try:
        yield
    finally:
        pa.set_memory_pool(before)
