"""A sync with nothing new: through Dagster's daemon, and in a process that is warm.

Through the daemon: a sync is asked for as the page asks, its sensor launches the run, and Dagster's
own record says how long that took from created to ended.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import requests

from benchmarks.measure import cost

TARGET = "p50 under 12 s through the daemon, under 0.5 s in a warm process"
TIMES = 9


def warm(values: dict[str, str], connector: str, folder: str) -> Iterator[dict[str, float]]:
    from benchmarks.oms_load import warehouse
    from dlt_pipelines.catalog import connector as found
    from dlt_pipelines.sync import sync
    from dlt_pipelines.windows import SyncRequest

    home = Path(folder)

    def once() -> float:
        began = time.perf_counter()
        sync(
            found(connector),
            connection_id="idle",
            values=values,
            home=home,
            open_warehouse=lambda holder: warehouse(home / "warehouse.duckdb"),
            request=SyncRequest(now=datetime.now(UTC)),
        )
        return time.perf_counter() - began

    once()
    once()
    yield {}
    yield {"p50": statistics.median(once() for _ in range(TIMES))}


def rows() -> list[tuple[str, ...]]:
    from vendor_emulator.business import Business
    from vendor_emulator.clock import Clock
    from vendor_emulator.server import Emulator
    from vendor_emulator.vendors.chord_oms.server import OmsServer

    # Its last day holds what is read again for a while: at some hours a sync found "something new".
    business = Business(orders=2000, today=(datetime.now(UTC) - timedelta(days=2)).date())
    options: dict[str, Any] = {"shopify": {"plan": "plus"}}
    lines = []
    with (
        tempfile.TemporaryDirectory(prefix="idle-sync-") as folder,
        Emulator(business=business, clock=Clock(datetime.now(UTC)), options=options) as emulator,
        OmsServer.start(Path(folder) / "postgres", business) as oms,
    ):
        for connector, values in (
            ("shopify", emulator.credentials("shopify")),
            ("chord_oms", oms.credentials()),
        ):
            home = Path(folder) / connector
            home.mkdir()
            spent = cost(warm, values=values, connector=connector, folder=str(home))
            each = f"{spent.cpu / TIMES:.2f}", f"{spent.answer['p50']:.2f}"
            lines.append((f"{connector}, warm, p50", *each, "", "", f"{spent.peak_mb:.0f}"))
        given = {"shopify": emulator.credentials("shopify"), "chord_oms": oms.credentials()}
        for connector, seconds in through_the_daemon(Path(folder) / "home", given).items():
            p50 = f"{statistics.median(seconds):.1f}"
            lines.append((f"{connector}, through the daemon, p50", "", p50, "", "", ""))
    return lines


def through_the_daemon(home: Path, given: dict[str, dict[str, str]]) -> dict[str, list[float]]:
    from chord_dagster.home import install_dagster_home
    from chord_dagster.processes import Dagster, free_port
    from chord_platform.bootstrap import open_platform
    from chord_platform.settings import read_settings
    from chord_platform.store import migrate

    settings = read_settings(home)
    migrate(settings)
    install_dagster_home(settings)
    platform = open_platform(settings)
    for connector, values in given.items():
        platform.connections.add(
            connector, connector=connector, values=values, start=True, by="benchmark"
        )
    taken: dict[str, list[float]] = {connector: [] for connector in given}
    dagster = Dagster(settings, free_port(3000))
    dagster.start()
    try:
        for _ in range(1 + TIMES // 2):
            for connector in given:
                platform.connections.request_sync(connector, by="benchmark")
                taken[connector].append(launched_to_success(dagster.url, f"sync_{connector}"))
    finally:
        dagster.stop()
    return {connector: seconds[1:] for connector, seconds in taken.items()}


RUNS = """query Runs($job: String!) { runsOrError(filter: {pipelineName: $job}, limit: 50) {
  ... on Runs { results { runId status creationTime endTime } } } }"""


def launched_to_success(url: str, job: str) -> float:
    """Of the next run of that job; others that its schedule starts are waited for as well."""
    before = {run["runId"] for run in runs(url, job)}
    give_up = time.monotonic() + 180
    while time.monotonic() < give_up:
        new = [run for run in runs(url, job) if run["runId"] not in before]
        if new and all(run["endTime"] for run in new):
            run = new[-1]
            if run["status"] != "SUCCESS":
                raise RuntimeError(f"{job} ended as {run['status']}")
            return run["endTime"] - run["creationTime"]
        time.sleep(0.5)
    raise RuntimeError(f"{job} did not end in three minutes")


def runs(url: str, job: str) -> list[dict[str, Any]]:
    body = {"query": RUNS, "variables": {"job": job}}
    answer = requests.post(f"{url}/graphql", json=body, timeout=30)
    answer.raise_for_status()
    return answer.json()["data"]["runsOrError"]["results"]
