"""The warehouse: one writer at a time under a file lock, and a published copy for all who read.

Belongs here: opening DuckDB, and the order of lock, build, close and publish.
Does not belong here: how each of them is done (`lock.py`, `build.py`, `publish.py`).
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from chord_platform.errors import NothingPublished, WarehouseBusy, WarehouseError
from chord_platform.warehouse.lock import Holder, WriterLock
from chord_platform.warehouse.memory import take_little, with_enough_memory
from chord_platform.warehouse.publish import Published, ReadCopy
from chord_platform.warehouse.sql_text import literal

if TYPE_CHECKING:
    import duckdb

    from chord_platform.warehouse.results import BuildResult, OnProgress

WAIT_SECONDS = 600.0
MEMORY_LIMIT = "192MB"
RETRY_SECONDS = 0.2
CATALOG = "warehouse"
ROW_GROUP = 20_480
STORAGE = "v1.3.0"
LOCKED_BY_OTHER = "Could not set lock"

reader_numbers = count()


@dataclass(frozen=True)
class Warehouse:
    """`path` is the file that is written, `published_path` the copy that is read.

    memory_limit and threads are DuckDB's, for each writer and each reader; what does not fit is
    spilled to disk beside the file.
    """

    path: Path
    published_path: Path
    sql_dir: Path
    memory_limit: str = MEMORY_LIMIT
    threads: int | None = None

    @property
    def lock(self) -> WriterLock:
        return WriterLock(self.path.with_name(f"{self.path.name}.lock"))

    @property
    def read_copy(self) -> ReadCopy:
        return ReadCopy(self.published_path)

    @property
    def last_published_at(self) -> datetime | None:
        return self.read_copy.published_at()

    @contextmanager
    def writer(
        self,
        holder: str,
        *,
        wait_seconds: float = WAIT_SECONDS,
        on_wait: Callable[[str], None] | None = None,
    ) -> Iterator[duckdb.DuckDBPyConnection]:
        """The only way to write. Hold it briefly: everyone else waits.

        Raises:
            WarehouseBusy: not free within `wait_seconds`; names the holder.
            WarehouseError: asked for inside itself, or the file cannot be opened.
        """
        with (
            self.lock.held(holder, wait_seconds=wait_seconds, on_wait=on_wait) as held,
            self.opened(held, wait_seconds=wait_seconds) as con,
        ):
            yield con

    @contextmanager
    def opened(self, holder: Holder, *, wait_seconds: float) -> Iterator[duckdb.DuckDBPyConnection]:
        """The lock is held. Closing checkpoints, so that the file alone is the whole database."""
        con = self.connect(holder, wait_seconds=wait_seconds)
        try:
            con.execute("set timezone = 'UTC'")
            con.execute("set preserve_insertion_order = false")
            yield con
        finally:
            self.closed(con)

    def closed(self, con: duckdb.DuckDBPyConnection) -> None:
        """Detaching checkpoints and lets go of the file, whatever else holds the connection."""
        import duckdb

        with suppress(duckdb.TransactionException):  # none was open
            con.execute("rollback")
        try:
            con.execute("use memory")
            take_little(con)
            con.execute(f"detach {CATALOG}")
        except duckdb.IOException:
            con.close()
            self.close_with_all_memory()
        finally:
            con.close()

    def close_with_all_memory(self) -> None:
        """A checkpoint that did not fit (rows of 40 kB and more) leaves the file as it was, and its
        log beside it, which the next one who opens the two writes into the file."""
        import duckdb

        config = {"temp_directory": f"{self.path}.tmp", "threads": 1}
        con = self.attached(duckdb.connect(":memory:", config=config))
        try:
            con.execute("use memory")
            con.execute(f"detach {CATALOG}")
        finally:
            con.close()

    def connect(self, holder: Holder, *, wait_seconds: float) -> duckdb.DuckDBPyConnection:
        import duckdb

        give_up = time.monotonic() + max(0.0, wait_seconds - holder.waited)
        while True:
            try:
                return self.attached(duckdb.connect(":memory:", config=self.writers_config()))
            except duckdb.IOException as error:
                if LOCKED_BY_OTHER not in str(error):
                    raise self.unreadable(error) from error
                if time.monotonic() >= give_up:
                    raise WarehouseBusy(
                        f"another program has {self.path} open and takes no part in the lock.",
                        hint=f"Close it there, and read {self.published_path} instead.",
                    ) from error
                time.sleep(RETRY_SECONDS)
            except duckdb.Error as error:
                raise self.unreadable(error) from error

    def attached(self, con: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
        """The file as a catalog of its own, because only `attach` can set its row groups' size.

        Measured, 200,000 records of 2.6 kB: DuckDB's own 122,880 rows a group, 7.2 CPU s and
        1,400 MB; 20,480, without trying dictionaries, 2.1 CPU s and 410 MB.

        Files of 1.3 and later know a compression of texts (DICT_FSST) that is tried once where the
        older ones are tried one after the other: 300,000 rows of 15 columns 0.40 CPU s instead of
        0.51, a tenth smaller; 60,000 records of 2.5 kB 0.95 instead of 0.8, in as little memory.
        An older file is taken over as it is.
        """
        try:
            con.execute(
                f"attach {literal(str(self.path))} as {CATALOG}"
                f" (row_group_size {ROW_GROUP}, storage_version '{STORAGE}')"
            )
            con.execute(f"use {CATALOG}")
            con.execute("set disabled_compression_methods = 'dictionary,zstd'")
        except BaseException:
            con.close()
            raise
        return con

    def config(self) -> dict[str, str | bool | int | float | list[str]]:
        config: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": self.memory_limit
        }
        if self.threads:
            config["threads"] = self.threads
        return config

    def writers_config(self) -> dict[str, str | bool | int | float | list[str]]:
        """What does not fit into memory goes beside the file, as it would had DuckDB opened it by
        its path; else to `.tmp` in whatever folder the process was started in."""
        return {**self.config(), "temp_directory": f"{self.path}.tmp"}

    def unreadable(self, error: Exception) -> WarehouseError:
        first_line = str(error).partition("\n")[0]
        return WarehouseError(
            f"the warehouse {self.path} cannot be opened: {first_line}",
            hint="Was it written by another version of DuckDB, or damaged? Then restore it.",
        )

    @contextmanager
    def reader(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """The newest published copy, read-only, without files or settings within a query's reach.

        Attached to an instance of its own: a connection by path would show the old copy for as
        long as any other handle of this process is open. Costs 9 ms; open one per piece of work.

        Raises:
            NothingPublished: no build has succeeded yet.
        """
        import duckdb

        if not self.published_path.exists():
            raise NothingPublished(
                "nothing is published yet.", hint="Run `chord models build`, or `chord demo`."
            )
        spill = f"chord-reader-{os.getpid()}-{next(reader_numbers)}"
        con = duckdb.connect(
            ":memory:",
            config={
                **self.config(),
                "python_enable_replacements": False,
                "temp_directory": str(Path(tempfile.gettempdir()) / spill),
            },
        )
        try:
            try:
                con.execute(f"attach {literal(str(self.published_path))} as published (read_only)")
            except duckdb.Error as error:
                raise self.unreadable(error) from error
            con.execute("use published")
            con.execute("set timezone = 'UTC'")
            con.execute("set enable_external_access = false")
            con.execute("set lock_configuration = true")
            yield con
        finally:
            con.close()

    def publish(
        self,
        *,
        holder: str = "publish",
        wait_seconds: float = WAIT_SECONDS,
        min_interval: float = 0.0,
        on_wait: Callable[[str], None] | None = None,
    ) -> Published:
        """Copies the warehouse for readers, unless it was not written since, or too recently."""
        with self.lock.held(holder, wait_seconds=wait_seconds, on_wait=on_wait) as held:
            return self.publish_held(held, wait_seconds=wait_seconds, min_interval=min_interval)

    def publish_held(
        self, holder: Holder, *, wait_seconds: float = WAIT_SECONDS, min_interval: float = 0.0
    ) -> Published:
        copy, last = self.read_copy, self.last_published_at
        if last and (datetime.now(UTC) - last).total_seconds() < min_interval:
            return Published("too soon", last)
        if not self.path.exists():
            raise WarehouseError(
                f"there is no warehouse at {self.path} yet.", hint="Sync a connection first."
            )
        self.write_ahead_log_emptied(holder, wait_seconds=wait_seconds)
        if copy.shows(self.path):
            return Published("unchanged", last)
        began = time.perf_counter()
        copied = copy.replace_by(self.path)
        seconds = time.perf_counter() - began
        return Published("copied", copy.published_at(), copied, seconds)

    def write_ahead_log_emptied(self, holder: Holder, *, wait_seconds: float) -> None:
        """A killed writer leaves committed rows in the log; a copy of the file would miss them."""
        log = self.path.with_name(f"{self.path.name}.wal")
        if log.exists():
            with self.opened(holder, wait_seconds=wait_seconds) as con:
                con.execute("force checkpoint")
        if log.exists() and log.stat().st_size:
            raise WarehouseError(
                f"{log} still holds rows after a clean close; nothing was published.",
                hint="Does another program have the warehouse open? Close it, then publish again.",
            )

    def build(
        self,
        *,
        now: datetime,
        select: Iterable[str] | None = None,
        full_refresh: bool = False,
        holder: str = "build models",
        wait_seconds: float = WAIT_SECONDS,
        on_progress: OnProgress | None = None,
    ) -> BuildResult:
        """Lock, build and check in one transaction, close, publish. A broken blocking promise is
        in the result (`raise_for_failure`), and then nothing was committed or published.

        Raises:
            ModelError: a file is wrong, or its query fails; nothing was changed.
            WarehouseError: the models are built, and could not be published.
        """
        from chord_platform.warehouse.build import build
        from chord_platform.warehouse.read_models import read_models
        from chord_platform.warehouse.results import Progress

        def told(progress: Progress) -> None:
            if on_progress:
                on_progress(progress)

        models, checks = read_models(self.sql_dir)
        with self.lock.held(
            holder,
            wait_seconds=wait_seconds,
            on_wait=lambda text: told(Progress("waiting", text)),
        ) as held:
            began = time.perf_counter()
            with self.opened(held, wait_seconds=wait_seconds) as con:
                work = partial(
                    build,
                    con,
                    models,
                    checks=checks,
                    now=now,
                    select=select,
                    full_refresh=full_refresh,
                    on_progress=told,
                )
                result = with_enough_memory(con, work)
            published = None
            if result.committed:
                total = len(result.models) + len(result.checks)
                told(Progress("publishing", "the read copy", total, total))
                published = self.publish_held(held, wait_seconds=wait_seconds)
                told(Progress("published", published.outcome, total, total))
            return replace(
                result,
                published=published,
                waited_seconds=held.waited,
                lock_seconds=time.perf_counter() - began,
            )
