"""Incremental exports: read by Zendesk's own cursor, or by the time it names.

Belongs here: where an export starts, goes on and ends. Does not belong here: rows (`rows.py`).

Rules of the vendor: only the first request of all, or a backfill, names a time, at least a minute
ago; everything later goes on from where the last answer said (the clock would skip what changed in
between). Records come in the order of their last change of any kind, so one that changes while it
is read comes once more, later.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Generator, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from queue import SimpleQueue
from threading import Event, Semaphore
from typing import Any

from dlt_pipelines.api import Api
from dlt_pipelines.connector import ConnectionSettings, Window
from dlt_pipelines.errors import UnexpectedResponse
from dlt_pipelines.limits import Limiter
from dlt_pipelines.sources.zendesk.client import NAME, Refused

LARGEST_PAGE = 1000
FIRST_SECOND = int(datetime(2007, 1, 1, tzinfo=UTC).timestamp())
"""Zendesk began in 2007; `generated_timestamp` is never earlier, also of imported tickets."""
HELD_BACK = timedelta(seconds=61)
"""A `start_time` within the last minute is refused (422, StartTimeTooRecent)."""
AHEAD = 2
"""Pages (some megabytes each) that are in memory or on their way."""
SLICE_PAGES = 60
"""Six minutes of the vendor's ten exports a minute are what a crash can cost. Shorter slices cost
CPU: each is compared with all that is here already."""

Page = Mapping[str, Any]
Reading = Generator[list[Any], None, datetime | None]


@dataclass(frozen=True)
class Export:
    """changed: the epoch second by which Zendesk orders these records.
    takes_size: `per_page` is a parameter; the others give pages of 1,000 unasked.
    """

    path: str
    rows: str
    changed: Callable[[Mapping[str, Any]], int]
    include: str | None = None
    takes_size: bool = True


@dataclass
class Reader(ABC):
    """One export of one sync. `place` is what the next sync goes on from."""

    api: Api
    limit: Limiter
    export: Export
    window: Window
    settings: ConnectionSettings
    place: Any = None
    newest: int = 0
    seen: set[Any] = field(default_factory=set)

    def read(self) -> Reading:
        """Lists of records. Returns the time reached when there is more after this slice."""
        whole = self.window.whole or not self.settings.moves_cursors
        until = None if self.settings.moves_cursors else self.window.until.timestamp()
        for page, is_last in self.ahead(None if whole else SLICE_PAGES):
            records = page.get(self.export.rows)
            if not isinstance(records, list):
                raise UnexpectedResponse(NAME, f"an export has no {self.export.rows}.")
            yield records
            if records:
                self.newest = max(self.newest, self.export.changed(records[-1]))
            if until is not None and self.newest > until:
                return None
            if is_last:
                return None
        return self.reached()

    def reached(self) -> datetime:
        """Not quite now, or the sync would take the slice for the last; and later than before."""
        before = self.window.since or datetime.fromtimestamp(0, UTC)
        newest = datetime.fromtimestamp(self.newest, UTC)
        return min(max(newest, before + timedelta(seconds=1)), self.window.until - HELD_BACK)

    def ahead(self, pages: int | None) -> Iterator[tuple[Page, bool]]:
        """Each page and whether it is the last; the next ones are on their way meanwhile.

        The thread that got a page asks for the next by itself: handing that to the reader first
        costs 15 ms a page of waiting for the interpreter's lock.
        """
        come: SimpleQueue[tuple[Page, bool] | BaseException] = SimpleQueue()
        room, done = Semaphore(AHEAD), Event()

        def fetch() -> None:
            try:
                for number in count(1):
                    room.acquire()
                    if done.is_set():
                        return
                    page = self.ask()
                    self.go_on(page)
                    is_last = self.is_last(page)
                    come.put((page, is_last))
                    if is_last or number == pages:
                        return
            except BaseException as error:
                come.put(error)

        with ThreadPoolExecutor(1, thread_name_prefix=f"zendesk {self.export.rows}") as pool:
            fetching = pool.submit(fetch)
            try:
                for number in count(1):
                    got = come.get()
                    if isinstance(got, BaseException):
                        raise got
                    yield got
                    if got[1] or number == pages:
                        fetching.result()
                        return
                    room.release()
            finally:
                done.set()
                room.release()

    def ask(self) -> Page:
        params = self.where()
        if self.export.takes_size:
            params["per_page"] = str(LARGEST_PAGE)
        if self.export.include:
            params["include"] = self.export.include
        return self.api.get(self.export.path, params, limiter=self.limit)

    def first_second(self) -> int:
        latest = int((self.window.until - HELD_BACK).timestamp())
        since = self.window.since
        wanted = FIRST_SECOND if since is None else int(since.timestamp())
        return min(max(wanted, start_on(self.settings)), latest)

    # ------------------------------------------------------------------ each kind's own

    @abstractmethod
    def where(self) -> dict[str, str]:
        """Parameters that name the place to go on from."""

    @abstractmethod
    def go_on(self, page: Page) -> None:
        """Moves to the place that a page names."""

    @abstractmethod
    def is_last(self, page: Page) -> bool:
        """Whether the export ends with this page."""

    def move_to(self, place: Any) -> None:
        """Raises `UnexpectedResponse` for a place that was left already: it would never end."""
        if place in self.seen:
            raise self.led_back()
        self.seen.add(place)
        self.place = place

    def led_back(self) -> UnexpectedResponse:
        return UnexpectedResponse(
            NAME,
            f"the export of {self.export.rows} leads back to a page that was read.",
            hint="Nothing of this slice was stored. Please report it with the log of this run.",
        )


class ByCursor(Reader):
    def where(self) -> dict[str, str]:
        if self.place is None:
            return {"start_time": str(self.first_second())}
        return {"cursor": self.place}

    def ask(self) -> Page:
        try:
            return super().ask()
        except Refused:
            if self.place is None or self.seen or self.window.since is None:
                raise
        # A cursor of an earlier sync may be forgotten (a restored sandbox); the time is not.
        self.settings.report.notes.append(
            f"Zendesk no longer knew the place in {self.export.rows}; it was read by time again."
        )
        self.place = None
        return super().ask()

    def go_on(self, page: Page) -> None:
        after = page.get("after_cursor")
        if after is not None and after != self.place:
            self.move_to(after)
        elif not self.is_last(page):
            # At the end the cursor may stand still, or be null when nothing was found.
            raise self.led_back()

    def is_last(self, page: Page) -> bool:
        return page.get("end_of_stream") is True


class ByTime(Reader):
    """Boundary records come twice. More than a page of them within one second never ends at the
    vendor; that is an error here."""

    asked: int = 0

    def where(self) -> dict[str, str]:
        self.asked = self.first_second() if self.place is None else self.place
        return {"start_time": str(self.asked)}

    def go_on(self, page: Page) -> None:
        end = page.get("end_time")
        if self.is_last(page):
            self.place = self.place if end is None else end
        elif not isinstance(end, int):
            raise UnexpectedResponse(NAME, "a page names neither its end nor the export's.")
        else:
            self.move_to(end)

    def is_last(self, page: Page) -> bool:
        told = page.get("end_of_stream")
        if isinstance(told, bool):
            return told
        # Metric events are documented without it: the last page is the one that leads nowhere.
        rows = page.get("count") or 0
        stands = page.get("end_time") == self.asked and rows < LARGEST_PAGE
        return not rows or page.get("next_page") is None or stands


def start_on(settings: ConnectionSettings) -> int:
    day = settings.get("start_on")
    if not day:
        return FIRST_SECOND
    return int(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp())


def second_of(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp())
