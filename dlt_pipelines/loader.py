"""Loads packages in the order they were read, by a thread of its own: the next slice is read
meanwhile.

Belongs here: that thread, one package's load, the warehouse held for it. Does not belong here: what
a load writes (`destination.py`), when a slice is whole (`sync.py`).

At most one package is being loaded while another is read, so a crash costs what it cost before: all
packages on disk are whole, and the next sync loads them, in their order. `dlt.Pipeline.load` would
save the pipeline's state at its end, over the one that the next slice's reading has moved.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import AbstractContextManager, suppress
from threading import get_ident
from time import monotonic
from types import TracebackType
from typing import Any, cast

import dlt
import duckdb
from dlt.common.runners.pool_runner import run_pool
from dlt.dataset.utils import get_destination_client_initial_config
from dlt.load import Load
from dlt.load.configuration import LoaderConfiguration
from dlt.pipeline.exceptions import PipelineStepFailed

from dlt_pipelines.destination import Loading, WarehouseDestination
from dlt_pipelines.memory import give_back

INTERRUPT_SECONDS = 0.1
OpenWarehouse = Callable[[str], AbstractContextManager[duckdb.DuckDBPyConnection]]


class Loader:
    """`take` gets each load's report, and how many seconds the warehouse was held, by the thread
    that waits for it. Leaving the context waits for the load that runs; an interrupt rolls it back.
    """

    def __init__(
        self,
        pipeline: dlt.Pipeline,
        *,
        holder: str,
        open_warehouse: OpenWarehouse,
        on_progress: Callable[[str], None],
        take: Callable[[Loading, float], None],
    ) -> None:
        self.pipeline, self.holder = pipeline, holder
        self.open_warehouse, self.on_progress, self.take = open_warehouse, on_progress, take
        self.pool = ThreadPoolExecutor(1, thread_name_prefix=f"load {pipeline.pipeline_name}")
        self.running: tuple[Loading, Future[float]] | None = None
        self.thread: int | None = None

    def begin(self, loading: Loading) -> None:
        """Everything that is read. Raises what the load before it raised."""
        self.wait()
        self.pipeline.normalize()
        self.running = loading, self.pool.submit(self.load, loading)

    def wait(self) -> None:
        """Until everything that was begun is committed."""
        if self.running is None:
            return
        loading, future = self.running
        seconds = future.result()
        self.running = None
        self.take(loading, seconds)

    def load(self, loading: Loading) -> float:
        self.thread = get_ident()
        give_back()
        self.on_progress("waiting for the warehouse")
        with self.open_warehouse(self.holder) as con:
            self.on_progress("loading")
            began = monotonic()
            self.load_packages(WarehouseDestination(con, loading=loading))
            return monotonic() - began

    def load_packages(self, destination: WarehouseDestination) -> None:
        step: Any = Load(
            cast(Any, destination),
            config=LoaderConfiguration(
                workers=1,
                raise_on_failed_jobs=True,
                _load_storage_config=self.pipeline._load_storage_config(),
            ),
            initial_client_config=get_destination_client_initial_config(
                cast(Any, destination), dataset_name=self.pipeline.dataset_name
            ),
        )
        try:
            run_pool(step.config, step)
        except Exception as error:
            raise PipelineStepFailed(self.pipeline, "load", step.current_load_id, error) from error

    def interrupt(self) -> None:
        """Rolls back the load that runs; one that waits for the warehouse, for minutes if need be,
        waits no longer. Its package stays for the next sync."""
        if self.running is None:
            return
        loading, future = self.running
        is_told = future.cancel()
        while not future.done():
            if loading.interrupt is not None:
                # DuckDB forgets it between two statements, so it is told until the load has ended.
                with suppress(duckdb.ConnectionException):  # which it has by then
                    loading.interrupt()
            elif not is_told and self.thread is not None:
                told = ctypes.c_ulong(self.thread), ctypes.py_object(KeyboardInterrupt)
                is_told = bool(ctypes.pythonapi.PyThreadState_SetAsyncExc(*told))
            wait([future], timeout=INTERRUPT_SECONDS)

    def __enter__(self) -> Loader:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if kind is None:
                self.wait()
            elif not issubclass(kind, Exception):
                self.interrupt()
        finally:
            self.pool.shutdown()
