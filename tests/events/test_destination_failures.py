"""A destination that fails, refuses or wants no more; and a forwarder that is killed."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from chord_platform.errors import DestinationRefused
from chord_platform.events import segment_log
from chord_platform.events.retention import forget_what_was_read
from tests.events.forwarding_world import BACK, FRONT, World, message, new_world, world_on
from tests.store.servers import migrated_url, postgres, postgres_template, sqlite_template
from tests.store.settings import settings_on
from vendor_emulator.faults import status
from vendor_emulator.server import Emulator

__all__ = ["migrated_url", "postgres", "postgres_template", "sqlite_template"]


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    with Emulator(orders=1, vendors=("segment", "webhook_receiver")) as started:
        yield started


@pytest.fixture
def world(tmp_path: Path, emulator: Emulator, sqlite_template: Path) -> Iterator[World]:
    made = new_world(tmp_path / "home", emulator, template=sqlite_template)
    yield made
    made.platform.store.close()


def sent(world: World) -> list[str]:
    return [event["messageId"] for event in world.segment.events]


def received(world: World) -> list[str]:
    return [each["data"]["message"]["messageId"] for each in world.receiver.events]


def numbered(count: int) -> list[str]:
    return [f"m-{number}" for number in range(count)]


def test_a_short_failure_is_tried_again_at_once_and_retry_after_is_obeyed(world: World):
    world.add()
    world.put(*map(message, range(3)))
    world.emulator.faults.script("batch", status(503), status(429, retry_after=2))
    assert world.forward() == {"delivered": 3}
    assert world.waited == [0.5, 2.0]
    assert world.segment.repeated == {}
    assert world.get().status == "ok"


def test_a_destination_that_is_down_is_left_alone_and_gets_everything_later_in_order(world: World):
    world.add()
    world.put(*map(message, range(4)))
    world.emulator.faults.always("batch", 503)
    assert world.forward() == {}
    failing = world.get()
    assert failing.status == "failing"
    assert failing.progress.failing_since == world.now
    assert "it answered 503" in (failing.progress.problem or "")
    assert failing.progress.next_step == "Nothing: it is tried again by itself."
    assert world.platform.destinations.behind(failing) == 4
    assert world.forwarding.due() == []
    world.put(message(4))
    world.later(seconds=6)
    assert [each.name for each in world.forwarding.due()] == ["segment"]
    world.forward()
    assert world.get().progress.failures == 2
    world.emulator.faults.clear()
    world.later(minutes=15)
    assert world.forward() == {"delivered": 5}
    assert sent(world) == numbered(5)
    healthy = world.get()
    assert (healthy.status, healthy.progress.failures, healthy.progress.problem) == ("ok", 0, None)


def test_who_asks_for_peace_gets_it(world: World):
    world.add()
    world.put(message(0))
    world.emulator.faults.script("batch", status(429, retry_after=600))
    world.forward()
    assert world.waited == []
    world.later(seconds=599)
    assert world.forwarding.due() == []
    world.later(seconds=2)
    assert world.forward() == {"delivered": 1}


def test_no_other_destination_waits_for_one_that_is_down(world: World):
    world.add()
    world.add("webhook")
    world.emulator.faults.always("batch", 500)
    world.put(*map(message, range(3)))
    runs = {run.name: run for run in world.forwarding.forward_all()}
    assert runs["webhook"].counts == {"delivered": 3}
    assert runs["segment"].problem and not runs["segment"].counts
    assert received(world) == numbered(3)


def test_a_message_that_is_refused_is_set_apart_and_the_others_pass(world: World):
    world.add()
    world.segment.poison = {"m-3": 400}
    world.put(*map(message, range(9)))
    assert world.forward() == {"delivered": 8, "failed": 1}
    assert sent(world) == [name for name in numbered(9) if name != "m-3"]
    [failed] = world.platform.destinations.progress.failed("segment")
    assert (failed.message_id, failed.event) == ("m-3", "Coupon Applied")
    assert "it answered 400" in failed.problem
    assert world.get().status == "ok"


def test_a_message_that_breaks_its_receiver_is_given_up_once_another_passes(world: World):
    world.add("webhook")
    world.receiver.poison = {'"m-1"': 500}
    world.put(*map(message, range(4)))
    assert world.forward("webhook") == {"delivered": 1}
    for _ in range(2):
        world.later(minutes=20)
        world.forward("webhook")
    assert received(world) == ["m-0", "m-2", "m-3"]
    [failed] = world.platform.destinations.progress.failed("webhook")
    assert failed.message_id == "m-1"
    assert world.get("webhook").progress.counts == {"delivered": 3, "failed": 1}


def test_nothing_is_given_up_while_a_receiver_breaks_at_everything(world: World):
    world.add("webhook")
    world.emulator.faults.always("events", 500)
    world.put(*map(message, range(12)))
    for _ in range(6):
        world.forward("webhook")
        world.later(minutes=20)
    assert world.platform.destinations.progress.failed("webhook") == []
    world.emulator.faults.clear()
    assert world.forward("webhook") == {"delivered": 12}
    assert received(world) == numbered(12)


def test_a_message_too_large_for_segment_is_told_and_holds_up_nobody(world: World):
    world.add()
    world.put(message(0), message(1, properties={"coupon_id": "x" * 33_000}), message(2))
    assert world.forward() == {"delivered": 2, "failed": 1}
    [failed] = world.platform.destinations.progress.failed("segment")
    assert "Segment takes 32,768" in failed.problem


def test_batches_keep_to_segments_limits(world: World):
    world.add()
    world.put(*(message(n, properties={"coupon_id": "x" * 30_000}) for n in range(40)))
    world.forward()
    assert sent(world) == numbered(40)
    assert max(len(one.body) for one in world.emulator.requests) <= 500 * 1024


def test_what_failed_is_replayed_with_the_same_ids(world: World):
    world.add()
    world.segment.poison = {"m-1": 400, "m-2": 400}
    world.put(*map(message, range(4)))
    world.forward()
    world.segment.poison = {"m-2": 400}
    done = world.forwarding.replay("segment")
    assert done.counts == {"delivered": 1, "failed": 1}
    [failed] = world.platform.destinations.progress.failed("segment")
    assert failed.message_id == "m-2"
    world.segment.poison = {}
    world.forwarding.replay("segment", ids=["m-2"])
    assert sent(world) == ["m-0", "m-3", "m-1", "m-2"]
    assert world.get().progress.counts == {"delivered": 4, "failed": 0}
    assert world.platform.destinations.progress.failed_counts() == {}


def test_a_replay_that_meets_a_closed_door_says_so_and_keeps_the_rest(world: World):
    world.add()
    world.segment.poison = {"m-1": 400}
    world.put(*map(message, range(2)))
    world.forward()
    world.emulator.faults.always("batch", 503)
    with pytest.raises(DestinationRefused, match="took 0 of 1"):
        world.forwarding.replay("segment")
    assert world.platform.destinations.progress.failed_counts() == {"segment": 1}


def test_a_plan_that_cannot_be_read_makes_its_destinations_wait_and_no_others(world: World):
    own = world.platform.settings.home / "plans" / "chord"
    shutil.copytree(world.platform.plans.path("chord"), own)
    file = own / "coupon-applied.json"
    whole = file.read_text()
    file.write_text(whole[:-20])
    world.add(sources=(FRONT,))
    world.platform.sources.change(BACK, lambda one: replace(one, plan=None))
    world.add("webhook", sources=(BACK,))
    world.put(message(1))
    world.put(message(2), source=BACK)
    runs = {run.name: run for run in world.forwarding.forward_all()}
    assert runs["webhook"].counts == {"delivered": 1}
    assert not runs["segment"].counts
    assert str(file) in (world.get().progress.problem or "")
    assert world.get().status == "failing"
    file.write_text(whole)
    world.later(minutes=1)
    assert world.forward() == {"delivered": 1}


def test_a_rejected_key_asks_who_set_it_up_to_act(world: World):
    world.add("webhook", values={"secret": f"whsec_{'A' * 43}="})
    world.put(message(0))
    world.forward("webhook")
    failing = world.get("webhook")
    assert "it answered 401" in (failing.progress.problem or "")
    assert failing.progress.next_step == "Check its address and its key."
    secret = world.emulator.credentials("webhook_receiver")["secret"]
    world.platform.destinations.set("webhook", values={"secret": secret}, by="Ann")
    assert world.forward("webhook") == {"delivered": 1}


def test_a_receiver_that_is_gone_is_paused_by_its_own_word(world: World):
    world.add("webhook")
    world.put(message(0))
    world.emulator.faults.script("events", 410)
    world.forward("webhook")
    pause = world.get("webhook").pause
    assert pause and pause.by == "the receiver"
    assert "410" in pause.because


@pytest.mark.parametrize("answer", ["html", "empty", "invalid-json"])
def test_a_page_with_status_200_is_no_delivery(world: World, answer: str):
    world.add()
    world.put(message(0))
    world.emulator.faults.always("batch", answer)
    assert world.forward() == {}
    assert "not as Segment does" in (world.get().progress.problem or "")


def test_a_redirect_is_not_followed(world: World):
    world.add()
    world.put(message(0))
    world.emulator.faults.script("batch", status(307))
    world.forward()
    assert "elsewhere" in (world.get().progress.problem or "")
    assert len(world.emulator.requests) == 1


def test_a_run_ends_with_its_time_and_the_next_goes_on_there(world: World):
    world.add("webhook")
    world.put(*map(message, range(5)))
    assert world.forward("webhook", seconds=0) == {"delivered": 1}
    assert world.get("webhook").progress.done == 1
    assert world.platform.destinations.behind(world.get("webhook")) == 4
    assert world.forward("webhook") == {"delivered": 4}
    assert received(world) == numbered(5)
    assert world.receiver.repeated == {}


def test_two_forwarders_do_not_send_the_same_twice(world: World):
    world.add()
    world.put(message(0))
    with world.forwarding.alone("segment"):
        run = world.forwarding.forward("segment")
    assert "Another process forwards" in (run.problem or "")
    assert world.get().status == "ok"
    assert world.forward() == {"delivered": 1}


def test_the_store_may_be_either_database(migrated_url: str, tmp_path: Path, emulator: Emulator):
    world = world_on(settings_on(tmp_path, migrated_url), emulator)
    world.add(violations=True, consent=("marketing",))
    world.segment.poison = {"m-1": 400}
    world.put(*map(message, range(3)))
    assert world.forward() == {"delivered": 2, "failed": 1}
    world.segment.poison = {}
    world.forwarding.replay("segment")
    assert sorted(sent(world)) == numbered(3)
    world.platform.destinations.pause("segment", by="Ann")
    assert world.get().status == "paused"
    assert world.platform.destinations.reseal(by="Ann") == 1
    world.platform.destinations.remove("segment", by="Ann")
    assert world.platform.destinations.list() == []
    world.platform.store.close()


def test_the_inbox_keeps_what_a_destination_has_not_read_but_not_for_ever(world, monkeypatch):
    monkeypatch.setattr(segment_log, "SEGMENT_BYTES", 1)
    inbox, destinations = world.platform.inbox, world.platform.destinations
    world.add()
    destinations.pause("segment", by="Ann")
    for number in range(3):
        world.put(message(number))

    def forget(*, days: int) -> int:
        now = datetime.now(UTC) + timedelta(days=days)
        gone = forget_what_was_read(inbox, loaded=inbox.end(), destinations=destinations, now=now)
        return len(gone)

    assert (
        forget_what_was_read(
            inbox, loaded="", destinations=destinations, now=datetime.max.replace(tzinfo=UTC)
        )
        == []
    )
    assert forget(days=29) == 0
    assert forget(days=31) == 2
    lost = world.get().progress
    assert "had not read" in (lost.problem or "")
    destinations.resume("segment", by="Ann")
    assert world.forward() == {"delivered": 1}
    assert world.get().progress.problem is None
    world.put(message(4))
    world.forward()
    assert (forget(days=6), forget(days=8)) == (0, 1)


FORWARDER = """
import sys
from chord_platform.bootstrap import open_platform
from chord_platform.settings import read_settings
import chord_platform.events.forwarding as forwarding

forwarding.NOTED_EVERY_SECONDS = 0.02
platform = open_platform(read_settings(sys.argv[1]))
print("ready", flush=True)
while platform.forwarding.due():
    platform.forwarding.forward_all()
"""


@pytest.mark.parametrize("after", [0.05, 0.4])
def test_a_killed_forwarder_loses_nothing(tmp_path, emulator, sqlite_template, after):
    (tmp_path / "home").mkdir(exist_ok=True)
    home = tmp_path / "home"
    (home / "store.sqlite").write_bytes(sqlite_template.read_bytes())
    world = world_on(settings_on(tmp_path, f"sqlite:///{home / 'store.sqlite'}"), emulator)
    world.add("webhook")
    world.put(*map(message, range(400)))
    for is_killed in (True, False):
        process = subprocess.Popen(
            [sys.executable, "-c", FORWARDER, str(home)],
            stdout=subprocess.PIPE,
            env={**os.environ, "CHORD_STORE_URL": ""},
        )
        assert process.stdout and process.stdout.readline() == b"ready\n"
        if is_killed:
            deadline = time.monotonic() + 20
            while not world.receiver.taken and time.monotonic() < deadline:
                time.sleep(0.005)
            time.sleep(after)
            process.send_signal(signal.SIGKILL)
        process.wait(60)
        process.stdout.close()
    assert received(world) == numbered(400)
    counts = world.get("webhook").progress.counts
    assert counts["delivered"] == 400
    print(f"sent twice: {world.receiver.repeated.total()} of 400")
    world.platform.store.close()
