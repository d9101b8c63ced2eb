"""Products between two emulated vendors: how soon, how many calls, how near to the vendor's limit.

The emulator answers from this process, the work is done in one of its own. BENCH_PRODUCTS and
BENCH_DELIVERIES say how many products are queued and how many deliveries tell of nothing new.
"""

from __future__ import annotations

import os
import resource
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.measure import Cost, cost
from benchmarks.product_sync.stage import TENANT, Stage, deliver, gateway, staged

TARGET = (
    "p50 under 1 s while draining, under 12 s from idle; 0.95 of the vendor's limit;"
    " 200 unchanged a second, memory flat"
)
HEADINGS = ("", "measured", "beside", "CPU s", "peak MB")
PRODUCTS = int(os.environ.get("BENCH_PRODUCTS", "200"))
DELIVERIES = int(os.environ.get("BENCH_DELIVERIES", "2000"))
UNCHANGED = min(250, DELIVERIES // 4)
EDITS, IDLE_EDITS = 15, 5
EDIT_EVERY_SECONDS = 1.0
IDLE_SECONDS = 8.0
"""Longer than a run waits for more: the next edit finds none at work."""
SHOP_PRODUCT = 2_000_001
SHOP_KEY = f"shopify/gid://shopify/Product/{7_200_000_000_000 + SHOP_PRODUCT}"


# ---------------------------------------------------------------------- in a process of their own


def drain(home: str, quiet_seconds: float = 0.0) -> Iterator[dict[str, Any]]:
    work = opened(home)
    yield {}
    began = time.perf_counter()
    worked = work.drain(quiet_seconds=quiet_seconds)
    yield {"results": worked.results, "seconds": time.perf_counter() - began}


def by_hand(home: str, key: str) -> dict[str, int]:
    return opened(home).by_hand([key]).results


def told_again(home: str, keys: list[str], rounds: int, version: int) -> Iterator[dict[str, Any]]:
    """The same products told of again and again; only the working counts, not the receiving."""
    from chord_platform.bootstrap import open_platform
    from chord_platform.settings import read_settings

    platform = open_platform(read_settings(Path(home)))
    work = opened(home)
    yield {}
    seconds, peaks = 0.0, []
    for turn in range(rounds):
        event = f"again {turn} {version}"
        deliver(platform, keys, event, subject="Entry.publish", version=version)
        began = time.perf_counter()
        work.drain()
        seconds += time.perf_counter() - began
        peaks.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    yield {
        "results": work.worked.results,
        "seconds": seconds,
        "quarter": peaks[max(0, rounds // 4 - 1)],
        "whole": peaks[-1],
    }


def opened(home: str) -> Any:
    from chord_platform.bootstrap import open_platform
    from chord_platform.product_deliveries.working import ProductWork
    from chord_platform.settings import read_settings

    return ProductWork(open_platform(read_settings(Path(home))), TENANT, worker="benchmark")


# ---------------------------------------------------------------------- the rows


def rows() -> Iterator[tuple[str, ...]]:
    with tempfile.TemporaryDirectory(prefix="product-sync-") as folder:
        yield from calls_per_product(Path(folder) / "calls")
        yield at_the_limit(Path(folder) / "limit")
        yield from dismissed(Path(folder) / "unchanged")
        yield while_draining(Path(folder) / "draining")
        yield from_idle(Path(folder) / "idle")


def calls_per_product(folder: Path) -> Iterator[tuple[str, ...]]:
    """Of a product with two variants."""
    with staged(folder) as stage:
        key = stage.make(0)
        for name, before, told, least in (
            ("new in the CMS", lambda: None, key, "2 reads, 2 writes a variant; 3"),
            (
                "changed in the CMS",
                lambda: stage.edit(0, "Edited"),
                key,
                "1 read; query, productSet",
            ),
            ("changed in the shop", lambda: rename(stage), SHOP_KEY, "1 read, put, publish; query"),
            ("told again, unchanged", lambda: None, SHOP_KEY, "1 read"),
        ):
            before()
            stage.asked()
            stage.deliver([told], name)
            cost(drain, home=home(stage))
            yield line_of_calls(stage, name, least)
        cost(by_hand, home=home(stage), key=key)
        yield line_of_calls(stage, "unchanged, by hand", "1 read; 1 query")


def line_of_calls(stage: Stage, name: str, least: str) -> tuple[str, ...]:
    asked = stage.asked()
    once = f" (+{asked.once} a run)" if asked.once else ""
    return f"calls: {name}", f"{asked}{once}", least, "", ""


def rename(stage: Stage) -> None:
    stage.shop.update_product(SHOP_PRODUCT, title="Renamed")


def at_the_limit(folder: Path) -> tuple[str, ...]:
    with staged(folder) as stage:
        keys = [stage.make(number) for number in range(PRODUCTS)]
        stage.deliver(keys, "new")
        cost(drain, home=home(stage))
        for number in range(PRODUCTS):
            stage.edit(number, f"Edited {number}")
        stage.deliver(keys, "changed")
        stage.asked()
        stage.with_limits()
        spent = cost(drain, home=home(stage))
        asked, seconds = stage.asked(), spent.answer["seconds"]
        assert spent.answer["results"] == {"written": PRODUCTS}, spent.answer
        rate, bucket = stage.cms.rate.limit, stage.shop.bucket
    # What may go out at once, before the limit holds anyone back, is not counted as waiting.
    least = {
        "Contentful": (asked.contentful + asked.once - rate) / rate,
        "Shopify": (asked.points - bucket.maximum) / bucket.restore_rate,
    }
    binds = max(least, key=lambda vendor: least[vendor])
    said = f"{least[binds] / seconds:.2f} of what {binds} allows"
    both = ", ".join(f"{vendor} {max(0, each):.0f} s" for vendor, each in least.items())
    name = f"{PRODUCTS} changed products drained, {PRODUCTS / seconds:.1f} a second"
    return name, said, f"{seconds:.0f} s; least: {both}", f"{spent.cpu:.1f}", peak(spent)


def dismissed(folder: Path) -> Iterator[tuple[str, ...]]:
    rounds = DELIVERIES // UNCHANGED
    with staged(folder) as stage:
        keys = [stage.make(number) for number in range(UNCHANGED)]
        stage.deliver(keys, "new")
        cost(drain, home=home(stage))
        for name, version in (("one read each", 0), ("old news, no call", 1)):
            stage.asked()
            spent = cost(told_again, home=home(stage), keys=keys, rounds=rounds, version=version)
            found, asked = spent.answer, stage.asked()
            total = sum(found["results"].values())
            yield (
                f"{total} unchanged deliveries, {name}",
                f"{total / found['seconds']:.0f} a second",
                f"{asked.contentful + asked.shopify} calls;"
                f" {found['quarter']:.0f} MB at a quarter, {found['whole']:.0f} MB at the end",
                f"{spent.cpu:.1f}",
                peak(spent),
            )


def while_draining(folder: Path) -> tuple[str, ...]:
    """A run is at work, and someone edits once a second, within both vendors' limits."""
    with staged(folder) as stage, gateway(stage):
        stage.with_limits()
        spent: list[Cost] = []
        run = lambda: spent.append(cost(drain, home=home(stage), quiet_seconds=15.0))  # noqa: E731
        worker = threading.Thread(target=run)
        worker.start()
        stage.make(0)
        wait_for(stage, "Product 0")
        taken = []
        for number in range(EDITS):
            time.sleep(EDIT_EVERY_SECONDS)
            taken.append(edited(stage, f"Edit {number}"))
        worker.join()
    name = "edit to written destination, while draining, p50"
    return name, f"{p50(taken)} s", spread(taken), f"{spent[0].cpu:.1f}", peak(spent[0])


def from_idle(folder: Path) -> tuple[str, ...]:
    with staged(folder) as stage, gateway(stage), daemon(stage):
        stage.with_limits()
        stage.make(0)
        wait_for(stage, "Product 0")
        taken = []
        for number in range(IDLE_EDITS):
            wait_for_idle(stage)
            taken.append(edited(stage, f"Idle {number}"))
    return "edit to written destination, from idle, p50", f"{p50(taken)} s", spread(taken), "", ""


@contextmanager
def daemon(stage: Stage) -> Iterator[None]:
    from chord_dagster.home import install_dagster_home
    from chord_dagster.processes import Dagster, free_port

    settings = stage.platform.settings
    install_dagster_home(settings)
    dagster = Dagster(settings, free_port(3000))
    dagster.start()
    try:
        stage.dagster_url = dagster.url
        yield
    finally:
        dagster.stop()


def wait_for_idle(stage: Stage) -> None:
    """No run is at work, and no echo is left that could begin one."""
    from benchmarks.idle_sync import runs

    quiet_since = time.monotonic()
    give_up = quiet_since + 120
    while time.monotonic() - quiet_since < IDLE_SECONDS:
        if time.monotonic() > give_up:
            raise RuntimeError("the runs come to no end")
        if not all(run["endTime"] for run in runs(stage.dagster_url, "sync_products")):
            quiet_since = time.monotonic()
        time.sleep(0.5)


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


def home(stage: Stage) -> str:
    return str(stage.platform.settings.home)


def p50(taken: list[float]) -> str:
    return f"{statistics.median(taken):.2f}"


def spread(taken: list[float]) -> str:
    return f"{min(taken):.2f} to {max(taken):.2f} s of {len(taken)}"


def peak(spent: Cost) -> str:
    return f"{spent.peak_mb:.0f}"
