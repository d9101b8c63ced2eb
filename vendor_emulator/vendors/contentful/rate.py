"""The limit of requests a second, and the headers that tell of it.

Belongs here: counting. Does not belong here: refusing.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

HOURLY = 36_000


class Rate:
    def __init__(self, limit: int, seconds: Callable[[], float], is_strict: bool) -> None:
        self.limit = limit
        self.seconds = seconds
        self.is_strict = is_strict
        self.taken: deque[float] = deque()

    def has_room(self) -> bool:
        now = self.seconds()
        while self.taken and self.taken[0] <= now - 1:
            self.taken.popleft()
        if self.is_strict and len(self.taken) >= self.limit:
            return False
        self.taken.append(now)
        return True

    def headers(self, *, reset: int) -> dict[str, str]:
        """As strictly as it is counted: a limit that is off is told as a high one."""
        limit = self.limit if self.is_strict else 10_000
        left = max(0, limit - len(self.taken))
        return {
            "X-Contentful-RateLimit-Second-Limit": str(limit),
            "X-Contentful-RateLimit-Second-Remaining": str(left),
            "X-Contentful-RateLimit-Hour-Limit": str(HOURLY),
            "X-Contentful-RateLimit-Hour-Remaining": str(HOURLY - 1),
            "X-Contentful-RateLimit-Reset": str(reset),
            "X-Contentful-Request-Id": "0f7a2c1e-5a55-4e5e-9a45-2d7cf6b2a001",
        }
