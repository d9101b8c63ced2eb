"""Products between two emulated vendors: how soon, how many calls, how near to the vendor's limit.

The emulator answers from this process, the work is done in one of its own. The least that is
possible stands beside the calls.
"""

from __future__ import annotations

import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.measure import Cost, cost
from benchmarks.product_sync.stage import TENANT, TOPICS, Stage, gateway, staged

TARGET = (
    "p50 under 1 s while draining, under 12 s from idle; 0.95 of the vendor's limit;"
    " 200 unchanged a second"
)
HEADINGS = ("", "measured", "beside", "CPU s", "peak MB")
QUEUED = 200
RATE = 10
"""Requests a second; 1,000 products at the default of 7 would take five minutes."""
UNCHANGED, ROUNDS = 250, 8
EDITS, IDLE_EDITS, IDLE_SECONDS = 15, 5, 8.0


def drain(home: str, quiet_seconds: float = 0.0) -> Iterator[dict[str, Any]]:
    from chord_platform.bootstrap import open_platform
    from chord_platform.product_deliveries.working import ProductWork
    from chord_platform.settings import read_settings

    work = ProductWork(open_platform(read_settings(home)), TENANT, worker="benchmark")
    yield {}
    began = time.perf_counter()
    worked = work.drain(quiet_seconds=quiet_seconds)
    yield {**worked.results, "seconds": time.perf_counter() - began}


def rows() -> Iterator[tuple[str, ...]]:
    with tempfile.TemporaryDirectory(prefix="product-sync-") as folder:
        yield from calls_per_product(Path(folder) / "calls")
        yield at_the_limit(Path(folder) / "limit")
        yield dismissed(Path(folder) / "unchanged")
        yield while_draining(Path(folder) / "draining")
        yield from_idle(Path(folder) / "idle")


def work(stage: Stage) -> Cost:
    return cost(drain, home=str(stage.platform.settings.home))


def calls_per_product(folder: Path) -> Iterator[tuple[str, ...]]:
    with staged(folder) as stage:
        key = stage.make(0)
        product = f"shopify/gid://shopify/Product/{7_200_000_000_000 + 2_000_001}"
        for name, act, delivered, least in (
            ("new in the CMS", lambda: None, key, "read, search, write, channels, ids back"),
            ("changed in the CMS", lambda: stage.edit(0, "Changed"), key, "2 reads, 1 productSet"),
            ("changed in the shop", lambda: rename(stage), product, "2 reads, write, publish"),
            ("unchanged, told again", lambda: None, product, "1 read"),
        ):
            act()
            stage.calls()
            stage.deliver(delivered, name)
            work(stage)
            found = stage.calls()
            said = f"{found['contentful']} Contentful, {found['shopify']} Shopify"
            yield f"calls: {name}", said, least, "", ""


def rename(stage: Stage) -> None:
    stage.shop.update_product(2_000_001, title="Changed in the shop")


def at_the_limit(folder: Path) -> tuple[str, ...]:
    options = {"contentful": {"rate": RATE}, "shopify": {"plan": "plus"}}
    with staged(folder, options=options) as stage:
        for number in range(QUEUED):
            stage.deliver(stage.make(number), "new")
        stage.calls()
        spent = work(stage)
        asked, seconds = stage.calls()["contentful"], spent.answer["seconds"]
    share = asked / RATE / seconds
    name = f"{QUEUED} new products at {RATE} requests a second"
    said = f"{share:.2f} of what the limit allows"
    return name, said, f"{seconds:.0f} s, {asked} requests", f"{spent.cpu:.1f}", peak(spent)


def dismissed(folder: Path) -> tuple[str, ...]:
    with staged(folder) as stage:
        keys = [stage.make(number) for number in range(UNCHANGED)]
        again(stage, keys, "new")
        once = again(stage, keys, "once")
        spent: list[Cost] = []
        home = str(stage.platform.settings.home)
        worker = threading.Thread(
            target=lambda: spent.append(cost(drain, home=home, quiet_seconds=3.0))
        )
        worker.start()
        for turn in range(ROUNDS):
            deliver(stage, keys, f"again {turn}")
            while stage.platform.deliveries.ready_topics(TOPICS):
                time.sleep(0.05)
        worker.join()
    said = f"{UNCHANGED / once.answer['seconds']:.0f} a second, one read each"
    flat = f"{peak(once)} MB after {UNCHANGED}, {peak(spent[0])} after {UNCHANGED * ROUNDS}"
    return f"{UNCHANGED} unchanged deliveries", said, flat, f"{once.cpu:.1f}", peak(spent[0])


def again(stage: Stage, keys: list[str], event: str) -> Cost:
    deliver(stage, keys, event)
    return work(stage)


def deliver(stage: Stage, keys: list[str], event: str) -> None:
    for key in keys:
        stage.deliver(key, event)


def while_draining(folder: Path) -> tuple[str, ...]:
    with staged(folder) as stage, gateway(stage):
        stage.make(0)
        home = str(stage.platform.settings.home)
        child = threading.Thread(target=lambda: cost(drain, home=home, quiet_seconds=6.0))
        child.start()
        wait_for(stage, "Product 0")
        taken = [edited(stage, f"Edit {number}") for number in range(EDITS)]
        child.join()
    return "webhook to written, while draining, p50", f"{p50(taken)} s", spread(taken), "", ""


def from_idle(folder: Path) -> tuple[str, ...]:
    from chord_dagster.home import install_dagster_home
    from chord_dagster.processes import Dagster, free_port

    with staged(folder) as stage, gateway(stage):
        settings = stage.platform.settings
        install_dagster_home(settings)
        dagster = Dagster(settings, free_port(3000))
        dagster.start()
        try:
            stage.make(0)
            wait_for(stage, "Product 0")
            taken = []
            for number in range(IDLE_EDITS):
                time.sleep(IDLE_SECONDS)
                taken.append(edited(stage, f"Idle {number}"))
        finally:
            dagster.stop()
    return "webhook to written, from idle, p50", f"{p50(taken)} s", spread(taken), "", ""


def edited(stage: Stage, name: str) -> float:
    began = time.perf_counter()
    stage.edit(0, name)
    wait_for(stage, name)
    return time.perf_counter() - began


def wait_for(stage: Stage, title: str) -> None:
    give_up = time.monotonic() + 120
    while not any(one.title == title for one in list(stage.shop.world.products)):
        if time.monotonic() > give_up:
            raise RuntimeError(f"{title} never came to the shop")
        time.sleep(0.01)


def p50(taken: list[float]) -> str:
    return f"{statistics.median(taken):.2f}"


def spread(taken: list[float]) -> str:
    return f"{min(taken):.2f} to {max(taken):.2f} s of {len(taken)}"


def peak(spent: Cost) -> str:
    return f"{spent.peak_mb:.0f}"
