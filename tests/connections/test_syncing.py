"""Syncs through the service: rows, statuses, requests, pauses, and who is told what."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from chord_platform.connections.connection import RULE, Fault, Setup
from chord_platform.connections.overview import DagsterFacts
from chord_platform.connections.requests import SyncOptions
from chord_platform.connections.status import SyncStatus
from chord_platform.errors import ConnectionRefused, SyncSkipped
from dlt_pipelines.errors import CredentialsRejected, UnexpectedResponse, VendorUnavailable
from tests.connections.fixtures import NOW, World
from tests.connections.market_service import KEY


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
