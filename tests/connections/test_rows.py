"""What syncs leave in the warehouse, and what the warehouse does to a connection."""

from __future__ import annotations

import threading

import pytest

from chord_platform.connections.connection import Fault, Setup
from chord_platform.connections.requests import SyncOptions
from chord_platform.errors import WarehouseBusy, WarehouseError
from dlt_pipelines.windows import SyncRequest
from tests.connections.fixtures import NOW, World
from tests.connections.market_service import sale

# About rows: which store remembers the connection makes no difference.
pytestmark = pytest.mark.parametrize("migrated_url", ["sqlite"], indirect=True)


def test_a_second_sync_reads_only_what_changed(world: World) -> None:
    world.started()
    world.sync()
    world.market.rows["sales"].append(sale(4, at=world.clock.passes(hours=1).isoformat()))
    world.sync(request=SyncRequest(now=world.clock.now))
    run = world.connections.runs("shop")[0]
    assert run.summary["tables"]["sales"]["received"] == 1
    assert world.count("sales") == 4


def test_a_warehouse_that_cannot_be_opened_breaks_it_and_is_named(world: World) -> None:
    world.started()
    world.settings.warehouse_path.write_text("not a database " * 1000)
    with pytest.raises(WarehouseError):
        world.sync()
    trouble = world.connections.get("shop").trouble
    assert trouble.fault is Fault.WAREHOUSE
    assert "warehouse" in trouble.reason
    world.settings.warehouse_path.unlink()
    world.sync()
    assert world.connections.get("shop").setup is Setup.CONNECTED


def test_a_busy_warehouse_says_nothing_about_the_connection(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.started()
    short = world.connections.warehouse.writer
    monkeypatch.setattr(
        type(world.connections.warehouse),
        "writer",
        lambda self, holder, **how: short(holder, wait_seconds=0.1),
    )
    holding, release = threading.Event(), threading.Event()

    def hold() -> None:
        with world.connections.warehouse.lock.held("the models", wait_seconds=5):
            holding.set()
            release.wait(10)

    thread = threading.Thread(target=hold)
    thread.start()
    holding.wait(5)
    try:
        with pytest.raises(WarehouseBusy, match="the models"):
            world.sync()
    finally:
        release.set()
        thread.join()
    assert world.connections.get("shop").setup is Setup.CONNECTED
    assert world.connections.runs("shop")[0].status == "failed"


def test_a_sync_that_is_stopped_is_remembered_as_stopped(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.started()

    def stop(message: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        world.sync(on_progress=stop)
    assert world.connections.runs("shop")[0].status == "stopped"
    assert world.connections.get("shop").setup is Setup.CONNECTED
    world.sync()
    assert world.count("sales") == 3


def test_a_sync_of_one_table_says_nothing_of_how_fresh_all_is(world: World) -> None:
    world.started()
    world.sync(request=SyncOptions(tables=frozenset({"stalls"})))
    assert world.connections.get("shop").last_synced_at is None
    assert [each.connection_id for each in world.connections.due(NOW)] == ["shop"]


def test_disconnecting_keeps_the_data_and_forgets_the_credentials(world: World) -> None:
    world.started()
    world.sync()
    world.connections.disconnect("shop", keep_data=True, by="ada")
    assert world.connections.list() == []
    assert world.connections.records.secrets("shop") == {}
    assert world.count("sales") == 3
    assert world.audit()[-1] == "disconnected, data kept"


def test_dropping_takes_this_connections_rows_and_no_others(world: World) -> None:
    world.started()
    world.started("other")
    world.sync()
    world.sync("other")
    world.market.rows["sales"][0] = sale(1, at=world.clock.passes(hours=1).isoformat())
    world.sync()
    dropped = world.connections.disconnect("shop", keep_data=False, by="ada")
    assert dropped == {"sales": 3, "sales__history": 1, "stalls": 2}
    assert world.count("sales") == 0
    assert world.count("sales", "other") == 3


def test_a_dropped_connection_that_comes_back_reads_everything_anew(world: World) -> None:
    world.started()
    world.sync()
    world.connections.disconnect("shop", keep_data=False, by="ada")
    world.started()
    world.clock.passes(hours=1)
    world.sync()
    assert world.count("sales") == 3


def test_repairing_clears_the_working_folder_and_loses_nothing(world: World) -> None:
    world.started()
    world.sync()
    assert world.connections.repair("shop") is True
    assert world.connections.repair("shop") is False
    world.market.rows["sales"].append(sale(4, at=world.clock.passes(hours=1).isoformat()))
    world.sync()
    assert world.count("sales") == 4
