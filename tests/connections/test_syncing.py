"""Syncs through the service: rows, statuses, requests, pauses, and who is told what."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from chord_platform.connections.connection import RULE, Fault, Setup
from chord_platform.connections.overview import DagsterFacts
from chord_platform.connections.requests import MOST_ATTEMPTS, SyncOptions
from chord_platform.connections.status import SyncStatus
from chord_platform.errors import ConnectionRefused, SyncSkipped, WarehouseBusy, WarehouseError
from dlt_pipelines.errors import CredentialsRejected, UnexpectedResponse, VendorUnavailable
from dlt_pipelines.sync import SyncRequest
from tests.connections.fixtures import NOW, World
from tests.connections.market_service import KEY, sale


def status(world: World, name: str = "shop") -> SyncStatus:
    return world.connections.why(name).overview.sync


def test_a_sync_loads_the_rows_and_is_remembered(world: World) -> None:
    world.started()
    world.clock.passes(minutes=5)
    result = world.sync()
    connection, run = world.connections.get("shop"), world.connections.runs("shop")[0]
    assert world.count("sales") == 3
    assert connection.last_synced_at == world.clock.now
    assert (run.status, run.rows_received, run.rows_inserted) == ("done", 5, 5)
    assert run.summary["tables"]["sales"]["inserted"] == 3
    assert run.summary["reconciliation"] == {"stalls": [2, 2]}
    assert run.api_requests == result.api_requests > 0
    assert run.bytes > 0


def test_a_second_sync_reads_only_what_changed(world: World) -> None:
    world.started()
    world.sync()
    world.market.rows["sales"].append(sale(4, at=world.clock.passes(hours=1).isoformat()))
    world.sync(request=SyncRequest(now=world.clock.now))
    run = world.connections.runs("shop")[0]
    assert run.summary["tables"]["sales"]["received"] == 1
    assert world.count("sales") == 4


def test_a_rejected_key_breaks_the_connection_and_a_good_sync_heals_it(world: World) -> None:
    world.started()
    world.market.key = "rotated"
    with pytest.raises(CredentialsRejected):
        world.sync()
    broken, run = world.connections.get("shop"), world.connections.runs("shop")[0]
    assert (broken.setup, broken.trouble.fault) == (Setup.BROKEN, Fault.MERCHANT)
    assert (run.status, run.fault) == ("failed", Fault.MERCHANT)
    assert run.next_step
    world.market.key = KEY
    world.sync()
    assert world.connections.get("shop").setup is Setup.CONNECTED
    assert world.audit()[-2:] == ["broke", "healed"]


@pytest.mark.parametrize(
    ("vendor_status", "error", "setup", "fault"),
    [
        (503, VendorUnavailable, Setup.CONNECTED, None),
        (429, VendorUnavailable, Setup.CONNECTED, None),
        (403, CredentialsRejected, Setup.BROKEN, Fault.MERCHANT),
        (418, UnexpectedResponse, Setup.BROKEN, Fault.CONNECTOR),
    ],
)
def test_each_failure_names_who_must_act(
    world: World, vendor_status: int, error: type[Exception], setup: Setup, fault: Fault | None
) -> None:
    world.started()
    world.market.status = vendor_status
    with pytest.raises(error):
        world.sync()
    connection = world.connections.get("shop")
    assert connection.setup is setup
    assert (connection.trouble.fault if connection.trouble else None) is fault


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


def test_two_failures_days_apart_pause_it_with_a_warning_first(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    world.started()
    world.market.key = "rotated"
    with pytest.raises(CredentialsRejected):
        world.sync()
    assert "pauses itself if it still fails after 2026-11-23 12:30 UTC" in caplog.text
    world.clock.passes(days=2)
    with pytest.raises(CredentialsRejected):
        world.sync()
    connection = world.connections.get("shop")
    assert connection.pause.by == RULE
    assert status(world) is SyncStatus.PAUSED
    assert world.audit()[-1] == "paused"
    assert world.connections.due(world.clock.passes(days=1)) == []


def test_a_paused_connection_is_skipped_with_who_and_why(world: World) -> None:
    world.started()
    world.connections.pause("shop", by="ada", because="stocktaking")
    with pytest.raises(SyncSkipped, match="paused since 2026-11-21 12:30 UTC by ada: stocktaking"):
        world.sync()
    assert world.connections.runs("shop") == []
    assert world.connections.due(NOW) == []


def test_a_person_may_sync_a_paused_connection_once(world: World) -> None:
    world.started()
    world.connections.pause("shop", by="ada")
    world.sync(manual=True, by="ada")
    assert world.count("sales") == 3
    assert world.connections.get("shop").pause.by == "ada"


def test_an_incomplete_connection_is_skipped_even_when_asked_by_a_person(world: World) -> None:
    world.add(values={"base_url": world.market.url})
    with pytest.raises(SyncSkipped, match="shop is incomplete: api_key not given"):
        world.sync(manual=True)
    with pytest.raises(ConnectionRefused, match="incomplete"):
        world.connections.request_sync("shop", by="ada")


def test_resuming_runs_the_setup_tests_first(world: World) -> None:
    world.add()
    world.market.key = "rotated"
    with pytest.raises(ConnectionRefused, match="broken, so it stays paused"):
        world.connections.resume("shop", by="ada")
    assert world.connections.get("shop").pause
    world.market.key = KEY
    assert world.connections.resume("shop", by="ada").connection.is_runnable
    assert world.audit()[-2:] == ["healed", "resumed"]


def test_pausing_twice_keeps_the_first_who_and_why(world: World) -> None:
    world.started()
    world.connections.pause("shop", by="ada", because="stocktaking")
    world.connections.pause("shop", by="grace", because="holidays")
    assert world.connections.get("shop").pause.by == "ada"


def test_a_pause_during_a_sync_outlives_the_sync(world: World) -> None:
    """The transition at the end is applied to the row as it is then."""
    world.started()
    world.market.gate = threading.Event()
    thread = threading.Thread(target=world.sync)
    thread.start()
    while len(world.market.asked) < 2:
        thread.join(0.01)
    assert status(world) is SyncStatus.SYNCING
    with pytest.raises(SyncSkipped, match="being synced already"):
        world.sync()
    with pytest.raises(SyncSkipped, match="being synced already"):
        world.connections.disconnect("shop", keep_data=True, by="ada")
    world.connections.pause("shop", by="ada")
    world.market.gate.set()
    thread.join()
    connection = world.connections.get("shop")
    assert connection.pause.by == "ada"
    assert connection.last_synced_at == world.clock.now
    assert status(world) is SyncStatus.PAUSED


def test_a_request_is_answered_by_the_sync_it_asked_for(world: World) -> None:
    world.started()
    asked = world.connections.request_sync(
        "shop", options=SyncOptions(tables=frozenset({"sales"})), by="ada"
    )
    assert [each.connection_id for each in world.connections.requested_syncs()] == ["shop"]
    assert asked.connector == "market"
    world.sync()
    assert len(world.connections.requested_syncs()) == 1, "another sync does not answer it"
    world.sync(request=SyncRequest(now=world.clock.now, tables=frozenset({"sales"})))
    assert world.connections.requested_syncs() == []


def test_asking_twice_for_the_same_is_one_request(world: World) -> None:
    world.started()
    first = world.connections.request_sync("shop", by="ada")
    world.clock.passes(minutes=1)
    second = world.connections.request_sync("shop", by="grace")
    (waiting,) = world.connections.requested_syncs()
    assert waiting == second
    assert first.run_key != second.run_key


def test_a_request_syncs_a_paused_connection(world: World) -> None:
    world.add()
    world.connections.request_sync("shop", by="ada")
    world.sync()
    assert world.count("sales") == 3


def test_a_request_the_vendor_cannot_answer_waits_longer_each_time_and_ends(world: World) -> None:
    world.started()
    world.connections.request_sync("shop", by="ada")
    world.market.status = 503
    keys = set()
    for attempt in range(MOST_ATTEMPTS):
        (waiting,) = world.connections.requested_syncs()
        keys.add(waiting.run_key)
        with pytest.raises(VendorUnavailable):
            world.sync()
        assert world.connections.requested_syncs() == []
        world.clock.passes(minutes=5 * 2**attempt)
    assert len(keys) == MOST_ATTEMPTS
    assert world.connections.why("shop").requests == []


def test_a_request_that_only_a_person_can_end_is_closed(world: World) -> None:
    world.started()
    world.connections.request_sync("shop", by="ada")
    world.market.key = "rotated"
    with pytest.raises(CredentialsRejected):
        world.sync()
    assert world.connections.why("shop").requests == []


def test_a_sync_whose_process_died_is_ended_and_its_request_freed(world: World) -> None:
    world.started()
    world.connections.request_sync("shop", by="ada")
    run_id = world.connections.run_records.begin(
        world.connections.get("shop"), SyncOptions(), by="Dagster", at=NOW, dagster_run_id="r1"
    )
    world.connections.requests.claim("shop", SyncOptions(), run_id=run_id)
    assert status(world) is SyncStatus.SCHEDULED
    assert world.connections.requested_syncs() == []
    assert world.connections.heal({"shop": "r1"}) == [], "Dagster says that it lives"
    assert world.connections.heal({}) == ["shop"]
    assert world.connections.heal({}) == []
    (freed,) = world.connections.requested_syncs()
    assert freed.run_key.endswith("attempt 2")
    assert world.connections.runs("shop")[0].status == "died"


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


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (SyncOptions(tables=frozenset({"orders"})), "no table 'orders'.*sales, stalls"),
        (SyncOptions(since=NOW, until=NOW), "ends before it begins"),
        (SyncOptions(full_refresh=True, since=NOW), "full refresh has no window"),
    ],
)
def test_options_that_make_no_sense_touch_no_status(
    world: World, options: SyncOptions, says: str
) -> None:
    world.started()
    with pytest.raises(ConnectionRefused, match=says):
        world.sync(request=options)
    assert world.connections.get("shop").setup is Setup.CONNECTED
    assert world.connections.runs("shop") == []


def test_a_sync_of_one_table_says_nothing_of_how_fresh_all_is(world: World) -> None:
    world.started()
    world.sync(request=SyncOptions(tables=frozenset({"stalls"})))
    assert world.connections.get("shop").last_synced_at is None
    assert [each.connection_id for each in world.connections.due(NOW)] == ["shop"]


def test_due_follows_the_connections_own_cron_or_the_default(world: World) -> None:
    world.started("hourly", schedule="0 * * * *")
    world.started("default")
    world.add("paused")
    assert {each.connection_id for each in world.connections.due(NOW)} == {"hourly", "default"}
    world.sync("hourly")
    world.sync("default")
    assert world.connections.due(NOW) == []
    at_one = NOW.replace(hour=13, minute=0)
    (found,) = world.connections.due(at_one)
    assert (found.connection_id, found.due_at) == ("hourly", at_one)
    assert len(world.connections.due(at_one + timedelta(hours=6))) == 2


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


def test_why_answers_in_one_sentence_with_a_next_step(world: World) -> None:
    world.add()
    why = world.connections.why("shop")
    assert why.verdict == ("It does not sync: paused by ada, because it has not been started yet.")
    assert why.next_step == "Run `chord connections resume shop`."
    world.connections.resume("shop", by="ada")
    assert world.connections.why("shop").verdict == "It is due now."
    stopped = DagsterFacts(schedules={"market": False})
    why = world.connections.why("shop", dagster=stopped)
    assert why.overview.sync is SyncStatus.PAUSED
    assert "stopped there" in why.verdict
    world.sync()
    why = world.connections.why("shop")
    assert why.verdict == "It syncs as scheduled."
    assert why.overview.next_due == NOW.replace(hour=18, minute=0)
    running = DagsterFacts(live_runs={"shop": "r1"})
    assert world.connections.why("shop", dagster=running).overview.sync is SyncStatus.SYNCING
