"""Runs one sync of a connector in a process of its own, which its test kills: see `test_contract`.

The processes are forked from one that has loaded the drivers already, and has no thread of its own.

Belongs here: starting the process, the sync. Does not belong here: when it is killed (the emulated
vendor does it, in the middle of a page).
"""

from __future__ import annotations

import multiprocessing
from multiprocessing.process import BaseProcess
from pathlib import Path

from dlt_pipelines.connector import Connector
from dlt_pipelines.sync import sync
from dlt_pipelines.windows import SyncRequest
from tests.connectors.played_vendors import SHORT_SECOND, connector_named, modules_that_wait
from tests.connectors.stage import Stage
from tests.warehouse_file import warehouse_in


def started(stage: Stage) -> BaseProcess:
    """A process that syncs the main table of a stage."""
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload([__name__])
    request = SyncRequest(
        now=stage.vendor.now(), tables=frozenset({stage.vendor.main}), reconcile=False
    )
    told = (stage.connector.name, stage.vendor.values, str(stage.home), request)
    process = processes.Process(target=run, args=told, daemon=True)
    process.start()
    return process


def run(name: str, values: dict[str, str], home: str, request: SyncRequest) -> None:
    for module in modules_that_wait(name):
        module.SECOND = SHORT_SECOND
    connector: Connector = connector_named(name)
    folder = Path(home)
    sync(
        connector,
        connection_id="one",
        values=values,
        home=folder,
        open_warehouse=lambda holder: warehouse_in(folder),
        request=request,
    )
