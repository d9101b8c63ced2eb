"""One delivery's way: received, claimed, done, tried again, dead, replayed, forgotten."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from chord_platform.errors import UnknownDelivery
from chord_platform.store import Store
from chord_platform.webhooks import Backoff, Deliveries

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
TOPIC = "product_sync:linen"
SHIRT = "contentful/shirt"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def deliveries(store: Store) -> Deliveries:
    return Deliveries(store, backoff=Backoff(jitter=lambda: 0.0, most_attempts=3))


def received(deliveries: Deliveries, id: str, *, key: str = SHIRT, at: datetime = NOON) -> bool:
    return deliveries.receive(
        TOPIC, id=id, key=key, body=b"{}", headers={"x-topic": "publish"}, subject="publish", now=at
    )


def test_a_delivery_that_comes_twice_is_kept_once(deliveries):
    assert received(deliveries, "a")
    assert not received(deliveries, "a", at=NOON + MINUTE)
    assert [each.received_at for each in deliveries.list()] == [NOON]


def test_a_claim_holds_all_that_waits_for_its_key_oldest_first(deliveries):
    for id in ("a", "b", "c"):
        received(deliveries, id)
    received(deliveries, "other", key="contentful/skirt")
    shirt, skirt = deliveries.claim(TOPIC, worker="w", limit=10, now=NOON)
    assert [each.id for each in shirt.deliveries] == ["a", "b", "c"]
    assert [each.id for each in skirt.deliveries] == ["other"]
    assert shirt.newest.body == b"{}"
    assert shirt.newest.headers == {"x-topic": "publish"}


def test_a_claimed_key_is_claimed_by_nobody_else_and_what_arrives_waits(deliveries):
    received(deliveries, "a")
    (claim,) = deliveries.claim(TOPIC, worker="w", now=NOON)
    received(deliveries, "b")
    assert deliveries.claim(TOPIC, worker="v", limit=9, now=NOON) == []
    assert deliveries.done(claim, {"outcome": "unchanged"}, now=NOON)
    (after,) = deliveries.claim(TOPIC, worker="v", now=NOON)
    assert [each.id for each in after.deliveries] == ["b"]
    assert deliveries.get("a").result == {"outcome": "unchanged"}


def test_a_lease_that_ran_out_gives_the_key_to_another_and_the_first_changes_nothing(deliveries):
    received(deliveries, "a")
    (lost,) = deliveries.claim(TOPIC, worker="w", lease=MINUTE, now=NOON)
    later = NOON + 2 * MINUTE
    (taken,) = deliveries.claim(TOPIC, worker="v", now=later)
    assert not deliveries.done(lost, now=later)
    assert not deliveries.extend(lost, now=later)
    assert deliveries.get("a").handled_by == "v"
    assert deliveries.done(taken, now=later)


def test_a_kept_lease_is_not_taken(deliveries):
    received(deliveries, "a")
    (claim,) = deliveries.claim(TOPIC, worker="w", lease=MINUTE, now=NOON)
    assert deliveries.extend(claim, lease=5 * MINUTE, now=NOON)
    assert deliveries.claim(TOPIC, worker="v", now=NOON + 2 * MINUTE) == []
    assert deliveries.get("a").lease_until == NOON + 5 * MINUTE


def test_waits_grow_and_after_the_last_attempt_it_is_dead_with_its_problem(deliveries):
    received(deliveries, "a")
    now, waits = NOON, []
    for _ in range(2):
        (claim,) = deliveries.claim(TOPIC, worker="w", now=now)
        deliveries.retry(claim, "429 Too Many Requests", now)
        assert deliveries.claim(TOPIC, worker="w", now=now) == []
        waits.append(deliveries.get("a").not_before - now)
        now = deliveries.get("a").not_before
    assert waits == [timedelta(seconds=10), timedelta(seconds=30)]
    (claim,) = deliveries.claim(TOPIC, worker="w", now=now)
    deliveries.retry(claim, "429 Too Many Requests", now)
    assert (deliveries.get("a").state, deliveries.get("a").problem) == (
        "dead",
        "429 Too Many Requests",
    )
    assert deliveries.ready_keys(TOPIC, now + timedelta(days=1)) == []


def test_the_vendors_own_wait_is_kept(deliveries):
    received(deliveries, "a")
    (claim,) = deliveries.claim(TOPIC, worker="w", now=NOON)
    deliveries.retry(claim, "429", NOON, after=10 * MINUTE)
    assert deliveries.get("a").not_before == NOON + 10 * MINUTE


def test_a_new_delivery_takes_along_those_that_wait_for_another_try(deliveries):
    received(deliveries, "a")
    (claim,) = deliveries.claim(TOPIC, worker="w", now=NOON)
    deliveries.retry(claim, "503", NOON)
    received(deliveries, "b", at=NOON)
    (both,) = deliveries.claim(TOPIC, worker="w", now=NOON)
    assert [each.id for each in both.deliveries] == ["a", "b"]


def test_what_kills_its_worker_each_time_is_dead_in_the_end(deliveries):
    received(deliveries, "a")
    now = NOON
    for _ in range(3):
        assert deliveries.claim(TOPIC, worker="w", lease=MINUTE, now=now)
        now += 2 * MINUTE
    assert deliveries.claim(TOPIC, worker="w", now=now) == []
    assert "died" in (deliveries.get("a").problem or "")
    assert deliveries.get("a").state == "dead"


def test_a_released_claim_costs_no_attempt(deliveries):
    received(deliveries, "a")
    (claim,) = deliveries.claim(TOPIC, worker="w", now=NOON)
    assert deliveries.release(claim, now=NOON)
    assert (deliveries.get("a").attempts, deliveries.get("a").state) == (0, "ready")


def test_the_dead_are_worked_again_when_a_person_says_so(deliveries):
    received(deliveries, "a")
    (claim,) = deliveries.claim(TOPIC, worker="w", now=NOON)
    assert deliveries.dead(claim, "The tenant is gone.", now=NOON)
    assert deliveries.claim(TOPIC, worker="w", now=NOON) == []
    assert deliveries.replay(["a"], now=NOON) == ["a"]
    (again,) = deliveries.claim(TOPIC, worker="w", now=NOON)
    assert again.newest.attempts == 1
    assert deliveries.replay(["a"], now=NOON) == []  # it is being worked just now
    with pytest.raises(UnknownDelivery, match="nowhere"):
        deliveries.replay(["a", "nowhere"], now=NOON)


def test_counts_and_lists_tell_what_waits(deliveries):
    for id in ("a", "b"):
        received(deliveries, id, key=id)
    (claim,) = deliveries.claim(TOPIC, worker="w", now=NOON)
    assert deliveries.counts() == {TOPIC: {"ready": 1, "claimed": 1, "done": 0, "dead": 0}}
    assert [each.id for each in deliveries.list(state="claimed")] == [claim.newest.id]
    assert [each.id for each in deliveries.list(topic="product_sync:")] == ["b", "a"]
    assert deliveries.list(topic="product_sync") == []
    assert deliveries.ready_topics("product_sync:", NOON) == {TOPIC: 1}
    assert deliveries.ready_keys(TOPIC, NOON) == ["b"]


def test_what_is_done_is_forgotten_in_time_and_the_rest_stays(deliveries):
    for id in ("old", "new", "waiting"):
        received(deliveries, id, key=id)
    claims = {each.key: each for each in deliveries.claim(TOPIC, worker="w", limit=3, now=NOON)}
    deliveries.done(claims["old"], now=NOON)
    deliveries.done(claims["new"], now=NOON + timedelta(days=2))
    deliveries.release(claims["waiting"], now=NOON)
    assert deliveries.forget(NOON + timedelta(days=1)) == 1
    assert {each.id for each in deliveries.list()} == {"new", "waiting"}


def test_a_delivery_is_found_by_the_beginning_of_its_id(deliveries):
    received(deliveries, "abc123")
    received(deliveries, "abd456")
    assert deliveries.get("abc").id == "abc123"
    with pytest.raises(UnknownDelivery, match="Several"):
        deliveries.get("ab")


def test_what_is_stopped_at_once_is_seen_and_never_worked(deliveries):
    deliveries.receive(
        TOPIC, id="a", key=SHIRT, body=b"", headers={}, stopped={"result": "no"}, now=NOON
    )
    assert deliveries.claim(TOPIC, worker="w", now=NOON) == []
    assert (deliveries.get("a").state, deliveries.get("a").result) == ("done", {"result": "no"})
