"""Klaviyo's limits: fixed windows of a second, a minute and for reports a day, for each endpoint.

Belongs here: counting by the emulated clock. Does not belong here: which endpoint has which size.
"""

from __future__ import annotations

from math import ceil

from vendor_emulator.clock import Clock

SIZES = {
    "XS": {1: 1, 60: 15},
    "S": {1: 3, 60: 60},
    "M": {1: 10, 60: 150},
    "L": {1: 75, 60: 750},
    "XL": {1: 350, 60: 3500},
    "report": {1: 1, 60: 2, 86_400: 225},
}
"""Requests by the length of the window in seconds."""


class Windows:
    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.used: dict[tuple[str, int], tuple[int, int]] = {}

    def take(self, endpoint: str, size: str) -> int | None:
        """None: it may pass; else the whole seconds until it may. The refused do not count."""
        now = self.clock.seconds()
        for seconds, allowed in SIZES[size].items():
            if self.count(endpoint, seconds, now) >= allowed:
                return max(1, ceil(seconds - now % seconds))
        for seconds in SIZES[size]:
            count = self.count(endpoint, seconds, now) + 1
            self.used[endpoint, seconds] = (int(now // seconds), count)
        return None

    def count(self, endpoint: str, seconds: int, now: float) -> int:
        window, count = self.used.get((endpoint, seconds), (-1, 0))
        return count if window == int(now // seconds) else 0

    def headers(self, endpoint: str, size: str) -> dict[str, str]:
        """Of the window of a minute; a refused request has none of these."""
        now = self.clock.seconds()
        allowed = SIZES[size][60]
        return {
            "RateLimit-Limit": str(allowed),
            "RateLimit-Remaining": str(max(0, allowed - self.count(endpoint, 60, now))),
            "RateLimit-Reset": str(ceil(60 - now % 60)),
        }
