"""The account's limits: requests a minute by plan, and exports a minute beside them.

Belongs here: counting by the emulated clock. Does not belong here: the answer that follows.
"""

from __future__ import annotations

from collections import deque

from vendor_emulator.clock import Clock

PER_MINUTE = {"team": 200, "growth": 400, "professional": 400, "enterprise": 700, "plus": 2500}
MINUTE = 60.0


class Counted:
    """At most `allowed` requests within any minute."""

    def __init__(self, clock: Clock, allowed: int) -> None:
        self.clock, self.allowed = clock, allowed
        self.times: deque[float] = deque()

    def take(self) -> float | None:
        """None: it may pass; else the seconds until the next may."""
        now = self.clock.seconds()
        while self.times and self.times[0] <= now - MINUTE:
            self.times.popleft()
        if len(self.times) >= self.allowed:
            return self.times[0] + MINUTE - now
        self.times.append(now)
        return None

    @property
    def remaining(self) -> int:
        return max(0, self.allowed - len(self.times))

    @property
    def resets(self) -> int:
        return round(self.times[0] + MINUTE - self.clock.seconds()) if self.times else 0
