"""Which days of a series are asked for, and in which requests.

Belongs here: ranges of days; pure. Does not belong here: asking.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from dlt_pipelines.connector import ConnectionSettings, Window

DAY = timedelta(days=1)
FIRST_DAYS = 730
"""Two years, for series that have no beginning of their own and a connection without `start_on`."""


@dataclass(frozen=True)
class Range:
    first: date
    last: date

    def requests(self, longest: int) -> list[tuple[int, str]]:
        """(length, ending_at). A day is the workspace's, which the API does not tell: the end of a
        day in UTC may be the next one there. So each request goes one day further back than the one
        before ended."""
        asked = []
        last = self.last
        while True:
            length = min(longest, (last - self.first).days + 2)
            asked.append((length, f"{last.isoformat()}T23:59:59Z"))
            last -= (longest - 1) * DAY
            if last < self.first:
                return asked

    def at_most(self, requests: int, longest: int) -> Range:
        """The last days of it, as many as so many requests bring."""
        first = self.last - ((longest - 1) * max(1, requests) - 1) * DAY
        return Range(max(self.first, first), self.last)


def days_of(window: Window, settings: ConnectionSettings, *, began: date | None = None) -> Range:
    """From the window's beginning, or the thing's own where that is later."""
    last = window.until.astimezone(UTC).date()
    floor = began
    if window.since is not None:
        floor = window.since.astimezone(UTC).date()
    elif start_on := settings.get("start_on"):
        floor = date.fromisoformat(start_on)
    elif began is None:
        floor = last - FIRST_DAYS * DAY
    assert floor is not None
    return Range(min(max(floor, began or floor), last), last)


def day_of(text: str | None) -> date | None:
    return datetime.fromisoformat(text).astimezone(UTC).date() if text else None
