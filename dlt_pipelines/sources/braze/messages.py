"""Campaigns and Canvases: their lists, their details, and which of them can still move.

Belongs here: what the two have in common. Does not belong here: their daily numbers
(`series.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from typing import Any

from dlt_pipelines.connector import ConnectionSettings, Table, Window
from dlt_pipelines.parallel import in_parallel
from dlt_pipelines.records import raw_table
from dlt_pipelines.sources.braze.client import Braze
from dlt_pipelines.sources.braze.days import Range, day_of, days_of
from dlt_pipelines.sources.braze.series import TOGETHER, WORKERS
from dlt_pipelines.sources.braze.tables import RESTATED
from dlt_pipelines.streams import position, remember_position

QUIET = RESTATED + timedelta(days=7)
"""After it, what was sent last gets no more opens or purchases that count."""


@dataclass(frozen=True)
class Kind:
    rows: str
    listing: str
    details: str
    key: str
    first: str
    last: str


CAMPAIGNS = Kind(
    "campaigns", "/campaigns/list", "/campaigns/details", "campaign_id", "first_sent", "last_sent"
)
CANVASES = Kind(
    "canvases", "/canvas/list", "/canvas/details", "canvas_id", "first_entry", "last_entry"
)


@dataclass
class Messages:
    """Shared by the streams of one sync: what one of them asked, the other needs not."""

    braze: Braze
    kind: Kind
    listing: list[dict[str, Any]] | None = None
    found: dict[str, dict[str, Any]] = field(default_factory=dict)

    def listed(self) -> list[dict[str, Any]]:
        """Archived ones are left out of the list unless asked for."""
        if self.listing is None:
            pages = self.braze.pages(self.kind.listing, self.kind.rows, include_archived="true")
            self.listing = [one for page in pages for one in page]
        return self.listing

    def awake(self, asleep: Mapping[str, str]) -> Iterator[dict[str, Any]]:
        """Those that may have changed, with their details, several asked for at a time."""
        awake = [one for one in self.listed() if asleep.get(one["id"]) != one["last_edited"]]
        missing = [one["id"] for one in awake if one["id"] not in self.found]
        tasks = (partial(self.details, key) for key in missing)
        for key, details in zip(missing, in_parallel(tasks, workers=WORKERS), strict=False):
            self.found[key] = details
        for one in awake:
            yield {**one, **self.found[one["id"]]}

    def details(self, key: str) -> dict[str, Any]:
        answer = self.braze.get(self.kind.details, within=None, **{self.kind.key: key})
        return {name: value for name, value in answer.items() if name != "message"}

    def is_asleep(self, one: Mapping[str, Any], today: date) -> bool:
        """Nothing of it changes before somebody edits it: it is switched off, and its last mail has
        been answered as far as it will be."""
        is_off = one.get("archived") or one.get("draft") or not one.get("enabled", True)
        last = day_of(one.get(self.kind.last))
        return bool(is_off) and (last is None or last + QUIET < today)

    def began(self, one: Mapping[str, Any]) -> date | None:
        """The day of the first mail; None: never sent."""
        return day_of(one.get(self.kind.first))

    def days(
        self, one: Mapping[str, Any], window: Window, settings: ConnectionSettings
    ) -> Range | None:
        """Those of the window that can be other than they were; None where there are none. Days
        after the last mail's answers are zeros for ever and are not asked for."""
        began, last = self.began(one), day_of(one.get(self.kind.last))
        if began is None:
            return None
        days = days_of(window, settings, began=began)
        ends = days.last if last is None else min(days.last, last + QUIET)
        return Range(days.first, ends) if days.first <= ends else None


def asleep_before(settings: ConnectionSettings, window: Window) -> dict[str, str]:
    """Inside a reader: ids that slept at the last sync, with the time of their last edit."""
    return {} if window.whole or not settings.moves_cursors else (position() or {})


def remember(
    settings: ConnectionSettings,
    messages: Messages,
    before: Mapping[str, str],
    seen: Iterable[Mapping[str, Any]],
    today: date,
) -> None:
    here = {one["id"]: one["last_edited"] for one in messages.listed()}
    asleep = {key: edited for key, edited in before.items() if here.get(key) == edited}
    asleep |= {one["id"]: one["last_edited"] for one in seen if messages.is_asleep(one, today)}
    remember_position(settings, asleep)


def read_messages(
    settings: ConnectionSettings, table: Table, messages: Messages, window: Window
) -> Iterator[Any]:
    before = asleep_before(settings, window)
    seen = list(messages.awake(before))
    for start in range(0, len(seen), TOGETHER):
        yield raw_table(table, seen[start : start + TOGETHER], settings.report)
    remember(settings, messages, before, seen, window.until.date())
