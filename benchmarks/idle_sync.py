"""A sync with nothing new: through Dagster's daemon, and in a process that is warm.

`launch to success` is Dagster's own record of a run: created to ended.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

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

    business = Business(orders=2000, today=datetime.now(UTC).date())
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
    return lines
