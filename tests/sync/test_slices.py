"""A slice is read while the one before it is loaded: what that may not change."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import duckdb
import pytest

from dlt_pipelines.connector import ConnectionSettings
from dlt_pipelines.destination import WarehouseClient
from tests.sync import small_shop
from tests.sync.small_shop import SmallShop

WAIT = 30


@pytest.fixture
def shop(tmp_path: Any) -> SmallShop:
    """Of two slices: two orders, then the newest."""
    shop = SmallShop(tmp_path)
    shop.world["slice_end"] = shop.world["orders"][1]["updated_at"]
    return shop


@pytest.fixture
def second_slice(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Set when the second slice is about to be read."""
    begun, build, slices = threading.Event(), small_shop.CONNECTOR.build_source, [1, 2]

    def building(settings: ConnectionSettings) -> Any:
        if slices.pop(0) == 2:
            begun.set()
        return build(settings)

    monkeypatch.setitem(vars(small_shop.CONNECTOR), "build_source", building)
    return begun


def test_the_next_slice_is_read_while_one_is_loaded(
    shop: SmallShop, second_slice: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    met, open_warehouse = list[bool](), small_shop.warehouse

    @contextmanager
    def waiting(home: Any) -> Iterator[duckdb.DuckDBPyConnection]:
        if threading.current_thread() is not threading.main_thread() and not met:
            met.append(second_slice.wait(WAIT))
        with open_warehouse(home) as con:
            yield con

    monkeypatch.setattr(small_shop, "warehouse", waiting)
    result = shop.sync()
    assert met == [True]
    assert (result.tables["orders"].inserted, shop.ids("orders")) == (3, ["1", "2", "3"])


def test_a_load_that_fails_is_the_syncs_failure_and_is_loaded_by_the_next_one(
    shop: SmallShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(WarehouseClient, "write_package", disk_full)
        with pytest.raises(Exception, match="no room on the disk"):
            shop.sync()
    assert shop.sync().tables["orders"].total == 3
    assert (shop.ids("orders"), shop.ids("lines")) == (["1", "2", "3"], ["a", "b", "c"])


def test_an_interrupt_ends_the_load_that_runs_and_nothing_is_lost(
    shop: SmallShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    loading = threading.Event()

    def endless(self: Any, con: duckdb.DuckDBPyConnection, *_: Any) -> None:
        loading.set()
        time.sleep(0.3)  # the interrupt comes between two statements
        con.execute("select sum(a.range + b.range) from range(10_000_000) a, range(10_000_000) b")

    with monkeypatch.context() as patch:
        patch.setattr(WarehouseClient, "write_package", endless)
        patch.setitem(vars(small_shop.CONNECTOR), "build_source", interrupted_after(loading))
        with pytest.raises(KeyboardInterrupt):
            shop.sync()
    assert shop.sync().tables["orders"].total == 3
    assert (shop.ids("orders"), shop.ids("lines")) == (["1", "2", "3"], ["a", "b", "c"])


def test_an_interrupt_ends_the_wait_for_the_warehouse(
    shop: SmallShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting, began = threading.Event(), time.monotonic()
    opened = small_shop.warehouse

    @contextmanager
    def taken(home: Any) -> Iterator[duckdb.DuckDBPyConnection]:
        if threading.current_thread() is not threading.main_thread():
            waiting.set()
            while time.monotonic() < began + WAIT:
                time.sleep(0.05)
        with opened(home) as con:
            yield con

    with monkeypatch.context() as patch:
        patch.setattr(small_shop, "warehouse", taken)
        patch.setitem(vars(small_shop.CONNECTOR), "build_source", interrupted_after(waiting))
        with pytest.raises(KeyboardInterrupt):
            shop.sync()
    assert time.monotonic() < began + WAIT
    assert shop.sync().tables["orders"].total == 3
    assert shop.ids("orders") == ["1", "2", "3"]


def interrupted_after(event: threading.Event) -> Any:
    """Ctrl-C as the second slice is about to be read."""
    build = small_shop.CONNECTOR.build_source

    def built(settings: ConnectionSettings) -> Any:
        if settings.windows["orders"].since is not None:
            assert event.wait(WAIT)
            raise KeyboardInterrupt
        return build(settings)

    return built


def disk_full(*_: Any) -> None:
    raise duckdb.IOException("no room on the disk")
