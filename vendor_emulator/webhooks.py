"""Sends an emulated vendor's webhooks over real HTTP, as badly as vendors do.

Belongs here: sending beside the requests that caused them, retries, duplicates, disorder, loss.
Does not belong here: what is said and how it is signed (the vendor's own files).

Nothing here survives the process: a vendor that forgets is a fault that receivers must heal.
"""

from __future__ import annotations

import heapq
import http.client
import random
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

SENDERS = 4


@dataclass(frozen=True)
class Webhook:
    """headers: by the number of the try, the first is 1: some vendors sign each try anew."""

    url: str
    body: bytes
    headers: Callable[[int], Mapping[str, str]]
    subject: str = ""


@dataclass(frozen=True)
class Tried:
    """status 0: nobody answered in time."""

    webhook: Webhook
    attempt: int
    status: int

    @property
    def arrived(self) -> bool:
        return 200 <= self.status < 300


@dataclass
class Manners:
    """How the vendor behaves; a test changes it while it runs.

    waits       seconds before the second, third, ... try
    timeout     seconds that an answer may take
    duplicates  how often one is sent twice (0..1);  losses: never sent at all
    disorder    seconds within which one may be late, so that a later one comes before it
    """

    waits: Sequence[float] = ()
    timeout: float = 5.0
    duplicates: float = 0.0
    losses: float = 0.0
    disorder: float = 0.0
    seed: int = 1


@dataclass(order=True)
class Due:
    at: float
    number: int
    webhook: Webhook = field(compare=False)
    attempt: int = field(compare=False, default=1)


class Sender:
    """then: told after each try; what it returns False for is not tried again."""

    def __init__(
        self, manners: Manners, *, then: Callable[[Tried], bool] = lambda tried: True
    ) -> None:
        self.manners = manners
        self.then = then
        self.tried: list[Tried] = []
        self.chance = random.Random(manners.seed)
        self.changed = threading.Condition()
        self.waiting: list[Due] = []
        self.numbers = 0
        self.under_way = 0
        self.is_closed = False
        self.threads: list[threading.Thread] = []

    def send(self, webhook: Webhook) -> None:
        with self.changed:
            if self.chance.random() < self.manners.losses:
                return
            copies = 2 if self.chance.random() < self.manners.duplicates else 1
            for _ in range(copies):
                self.put(webhook, attempt=1, wait=self.chance.random() * self.manners.disorder)

    def put(self, webhook: Webhook, *, attempt: int, wait: float) -> None:
        self.numbers += 1
        due = Due(time.monotonic() + wait, self.numbers, webhook, attempt)
        heapq.heappush(self.waiting, due)
        if len(self.threads) < SENDERS and not self.is_closed:
            name = f"webhooks-{len(self.threads)}"
            self.threads.append(thread := threading.Thread(target=self.run, name=name, daemon=True))
            thread.start()
        self.changed.notify_all()

    def run(self) -> None:
        while (due := self.next()) is not None:
            tried = Tried(due.webhook, due.attempt, self.post(due.webhook, due.attempt))
            goes_on = self.then(tried)
            with self.changed:
                self.tried.append(tried)
                waits = self.manners.waits
                if not tried.arrived and goes_on and due.attempt <= len(waits):
                    self.put(due.webhook, attempt=due.attempt + 1, wait=waits[due.attempt - 1])
                self.under_way -= 1
                self.changed.notify_all()

    def next(self) -> Due | None:
        with self.changed:
            while not self.is_closed:
                left = self.waiting[0].at - time.monotonic() if self.waiting else None
                if left is not None and left <= 0:
                    self.under_way += 1
                    return heapq.heappop(self.waiting)
                self.changed.wait(left)
        return None

    def post(self, webhook: Webhook, attempt: int) -> int:
        parts = urlsplit(webhook.url)
        secure = parts.scheme == "https"
        kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
        connection = kind(parts.netloc, timeout=self.manners.timeout)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        try:
            connection.request("POST", path, webhook.body, dict(webhook.headers(attempt)))
            answer = connection.getresponse()
            answer.read()
            return answer.status
        except (OSError, http.client.HTTPException):
            return 0
        finally:
            connection.close()

    def settle(self, within: float = 30.0) -> bool:
        """Whether all that is to be sent was sent, or given up."""
        end = time.monotonic() + within
        with self.changed:
            while self.waiting or self.under_way:
                if (left := end - time.monotonic()) <= 0:
                    return False
                self.changed.wait(left)
        return True

    def close(self) -> None:
        with self.changed:
            self.is_closed = True
            self.waiting.clear()
            self.changed.notify_all()
