"""Collector: durable events per second through HTTP, beside the same server with less to do.

Belongs here: sizes, the order of the runs, the lines printed. Does not belong here: the servers
(`servers.py`), the sender (`load.py`), the loader's part (`loader.py`).

One server process, a sender of its own on the other core, 64 connections. The six servers are
measured in turn, ROUNDS times, medians. "of (c)" compares events a second, and beside it events for
a second of the server's processor, which a busy machine disturbs less. p99: from the moment each
request was due, at half of the rate that the same run reached.

Environment: BENCH_EVENTS_SECONDS (of each measurement), BENCH_EVENTS_ROUNDS.
"""

from __future__ import annotations

import base64
import os
import statistics
import tempfile
from dataclasses import dataclass
from pathlib import Path

TARGET = (
    "single at least 0.7 of (c), batches of 50 at least 0.5 of (c);"
    " p99 under 50 ms at half of the top rate"
)
HEADINGS = ("", "events/s", "events/CPU s", "of (c)", "CPU of (c)", "p99 ms", "MB")
SECONDS = float(os.environ.get("BENCH_EVENTS_SECONDS", "4"))
ROUNDS = int(os.environ.get("BENCH_EVENTS_ROUNDS", "3"))
SIZES = (1, 50, 100)
NAMES = {
    "durable": "durable",
    "unstored": "(a) answered without storing",
    "unsynced": "(b) appended without fsync",
    "append loop": "(c) append loop, event by event",
    "append bodies": "(d) append loop, bodies unread",
    "table": "(e) durable, into a SQLite table",
}


@dataclass(frozen=True)
class Measured:
    per_second: float
    per_cpu_second: float
    p99: float
    megabytes: float


def rows() -> list[tuple[str, ...]]:
    lines = []
    with tempfile.TemporaryDirectory(prefix="events-") as folder:
        home = Path(folder)
        key = new_key(home)
        for size in SIZES:
            lines += rows_of(size, home, requests_of(key, size))
    return lines


def rows_of(size: int, home: Path, requests: list[bytes]) -> list[tuple[str, ...]]:
    seen: dict[str, list[Measured]] = {variant: [] for variant in NAMES}
    for _ in range(ROUNDS):
        for variant, found in seen.items():
            found.append(measured(variant, home, requests, size))
    medians = {variant: median(found) for variant, found in seen.items()}
    beside = medians["append loop"]
    what = "single" if size == 1 else f"batches of {size}"
    return [
        (
            f"{what}, {NAMES[variant]}",
            f"{one.per_second:,.0f}",
            f"{one.per_cpu_second:,.0f}",
            f"{one.per_second / beside.per_second:.2f}",
            f"{one.per_cpu_second / beside.per_cpu_second:.2f}",
            f"{one.p99 * 1000:.1f}",
            f"{one.megabytes:.0f}",
        )
        for variant, one in medians.items()
    ]


def measured(variant: str, home: Path, requests: list[bytes], size: int) -> Measured:
    from benchmarks.events.load import latencies, top_rate
    from benchmarks.events.servers import running

    with running(variant, home) as server:
        top_rate(server.port, requests, seconds=0.5)  # warm
        cpu = server.cpu()
        rate = top_rate(server.port, requests, seconds=SECONDS)
        spent = server.cpu() - cpu
        waited = latencies(server.port, requests, rate=rate / 2, seconds=SECONDS / 2)
        megabytes = server.peak_mb()
    for path in (*home.rglob("*.log"), *home.glob("inbox.sqlite*")):
        path.unlink()
    return Measured(
        per_second=rate * size,
        per_cpu_second=rate * SECONDS * size / spent,
        p99=waited[int(len(waited) * 0.99)],
        megabytes=megabytes,
    )


def median(runs: list[Measured]) -> Measured:
    return Measured(
        per_second=statistics.median(run.per_second for run in runs),
        per_cpu_second=statistics.median(run.per_cpu_second for run in runs),
        p99=statistics.median(run.p99 for run in runs),
        megabytes=max(run.megabytes for run in runs),
    )


def new_key(home: Path) -> str:
    from chord_platform.bootstrap import open_platform
    from chord_platform.settings import read_settings
    from chord_platform.store import migrate

    settings = read_settings(home)
    migrate(settings)
    platform = open_platform(settings)
    _, key = platform.sources.add("Bench", side="front-end", environment="production")
    platform.store.close()
    return key


def requests_of(key: str, size: int) -> list[bytes]:
    import orjson

    path = "/v1/track" if size == 1 else "/v1/batch"
    basic = base64.b64encode(f"{key}:".encode()).decode()
    made = []
    for number in range(200 if size == 1 else 20):
        events = [event(number * size + each) for each in range(size)]
        sent = {"sentAt": "2026-11-21T00:58:46.619Z"}
        body = orjson.dumps({**events[0], **sent} if size == 1 else {"batch": events, **sent})
        head = (
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Basic {basic}\r\n"
            "User-Agent: bench\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        made.append(head.encode() + body)
    return made


def event(number: int) -> dict[str, object]:
    """1.2 kB, as Chord's client sends a Product Added."""
    product = {
        "name": "Organic cotton shirt",
        "price": 45.5,
        "product_id": f"p{number}",
        "sku": f"SKU-{number:06d}",
        "quantity": 2,
        "variant": "Blue / M",
        "brand": "Example",
    }
    return {
        "type": "track",
        "event": "Product Added",
        "messageId": f"bench-{number:012d}",
        "userId": f"user-{number % 1000}",
        "anonymousId": "a8cf2abd-db44-4f91-a89a-2a9bb26088bb",
        "timestamp": "2026-11-21T00:58:46.119Z",
        "properties": {
            **product,
            "cart_id": f"cart-{number}",
            "currency": "USD",
            "products": [product],
            "total": 91,
            "value": 91,
            "meta": {
                "i18n": {"currency": "USD", "locale": "en-US"},
                "ownership": {"oms_id": "o", "store_id": "s", "tenant_id": "t"},
                "platform": {"name": "Shopify", "type": "web"},
                "store": {"domain": "shop.example.com"},
                "version": {"major": 3, "minor": 0, "patch": 0},
            },
        },
        "context": {
            "library": {"name": "bench", "version": "1.0.0"},
            "page": {
                "path": "/products/shirt",
                "referrer": "",
                "search": "?utm_source=news",
                "title": "Shirt",
                "url": "https://shop.example.com/products/shirt?utm_source=news",
            },
            "userAgent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko)",
            "locale": "en-US",
            "timezone": "UTC",
        },
    }
