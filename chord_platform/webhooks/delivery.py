"""A received webhook, and the claim of who works the webhooks of one key.

Belongs here: these values and the rule of waiting. Does not belong here: rows (`queue.py`).
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

State = Literal["ready", "claimed", "done", "dead"]
STATES: tuple[State, ...] = ("ready", "claimed", "done", "dead")


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """topic: whose handler works it. key: what it coalesces on. subject: the vendor's own topic.

    body is None where only an overview was asked for. attempts counts the claims it was part of.
    """

    id: str
    topic: str
    key: str
    subject: str
    headers: Mapping[str, str]
    body: bytes | None = field(repr=False)
    received_at: datetime
    not_before: datetime
    attempts: int
    state: State
    problem: str | None = None
    lease_until: datetime | None = None
    handled_by: str | None = None
    finished_at: datetime | None = None
    result: Any = None


@dataclass(frozen=True, kw_only=True)
class Arrived:
    """One that is to be received. stopped: the result of one that is kept to be seen, and has
    nothing to be worked."""

    id: str
    topic: str
    key: str
    subject: str = ""
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    received_at: datetime
    stopped: Any = None


@dataclass(frozen=True, kw_only=True)
class Claim:
    """All deliveries of one key that were waiting, oldest first; nobody else has one of the key
    until `lease_until`."""

    id: str
    topic: str
    key: str
    worker: str
    lease_until: datetime
    deliveries: tuple[Delivery, ...]

    @property
    def newest(self) -> Delivery:
        return self.deliveries[-1]


@dataclass(frozen=True, kw_only=True)
class Backoff:
    """10 s, 30 s, 90 s … an hour at most; with eight attempts a vendor may be away for 90 minutes.

    jitter gives 0..1; a wait is longer by up to a quarter, so that what failed together does not
    come back together.
    """

    first: timedelta = timedelta(seconds=10)
    factor: float = 3.0
    longest: timedelta = timedelta(hours=1)
    most_attempts: int = 8
    jitter: Callable[[], float] = random.random

    def wait(self, attempts: int) -> timedelta:
        """After so many attempts."""
        plain = min(self.first * self.factor ** max(0, attempts - 1), self.longest)
        return plain * (1 + self.jitter() / 4)
