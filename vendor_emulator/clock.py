"""The emulated world's time.

Belongs here: now, seconds gone by, moving on. Does not belong here: waiting.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta


class Clock:
    """Starts at a given moment and goes on with the machine's clock; `advance` makes it jump.

    The seeded business ends at a fixed day, so the vendors live on that day too: windows such as
    "the last 60 days" then mean the same on every machine and in every year.
    """

    def __init__(self, start: datetime, *, ticking: Callable[[], float] = time.monotonic) -> None:
        self.start = start
        self._ticking = ticking
        self.restart()

    def restart(self) -> None:
        self._began = self._ticking()
        self._jumped = 0.0

    def seconds(self) -> float:
        return self._ticking() - self._began + self._jumped

    def now(self) -> datetime:
        return (self.start + timedelta(seconds=self.seconds())).replace(microsecond=0)

    def advance(self, seconds: float) -> None:
        self._jumped += seconds
