"""Extract: Klaviyo events, Shopify orders, Google Ads days, Zendesk tickets, beside a plain loop.

Belongs here: sizes, the order of the runs, the lines printed. Does not belong here: the emulated
vendors' process (`server.py`), the loops (`loops.py`), the sync that is measured (`work.py`).

The loop is what one writes in an hour: requests, orjson, and an upsert of each page's Arrow table
into DuckDB, with the same columns and the vendor's record; no history, no proofs, no resuming.
The server is a process of its own and has given every answer once before anything is measured.
`late`: every answer takes 150 ms longer. `wait`: the requests of that run times that, by as many at
once as the connector sends. `of floor`: the late run's wall beside the longer of its waiting and
the wall of the run without lateness. The vendors' own limits are off: of these four only Zendesk's
ten exports a minute would tell, and then alone (100 requests take nine minutes).

Environment: BENCH_VENDORS (names, by commas), BENCH_KLAVIYO, BENCH_SHOPIFY, BENCH_GOOGLE_ADS,
BENCH_ZENDESK (rows), BENCH_LATENCY_MS.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from typing import Any

from benchmarks.extract import loops
from benchmarks.extract.server import Served, served
from benchmarks.extract.work import sync_path
from benchmarks.measure import Cost, cost

TARGET = (
    "requests at most 1.05 x (rows / largest page); 150 ms late: at most 1.3 x the floor;"
    " 0.6 of the loop's rows per CPU second; under 400 MB, flat in rows"
)
HEADINGS = (
    *("", "rows", "rows/s", "ms CPU/1,000", "of loop", "MB (at 1/4)"),
    *("asked (least)", "wall s", "wait s", "of floor"),
)
LATE = float(os.environ.get("BENCH_LATENCY_MS", "150")) / 1000
FRACTION = 4
"""Peak memory is measured at a quarter of the rows too."""


@dataclass(frozen=True)
class Stream:
    """at_once: requests on their way together, one where each page names the next."""

    vendor: str
    table: str
    rows: int
    largest_page: int
    at_once: int
    loop: Callable[..., Any]


def size(vendor: str, rows: int) -> int:
    return int(os.environ.get(f"BENCH_{vendor.upper()}", rows))


STREAMS = (
    Stream("klaviyo", "events", size("klaviyo", 200_000), 1000, 12, loops.klaviyo),
    Stream("shopify", "orders", size("shopify", 50_000), 250, 1, loops.shopify),
    Stream("google_ads", "ad_daily", size("google_ads", 500_000), 10_000, 2, loops.google_ads),
    Stream("zendesk", "tickets", size("zendesk", 100_000), 1000, 1, loops.zendesk),
)


def rows() -> list[tuple[str, ...]]:
    wanted = os.environ.get("BENCH_VENDORS", ",".join(each.vendor for each in STREAMS)).split(",")
    return [line for each in STREAMS if each.vendor in wanted for line in of_stream(each)]


def of_stream(stream: Stream) -> list[tuple[str, ...]]:
    with served(stream.vendor, stream.rows // FRACTION) as server:
        small = measured(stream, server)
    with served(stream.vendor, stream.rows) as server:
        measured(stream, server)  # the server prepares its answers
        loop(stream, server)
        plain = loop(stream, server)
        soon = measured(stream, server)
        server.late(LATE)
        late = measured(stream, server)
    return [
        (
            f"{stream.vendor}, loop",
            *(f"{plain.answer:,}", f"{plain.answer / plain.wall:,.0f}"),
            *(each_thousand(plain, plain.answer), "1.00", f"{plain.peak_mb:.0f}"),
            *("", f"{plain.wall:.1f}", "", ""),
        ),
        line(stream, soon, plain, f"{soon.peak_mb:.0f} ({small.peak_mb:.0f})", "sync"),
        line(stream, late, plain, f"{late.peak_mb:.0f}", "late", soon=soon),
    ]


def line(
    stream: Stream, run: Cost, plain: Cost, peak: str, name: str, *, soon: Cost | None = None
) -> tuple[str, ...]:
    """soon: the run without lateness, beside a late one. No run can be sooner than it, nor than the
    waiting for answers alone."""
    seen, requests = run.answer["rows"], run.answer["requests"]
    speed = seen / run.cpu / (plain.answer / plain.cpu)
    waiting = requests * LATE / stream.at_once
    floor = 0.0 if soon is None else max(soon.wall, waiting)
    return (
        f"{stream.vendor}, {name}",
        *(f"{seen:,}", f"{seen / run.wall:,.0f}", each_thousand(run, seen), f"{speed:.2f}", peak),
        f"{requests} ({ceil(seen / stream.largest_page)})",
        f"{run.wall:.1f}",
        *((f"{waiting:.1f}", f"{run.wall / floor:.2f}") if floor else ("", "")),
    )


def each_thousand(run: Cost, seen: int) -> str:
    return f"{run.cpu / seen * 1_000_000:.1f}"


def loop(stream: Stream, server: Served) -> Cost:
    more = {"now": server.now, "accounts": server.accounts} if stream.vendor == "google_ads" else {}
    return in_folder(stream.loop, values=dict(server.values), **more)


def measured(stream: Stream, server: Served) -> Cost:
    return in_folder(
        sync_path,
        vendor=stream.vendor,
        table=stream.table,
        values=dict(server.values),
        now=server.now,
    )


def in_folder(work: Callable[..., Any], **options: Any) -> Cost:
    with tempfile.TemporaryDirectory(prefix="extract-") as folder:
        return cost(work, folder=folder, **options)
