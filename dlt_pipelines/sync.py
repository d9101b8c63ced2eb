"""Runs one connection into the warehouse and reports rows, or who must act.

Belongs here: building the dlt pipeline, choosing windows, running it, its one lock.
Does not belong here: connection statuses, retries across runs, Dagster.

Extract and normalize need no warehouse; only the load opens it, through `open_warehouse`, and holds
it for the insert alone.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic, process_time
from typing import Any

import dlt
from dlt.pipeline.exceptions import PipelineStepFailed

from dlt_pipelines.connector import (
    CheckResult,
    ConnectionSettings,
    Connector,
    SyncReport,
    Window,
)
from dlt_pipelines.destination import Loading, StateMismatch, WarehouseDestination
from dlt_pipelines.dlt_settings import own_settings
from dlt_pipelines.failures import causes, translated
from dlt_pipelines.idle import found_nothing, look, take_back
from dlt_pipelines.loader import Loader, OpenWarehouse
from dlt_pipelines.memory import keep_little_aside, old_objects_left_alone, without_pandas
from dlt_pipelines.personal import Protection
from dlt_pipelines.progress import Progress
from dlt_pipelines.results import SyncResult, TableResult
from dlt_pipelines.windows import SyncRequest, is_behind, wanted_tables, windows_of
from dlt_pipelines.working_folder import Working, prune

DEFAULT_HISTORY = timedelta(days=90)


def sync(
    connector: Connector,
    *,
    connection_id: str,
    values: Mapping[str, str],
    home: Path,
    open_warehouse: OpenWarehouse,
    request: SyncRequest,
    history: timedelta = DEFAULT_HISTORY,
    personal: Protection | None = None,
    keep: Callable[[Mapping[str, str]], None] = lambda values: None,
    on_progress: Callable[[str], None] = lambda message: None,
) -> SyncResult:
    """One sync, or a list of committed slices of it. `keep` stores values a vendor renewed.

    Raises:
        SettingsRefused, CredentialsRejected, VendorUnavailable, UnexpectedResponse: who must act.
        AlreadySyncing: another process has this connection.
    """
    running = Sync(
        connector=connector,
        connection_id=connection_id,
        values=connector.complete(values),
        home=home,
        open_warehouse=open_warehouse,
        request=request,
        history=history,
        personal=personal,
        keep=keep,
        on_progress=on_progress,
    )
    started, cpu = monotonic(), process_time()
    keep_little_aside()
    with translated(connector.name), own_settings(), without_pandas(), running.alone():
        running.run()
    running.result.seconds = monotonic() - started
    running.result.cpu_seconds = process_time() - cpu
    return running.result


def check(
    connector: Connector,
    values: Mapping[str, str],
    *,
    keep: Callable[[Mapping[str, str]], None] = lambda values: None,
) -> CheckResult:
    """The vendor's own setup test. Raises like `sync`; `keep` stores values a vendor renewed."""
    with translated(connector.name):
        return connector.check(ConnectionSettings(connector.complete(values), keep=keep))


def count(
    connector: Connector, values: Mapping[str, str], table: str, before: datetime
) -> int | None:
    """The vendor's number of a table's records created before a time; None: it cannot tell."""
    connector.table(table)
    if connector.counts is None:
        return None
    with translated(connector.name):
        settings = ConnectionSettings(connector.complete(values))
        return connector.counts(settings, (table,), before).get(table)


def repair(connector: Connector, *, connection_id: str, home: Path) -> bool:
    """Drops a connection's local working folder, with any stuck load package in it.

    Nothing is lost: cursors stand in the warehouse beside the rows they belong to, and the next
    sync starts from there. Returns whether there was a folder.
    """
    working = Working(connector, connection_id, home)
    with working.lock():
        found = working.folder.exists()
        shutil.rmtree(working.folder, ignore_errors=True)
        return found


@dataclass(kw_only=True)
class Sync:
    connector: Connector
    connection_id: str
    values: Mapping[str, str]
    home: Path
    open_warehouse: OpenWarehouse
    request: SyncRequest
    history: timedelta
    personal: Protection | None
    keep: Callable[[Mapping[str, str]], None]
    on_progress: Callable[[str], None]
    result: SyncResult = field(init=False)
    report: SyncReport = field(default_factory=SyncReport)
    kept: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.result = SyncResult(self.connection_id)
        self.working = Working(self.connector, self.connection_id, self.home)

    @contextmanager
    def alone(self) -> Iterator[None]:
        with self.working.lock():
            shutil.rmtree(self.working.scratch, ignore_errors=True)
            self.working.scratch.mkdir(parents=True)
            try:
                yield
            finally:
                shutil.rmtree(self.working.scratch, ignore_errors=True)

    def run(self) -> None:
        try:
            self.run_slices()
        except (PipelineStepFailed, StateMismatch) as error:
            if not any(isinstance(cause, StateMismatch) for cause in causes(error)):
                raise
            # One of the two was lost or restored from a backup. The rows and the cursors beside
            # them in the warehouse are of one past, so they are taken, and what is missing is read.
            self.result.notes.append("The warehouse was lost or restored; its cursors were taken.")
            shutil.rmtree(self.working.folder, ignore_errors=True)
            self.result.tables.clear()
            self.run_slices()
        self.reconcile()
        self.result.api_requests = self.report.api_requests
        self.result.waited_seconds = self.report.waited_seconds
        self.result.notes += self.report.notes
        for table, messages in self.report.warnings.items():
            self.result.warnings.setdefault(table, []).extend(messages)

    def run_slices(self) -> None:
        pipeline = self.pipeline()
        loader = Loader(
            pipeline,
            holder=f"sync {self.connection_id}",
            open_warehouse=self.open_warehouse,
            on_progress=self.on_progress,
            take=self.take,
        )
        with loader:
            if pipeline.has_pending_data:
                # dlt would load the pending packages and ignore new data (dlt issue 3227).
                self.on_progress("finishing the load that was cut off")
                loader.begin(self.loading(frozenset()))
                loader.wait()
            self.read_slices(pipeline, loader)
        self.result.cursors = self.progress(pipeline).cursors
        prune(self.working.folder / "load" / "loaded")

    def read_slices(self, pipeline: dlt.Pipeline, loader: Loader) -> None:
        whole = self.request.full_refresh
        unfinished = {table.name for table in wanted_tables(self.connector, self.request)}
        reached = self.progress(pipeline).reached(self.request)
        if self.request.is_backfill:
            # One that was cut off goes on where it stopped; one that was finished begins again.
            end = (self.request.until or self.request.now).isoformat()
            reached = {name: cursor for name, cursor in reached.items() if cursor != end}
        while unfinished:
            windows = windows_of(self.connector, self.request, unfinished, reached, whole=whole)
            self.run_slice(pipeline, loader, windows)
            whole = False
            reached = self.progress(pipeline).reached(self.request)
            unfinished = {
                name
                for name, window in windows.items()
                if is_behind(self.connector.table(name), reached, window, self.request)
            }

    def run_slice(self, pipeline: dlt.Pipeline, loader: Loader, windows: dict[str, Window]) -> None:
        settings = ConnectionSettings(
            self.values,
            windows=windows,
            scratch=self.working.scratch,
            report=self.report,
            backfill=self.request.backfill,
            sync_number=self.progress(pipeline).sync_number + 1,
            limits=self.home / "limits",
            keep=self.keep,
            protection=self.personal,
            tables={table.name: table for table in self.connector.tables},
            kept=self.kept,
        )
        source = self.connector.build_source(settings)
        source.schema = source.schema.clone(with_name=self.working.pipeline_name)
        names = [name for name in source.resources if name in windows or not self.is_declared(name)]
        source = source.with_resources(*names)
        for name, window in windows.items():
            if window.whole and name in source.resources:
                source.resources[name].apply_hints(write_disposition="replace")
        self.on_progress("reading")
        with old_objects_left_alone():
            extracted = pipeline.extract(source)
        loading = self.loading(frozenset(windows) - self.unread())
        if found_nothing(extracted):
            loader.wait()
            self.look(pipeline, loading)
        else:
            loader.begin(loading)

    def unread(self) -> set[str]:
        """Tables whose stream could not be read, and those that come with them."""
        unread = set(self.report.skipped)
        for table in self.connector.tables:
            if table.parent and table.parent[0] in unread:
                unread.add(table.name)
        return unread

    def loading(self, asked: frozenset[str]) -> Loading:
        return Loading(
            connector=self.connector,
            connection_id=self.connection_id,
            synced_at=self.request.now,
            counted_before=self.counted_before,
            history=self.history,
            asked=asked,
        )

    def look(self, pipeline: dlt.Pipeline, loading: Loading) -> None:
        number = take_back(pipeline, self.working.pipeline_name)
        self.on_progress("nothing new; counting what is here")
        with self.open_warehouse(f"look {self.connection_id}") as con:
            began = monotonic()
            look(con, loading, dataset=f"raw_{self.connector.name}", number=number)
            seconds = monotonic() - began
        self.take(loading, seconds)

    def take(self, loading: Loading, seconds: float) -> None:
        self.result.lock_seconds += seconds
        for table, result in loading.results.items():
            self.result.tables.setdefault(table, TableResult()).add(result)
        self.result.schema_changes += loading.schema_changes
        self.result.bytes += loading.bytes
        for table, messages in loading.warnings.items():
            self.result.warnings.setdefault(table, []).extend(messages)

    def pipeline(self) -> dlt.Pipeline:
        is_new = not self.working.folder.exists()
        pipeline = dlt.pipeline(
            pipeline_name=self.working.pipeline_name,
            pipelines_dir=str(self.home / "dlt"),
            destination=WarehouseDestination(":memory:"),
            dataset_name=f"raw_{self.connector.name}",
        )
        if is_new:
            with self.open_warehouse(f"cursors of {self.connection_id}") as con:
                pipeline.sync_destination(WarehouseDestination(con))
        return pipeline

    def progress(self, pipeline: dlt.Pipeline) -> Progress:
        return Progress(pipeline, self.working.pipeline_name)

    def is_declared(self, name: str) -> bool:
        return any(table.name == name for table in self.connector.tables)

    @property
    def counted_before(self) -> datetime:
        """Records newer than this may still be on their way into the vendor's index."""
        return self.request.now - timedelta(minutes=10)

    def reconcile(self) -> None:
        if not self.request.reconcile or self.connector.counts is None:
            return
        self.on_progress("comparing with the vendor's own counts")
        settings = ConnectionSettings(
            self.values, report=self.report, limits=self.home / "limits", keep=self.keep
        )
        declared = [
            table.name for table in self.connector.tables if table.name in self.result.tables
        ]
        self.result.forgotten = frozenset(
            table.name for table in self.connector.tables if table.deletes == "unseen"
        )
        theirs = self.connector.counts(settings, declared, self.counted_before)
        self.result.reconciliation = {
            name: (self.result.tables[name].counted, number) for name, number in theirs.items()
        }
