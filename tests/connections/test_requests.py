"""Whoever asks for a sync gets it once, or learns why not."""

from __future__ import annotations

import pytest

from chord_platform.connections.requests import MOST_ATTEMPTS, SyncOptions
from chord_platform.connections.status import SyncStatus
from dlt_pipelines.errors import CredentialsRejected, VendorUnavailable
from dlt_pipelines.windows import SyncRequest
from tests.connections.fixtures import NOW, World


def status(world: World, name: str = "shop") -> SyncStatus:
    return world.connections.why(name).overview.sync


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
