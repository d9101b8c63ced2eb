"""Loader: events per second of one core from the inbox into the tables, beside its own parts.

Belongs here: the events, the parts, the lines printed. Does not belong here: the collector's part
(`__init__.py`).

Each work runs in a process of its own over the same inbox: EVENTS messages of 1.2 kB as Chord's
client sends them (six events, pages and identifies; two sources with Chord's plan; one in fifty
violates it), loaded into a warehouse that holds as many already. The parts do less: parsing alone;
parsing and judging; all but writing; and DuckDB reading the same lines into one table of JSON.

Environment: BENCH_LOADER_EVENTS, BENCH_LOADER_ROUNDS.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.measure import costs

if TYPE_CHECKING:
    from chord_platform.bootstrap import Platform

TARGET = "25,000 events/s per core, validation included, flat memory"
HEADINGS = ("", "events/CPU s", "CPU s", "wall s", "of parsing", "peak MB")
EVENTS = int(os.environ.get("BENCH_LOADER_EVENTS", "150000"))
ROUNDS = int(os.environ.get("BENCH_LOADER_ROUNDS", "3"))
SHARE_VIOLATING = 50
TRACKS = (
    "Product Viewed", "Product Added", "Cart Viewed", "Checkout Started", "Order Completed",
    "Product Removed",
)  # fmt: skip
PAUSE = 500
BEGAN = datetime(2026, 11, 21, 9, tzinfo=UTC)


def rows() -> list[tuple[str, ...]]:
    with tempfile.TemporaryDirectory(prefix="loader-") as folder:
        home = Path(folder) / "home"
        prepare(home, EVENTS)
        half = Path(folder) / "half"
        prepare(half, EVENTS // 2)
        here, less = {"home": str(home)}, {"home": str(half)}
        works = (
            ("parsed", parsed, here),
            ("parsed, judged", judged, here),
            ("parsed, judged, laid out as Arrow", laid_out, here),
            ("loaded", loaded, here),
            ("half as many loaded", loaded, less),
            ("(DuckDB alone, lines into one JSON table)", lines_alone, here),
        )
        measured = costs(ROUNDS, *((work, arguments) for _, work, arguments in works))
    parsing = measured[0].cpu
    return [
        (
            name,
            f"{one.answer / one.cpu:,.0f}",
            f"{one.cpu:.2f}",
            f"{one.wall:.2f}",
            f"{parsing / one.cpu * one.answer / measured[0].answer:.2f}",
            f"{one.peak_mb:.0f}",
        )
        for (name, _, _), one in zip(works, measured, strict=True)
    ]


def parsed(home: str) -> Iterator[int]:
    import orjson

    platform = opened(home)
    yield 0
    count = 0
    for chunk in platform.inbox.read():
        for record in chunk.records:
            orjson.loads(record)
            count += 1
    yield count


def judged(home: str) -> Iterator[int]:
    import orjson

    platform = opened(home)
    judge = judges(platform).judge
    yield 0
    count = 0
    for chunk in platform.inbox.read():
        for record in chunk.records:
            envelope = orjson.loads(record)
            judge(envelope["source"], envelope["message"])
            count += 1
    yield count


def laid_out(home: str) -> Iterator[int]:
    import pyarrow as pa

    from chord_platform.events.loading.event_tables import Columns
    from chord_platform.events.loading.shapes import Shapes

    platform = opened(home)
    found = judges(platform)
    pa.array([1])  # loads what Arrow loads once per process
    loader = platform.loader
    with loader.alone("bench", wait_seconds=0, on_wait=lambda _: None):
        yield 0
        count = 0
        for batch in loader.batches("", Columns({}), found, Shapes()):
            count += batch.received
            for table in batch.gathered.values():
                table.finished({})
        yield count


def loaded(home: str) -> Iterator[int]:
    """Into tables that are there: the first load of all makes a thousand columns."""
    with tempfile.TemporaryDirectory(prefix="loading-") as folder:
        shutil.copytree(home, folder, dirs_exist_ok=True)
        platform = opened(folder)
        platform.loader.load()
        with platform.warehouse.writer("bench") as con:
            con.execute("delete from events_meta.state")
            con.execute("delete from events_meta.messages")
        yield 0
        yield platform.loader.load().loaded


def lines_alone(home: str) -> Iterator[int]:
    import duckdb

    platform = opened(home)
    lines = Path(home) / f"lines-{os.getpid()}.ndjson"
    with lines.open("wb") as file:
        for chunk in platform.inbox.read():
            file.write(b"\n".join(chunk.records) + b"\n")
    yield 0
    con = duckdb.connect(str(lines.with_suffix(".duckdb")), config={"threads": 1})
    con.execute(f"create table t as select * from read_ndjson_objects('{lines}')")
    con.execute("checkpoint")
    row = con.execute("select count(*) from t").fetchone()
    con.close()
    lines.unlink()
    lines.with_suffix(".duckdb").unlink()
    yield row[0] if row else 0


def judges(platform: Platform) -> Any:
    from chord_platform.events.loading.judging import Judges

    sources = {source.name: source for source in platform.sources.list()}
    return Judges(sources, platform.loader.plan_of)


def opened(home: str) -> Platform:
    from chord_platform.bootstrap import open_platform
    from chord_platform.settings import read_settings

    return open_platform(read_settings(home))


def prepare(home: Path, count: int) -> None:
    from chord_platform.settings import read_settings
    from chord_platform.store import migrate

    migrate(read_settings(home))
    platform = opened(str(home))
    production = partial(platform.sources.add, environment="production", plan="chord")
    front, _ = production("Bench Front", side="front-end")
    back, _ = production("Bench Back", side="back-end")
    names = (front.name, back.name)
    for start in range(0, count, PAUSE):
        end = min(start + PAUSE, count)
        platform.inbox.append_now([record(n, names[n % 2]) for n in range(start, end)])
    platform.inbox.close()
    platform.store.close()


def record(number: int, source: str) -> bytes:
    import orjson

    from benchmarks.events import event

    at = (BEGAN + timedelta(milliseconds=20 * number)).isoformat(timespec="microseconds")
    at = at.replace("+00:00", "Z")
    message = {**event(number), "timestamp": at, "originalTimestamp": at, "sentAt": at}
    if number % 10 == 9:
        message |= {"type": "identify", "traits": {"email": f"{number % 1000}@example.com"}}
    elif number % 10 in (3, 6):
        message |= {"type": "page", "name": "Shirt", "properties": {"path": "/products/shirt"}}
    else:
        message["event"] = TRACKS[number % len(TRACKS)]
        properties = message["properties"]
        assert isinstance(properties, dict)
        products = [{**each, "revenue": 91} for each in properties["products"]]
        order = {"products": products, "order_id": f"R{number}", "order_date": at, "revenue": 91}
        message["properties"] = properties | (order if number % 5 == 4 else {})
        if message["event"] == "Order Completed":
            message["properties"] = properties | order
        if number % SHARE_VIOLATING == 0:
            message["properties"] |= {"cart_id": number}
    said = {"source": source, "received_at": at, "protocol": "segment", "message": message}
    return orjson.dumps(said)
