"""200 means it is on disk: killed, overloaded, out of disk, ended in order."""

from __future__ import annotations

import fcntl
import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests

from tests.gateway.shop import Shop, open_shop, track

SENDERS = 8


class Sender(threading.Thread):
    """Sends one message after the other, and each again with its id until it is acknowledged."""

    def __init__(self, shop: Shop, name: str, *, batch: int = 1) -> None:
        super().__init__(name=name, daemon=True)
        self.shop = shop
        self.batch = batch
        self.acknowledged: list[str] = []
        self.repeated: set[str] = set()
        self.statuses: Counter[int] = Counter()
        self.is_over = threading.Event()

    def run(self) -> None:
        session = requests.Session()
        number = 0
        while not self.is_over.is_set():
            ids = [f"{self.name}-{number + each}" for each in range(self.batch)]
            number += self.batch
            self.send(session, ids)

    def send(self, session: requests.Session, ids: list[str]) -> None:
        body = {"batch": [track(messageId=name) for name in ids], "writeKey": self.shop.back}
        while not self.is_over.is_set():
            try:
                answer = session.post(f"{self.shop.url}/v1/batch", json=body, timeout=30)
            except requests.RequestException:
                self.repeated.update(ids)  # whether it was stored, nobody has said
                time.sleep(0.02)
                continue
            self.statuses[answer.status_code] += 1
            if answer.status_code == 200:
                self.acknowledged += ids
                return
            time.sleep(0.05)


@contextmanager
def senders(shop: Shop, **options: Any) -> Iterator[list[Sender]]:
    started = [Sender(shop, f"s{number}", **options) for number in range(SENDERS)]
    for sender in started:
        sender.start()
    try:
        yield started
    finally:
        for sender in started:
            sender.is_over.set()
        for sender in started:
            sender.join(timeout=60)


def arrived_ids(shop: Shop) -> Counter[str]:
    return Counter(envelope["message"]["messageId"] for envelope in shop.since(""))


def until(is_so: Any, *, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_kill_9_under_load_loses_no_acknowledged_message(tmp_path: Path) -> None:
    """Twice; two workers, so that two processes append to one inbox."""
    with open_shop(tmp_path, arguments=("--workers", "2")) as shop:
        with senders(shop, batch=3) as sending:
            for _ in range(2):
                reach(sending, more=300)
                shop.gateway.kill()
                shop.gateway.start()
            reach(sending, more=100)
        acknowledged = [name for sender in sending for name in sender.acknowledged]
        repeated = {name for sender in sending for name in sender.repeated}
        arrived = arrived_ids(shop)
        assert len(acknowledged) > 600
        assert set(acknowledged) <= set(arrived)
        assert {name for name, count in arrived.items() if count > 1} <= repeated


def reach(sending: list[Sender], *, more: int) -> None:
    def count() -> int:
        return sum(len(sender.acknowledged) for sender in sending)

    before = count()
    until(lambda: count() >= before + more)


def test_an_orderly_end_answers_what_is_under_way(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        with senders(shop) as sending:
            reach(sending, more=100)
            process = shop.gateway.process
            assert process
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=20) in (0, -signal.SIGTERM)
        assert {status for sender in sending for status in sender.statuses} == {200}
        acknowledged = {name for sender in sending for name in sender.acknowledged}
        arrived = arrived_ids(shop)
        assert acknowledged <= set(arrived)
        assert max(arrived.values()) == 1


@contextmanager
def disk_held_up(shop: Shop) -> Iterator[None]:
    """No group reaches the disk: another process has the inbox's lock."""
    folder = shop.platform.inbox.folder
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def test_overload_is_429_with_a_time_to_come_back_and_nothing_is_lost(tmp_path: Path) -> None:
    """40 batches of 490 kB are more than the 16 MB that may wait."""
    answers: list[requests.Response] = []
    with open_shop(tmp_path) as shop:

        def send(number: int) -> None:
            batch = [
                track(messageId=f"{number}-{each}", properties={"pad": "x" * 30_000})
                for each in range(16)
            ]
            answers.append(shop.send("/v1/batch", {"batch": batch}))

        threads = [threading.Thread(target=send, args=(number,)) for number in range(40)]
        with disk_held_up(shop):
            for thread in threads:
                thread.start()
            until(lambda: answers)
            browser = shop.post(
                "/api/s/track", json=track(pad="x" * 900_000), headers={"X-Write-Key": shop.front}
            )
        for thread in threads:
            thread.join(timeout=60)
        statuses = Counter(answer.status_code for answer in answers)
        assert set(statuses) == {200, 429}
        for answer in [*(one for one in answers if one.status_code == 429), browser]:
            assert answer.status_code == 429
            assert int(answer.headers["Retry-After"]) >= 1
            assert int(answer.headers["X-RateLimit-Reset"]) >= 1
        assert len(arrived_ids(shop)) == statuses[200] * 16
        assert shop.send("/v1/track", track()).status_code == 200  # it is over


LIMITED = """
import os, resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), resource.RLIM_INFINITY))
os.execv(sys.argv[2], sys.argv[2:])
"""


def test_a_full_disk_is_503_and_what_was_acknowledged_is_there(tmp_path: Path) -> None:
    """No file may pass 1 MB: the inbox's disk is full after a few batches, the store's is not."""
    prefix = (sys.executable, "-c", LIMITED, str(1_000_000))
    with open_shop(tmp_path, prefix=prefix) as shop:
        stored = []
        for number in range(6):
            batch = [
                track(messageId=f"{number}-{each}", properties={"pad": "x" * 20_000})
                for each in range(15)
            ]
            answer = shop.send("/v1/batch", {"batch": batch})
            if answer.status_code == 200:
                stored += [message["messageId"] for message in batch]
            else:
                assert answer.status_code == 503
                assert int(answer.headers["Retry-After"]) >= 1
        assert 0 < len(stored) < 90
        assert sorted(arrived_ids(shop)) == sorted(stored)
        health = shop.session.get(f"{shop.url}/healthz", timeout=30)
        assert (health.status_code, health.json()) == (503, {"ok": False})


def test_a_store_that_is_gone_does_not_lose_known_senders(tmp_path: Path) -> None:
    """A key that was known goes on; nobody can have changed it in a store that is away."""
    with open_shop(tmp_path) as shop:
        assert shop.send("/v1/track", track()).status_code == 200
        store = Path(shop.settings.store_url.removeprefix("sqlite:///"))
        store.write_bytes(b"no database any more")
        time.sleep(2.5)
        answer = shop.send("/v1/track", track())
        assert answer.status_code == 200
