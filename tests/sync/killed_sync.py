"""Runs one sync and kills its own process with SIGKILL at a named point: see `test_kill.py`."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import dlt
from dlt.common.storages.load_storage import LoadStorage

from dlt_pipelines.destination import WarehouseClient
from tests.sync import small_shop
from tests.sync.small_shop import SmallShop


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def before(function: Callable[..., Any]) -> Callable[..., Any]:
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        die()

    return wrapped


def after(function: Callable[..., Any]) -> Callable[..., Any]:
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        function(*args, **kwargs)
        die()

    return wrapped


POINTS: dict[str, tuple[type, str, Callable[..., Any]]] = {
    "before extract": (dlt.Pipeline, "extract", before),
    "after extract": (dlt.Pipeline, "extract", after),
    "after normalize": (dlt.Pipeline, "normalize", after),
    "as the load begins": (WarehouseClient, "complete_load", before),
    "before the commit": (WarehouseClient, "write_package", after),
    "after the commit": (WarehouseClient, "complete_load", after),
    "after the package is archived": (LoadStorage, "complete_load_package", after),
}
IN_EXTRACT = "in extract"
BESIDE_A_LOAD = {"in the next slice": 1, "after the next slice": 2}
"""Where the load of a first slice finds the reading of the second: parts of it that are over."""


def die_in_the_load_of_a_slice(parts_over: int) -> None:
    """In the first load, once the next slice is being read, or was."""
    reached, extract, load = threading.Semaphore(0), dlt.Pipeline.extract, WarehouseClient

    def extracted(*args: Any, **kwargs: Any) -> Any:
        reached.release()
        try:
            return extract(*args, **kwargs)
        finally:
            reached.release()

    def loaded(*args: Any, **kwargs: Any) -> Any:
        for _ in range(2 + parts_over):
            reached.acquire()
        die()

    setattr(dlt.Pipeline, "extract", extracted)  # noqa: B010
    setattr(load, "write_package", loaded)  # noqa: B010


if __name__ == "__main__":
    home, name, point, hours = sys.argv[1:5]
    shop = SmallShop(Path(home), name)
    shop.world = json.loads(shop.file.read_text())
    shop.now += timedelta(hours=int(hours))
    if point == IN_EXTRACT:
        small_shop.deleted_keys = before(small_shop.deleted_keys)
        shop.world["deleted_orders"] = [{"id": 999}]
    elif point in BESIDE_A_LOAD:
        die_in_the_load_of_a_slice(BESIDE_A_LOAD[point])
    else:
        owner, method, wrap = POINTS[point]
        setattr(owner, method, wrap(getattr(owner, method)))
    shop.sync()
