"""Whatever comes twice, late, or dies: each key's newest delivery is worked after it came, and no
two workers have one key at a time."""

from __future__ import annotations

import shutil
import tempfile
import threading
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule

from chord_platform.store import Store, migrate
from chord_platform.store.store import new_engine
from chord_platform.webhooks import Backoff, Claim, Deliveries
from tests.store.settings import settings_on

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
TOPIC = "product_sync:linen"
KEYS = ("shirt", "skirt", "scarf")
LEASE = timedelta(minutes=1)


@pytest.fixture(scope="module", autouse=True)
def template(tmp_path_factory: pytest.TempPathFactory) -> None:
    """A store of its own for each example costs the copy of an empty one."""
    folder = tmp_path_factory.mktemp("template")
    path = folder / "store.sqlite"
    migrate(settings_on(folder, f"sqlite:///{path}"))
    Queue.template = path


class Queue(RuleBasedStateMachine):
    """Against a model that knows of each key when it last came, and when it was last worked."""

    template: Path
    claims = Bundle("claims")

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory(prefix="queue-")
        path = Path(self.folder.name) / "store.sqlite"
        shutil.copy(self.template, path)
        self.store = Store(new_engine(f"sqlite:///{path}"))
        backoff = Backoff(jitter=lambda: 0.0, most_attempts=1000)
        self.deliveries = Deliveries(self.store, backoff=backoff)
        self.now = NOON
        self.numbers = 0
        self.received: dict[str, list[str]] = defaultdict(list)
        self.worked: set[str] = set()
        self.live: dict[str, Claim] = {}

    def teardown(self) -> None:
        """The end of every story: given time and workers, all is worked."""
        for _ in range(100):
            self.now += timedelta(hours=2)
            found = self.deliveries.claim(TOPIC, worker="last", limit=9, lease=LEASE, now=self.now)
            if not found:
                break
            for claim in found:
                assert self.deliveries.done(claim, now=self.now)
                self.worked.update(one.id for one in claim.deliveries)
        everything = {id for ids in self.received.values() for id in ids}
        assert everything == self.worked
        assert {one.state for one in self.deliveries.list(limit=1000)} <= {"done"}
        assert self.deliveries.ready_keys(TOPIC, self.now + timedelta(days=1)) == []
        self.store.close()
        self.folder.cleanup()

    @rule(key=st.sampled_from(KEYS))
    def receive(self, key: str) -> None:
        self.numbers += 1
        id = f"{key}-{self.numbers}"
        assert self.deliveries.receive(TOPIC, id=id, key=key, body=b"", headers={}, now=self.now)
        self.received[key].append(id)

    @rule(key=st.sampled_from(KEYS))
    def receive_again(self, key: str) -> None:
        for id in self.received[key][-2:]:
            again = {"id": id, "key": key, "body": b"", "headers": {}, "now": self.now}
            assert not self.deliveries.receive(TOPIC, **again)

    @rule(seconds=st.sampled_from((1, 20, 61, 600)))
    def time_goes_by(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @rule(target=claims, limit=st.integers(1, 3))
    def claim(self, limit: int) -> list[Claim]:
        found = self.deliveries.claim(TOPIC, worker="w", limit=limit, lease=LEASE, now=self.now)
        for claim in found:
            before = self.live.get(claim.key)
            assert before is None or before.lease_until <= self.now
            self.live[claim.key] = claim
        return found

    def is_held(self, claim: Claim) -> bool:
        return self.live.get(claim.key) is claim

    @rule(found=consumes(claims))
    def done(self, found: list[Claim]) -> None:
        held = self.deliveries.done_all([(claim, "ok") for claim in found], now=self.now)
        for claim in found:
            assert (claim.id in held) == self.is_held(claim)
            if claim.id in held:
                del self.live[claim.key]
                self.worked.update(one.id for one in claim.deliveries)

    @rule(found=consumes(claims))
    def fails(self, found: list[Claim]) -> None:
        for claim in found:
            assert self.deliveries.retry(claim, "503", self.now) == self.is_held(claim)
            if self.is_held(claim):
                del self.live[claim.key]

    @rule(found=consumes(claims))
    def gives_back(self, found: list[Claim]) -> None:
        for claim in found:
            assert self.deliveries.release(claim, now=self.now) == self.is_held(claim)
            if self.is_held(claim):
                del self.live[claim.key]

    @rule(found=consumes(claims))
    def dies(self, found: list[Claim]) -> None:
        """Nobody hears of it again; its lease runs out."""

    @rule(key=st.sampled_from(KEYS))
    def asked_for_again(self, key: str) -> None:
        for id in self.deliveries.replay(self.received[key][-1:], now=self.now):
            self.worked.discard(id)

    @invariant()
    def nothing_is_lost(self) -> None:
        """What is neither worked nor held can be claimed, now or at a time that is written."""
        due = set(self.deliveries.ready_keys(TOPIC, self.now + timedelta(days=1)))
        for key, ids in self.received.items():
            if set(ids) - self.worked:
                assert key in due


TestQueue = Queue.TestCase
TestQueue.settings = settings(
    max_examples=25,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)


def test_workers_side_by_side_never_have_one_key_and_work_all(store):
    """Threads with connections of their own, as processes have."""
    deliveries = Deliveries(store)
    for number in range(60):
        deliveries.receive(
            TOPIC, id=str(number), key=f"key-{number % 12}", body=b"", headers={}, now=NOON
        )
    at_work: set[str] = set()
    guard = threading.Lock()
    overlaps: list[str] = []
    worked: list[str] = []

    def run(worker: str) -> None:
        own = Deliveries(store)
        while found := own.claim(TOPIC, worker=worker, limit=2, now=NOON):
            with guard:
                overlaps.extend(one.key for one in found if one.key in at_work)
                at_work.update(one.key for one in found)
            with guard:
                at_work.difference_update(one.key for one in found)
                worked.extend(one.id for claim in found for one in claim.deliveries)
            own.done_all([(claim, None) for claim in found], now=NOON)

    threads = [threading.Thread(target=run, args=(f"w{number}",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for number in range(60, 90):
        deliveries.receive(
            TOPIC, id=str(number), key=f"key-{number % 12}", body=b"", headers={}, now=NOON
        )
    for thread in threads:
        thread.join()
    run("the last")
    assert overlaps == []
    assert sorted(worked, key=int) == [str(number) for number in range(90)]
