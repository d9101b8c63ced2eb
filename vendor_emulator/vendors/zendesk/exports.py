"""Incremental exports: pages by a cursor of Zendesk's own, or by time.

Belongs here: which records a page holds and what is said of the next. Does not belong here: who
may ask (`desk.py`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import orjson

from vendor_emulator.vendors import Answer, Asked
from vendor_emulator.vendors.zendesk import answers
from vendor_emulator.vendors.zendesk.feed import Page, as_cursor, from_cursor

if TYPE_CHECKING:
    from vendor_emulator.vendors.zendesk.world import World


@dataclass(frozen=True)
class Export:
    """tells_end: the documented answer has `end_of_stream`; takes_size: `per_page` is a parameter;
    sideloads: what `include` may name.
    """

    table: str
    path: str
    by_cursor: bool
    tells_end: bool = True
    takes_size: bool = True
    sideloads: frozenset[str] = frozenset()
    others: frozenset[str] = frozenset()


EXPORTS = {
    export.table: export
    for export in (
        Export(
            "tickets",
            "incremental/tickets/cursor",
            by_cursor=True,
            sideloads=frozenset({"metric_sets"}),
            others=frozenset({"exclude_deleted"}),
        ),
        Export("users", "incremental/users/cursor", by_cursor=True),
        Export("organizations", "incremental/organizations", by_cursor=False),
        Export(
            "ticket_events",
            "incremental/ticket_events",
            by_cursor=False,
            takes_size=False,
            sideloads=frozenset({"comment_events"}),
        ),
        Export(
            "ticket_metric_events",
            "incremental/ticket_metric_events",
            by_cursor=False,
            tells_end=False,
            takes_size=False,
            others=frozenset({"include_changes"}),
        ),
    )
}
LARGEST_PAGE = 1000


@dataclass
class Exports:
    largest_page: int
    delay: float

    def visible_until(self, now: datetime) -> int:
        """Zendesk leaves the last minute out."""
        return int(now.timestamp() - self.delay)

    def answer(self, export: Export, world: World, asked: Asked, now: datetime) -> Answer:
        known = {"start_time"} | export.others
        if export.takes_size:
            known.add("per_page")
        if export.sideloads:
            known.add("include")
        if export.by_cursor:
            known.add("cursor")
        if unknown := sorted(set(asked.query) - known):
            return answers.invalid(unknown[0])
        included = set(filter(None, asked.query.get("include", "").split(",")))
        if included - export.sideloads:
            return answers.invalid("include")
        size = asked.query.get("per_page", str(LARGEST_PAGE))
        if not size.isdecimal() or not 0 < int(size) <= LARGEST_PAGE:
            return answers.invalid("per_page")
        cursor = from_cursor(asked.query["cursor"]) if "cursor" in asked.query else None
        if "cursor" in asked.query and cursor is None:
            return answers.invalid("cursor")
        start = asked.query.get("start_time", "")
        if cursor is None:
            if not start.isdecimal():
                return answers.invalid("start_time")
            if int(start) > self.visible_until(now):
                return answers.TOO_RECENT
        feed = world.feeds[export.table]
        page = feed.page(
            feed.beyond(cursor) if cursor else feed.since(int(start)),
            until=self.visible_until(now),
            size=min(int(size), self.largest_page),
            dress=dressing(world, included, export),
            largest=None if export.by_cursor else LARGEST_PAGE,
        )
        told = by_cursor(export, page, asked) if export.by_cursor else by_time(export, page, asked)
        return framed(export.table, page, told)


def dressing(
    world: World, included: set[str], export: Export
) -> Callable[[int, bytes], bytes] | None:
    if "metric_sets" in included:
        metrics = world.metrics
        return lambda key, body: body[:-1] + b',"metric_set":' + metrics[key] + b"}"
    if export.table == "ticket_events":
        with_comments = "comment_events" in included
        return lambda key, body: commented(body, with_comments=with_comments)
    return None


def commented(body: bytes, *, with_comments: bool) -> bytes:
    """A comment's text is shown to who asked for it, a note that there is one to others."""
    event = orjson.loads(body)
    for child in event["child_events"]:
        comment = child.pop("_comment", None)
        if comment and with_comments:
            child.pop("comment_present")
            child.pop("comment_public")
            child |= comment
    return orjson.dumps(event)


def by_cursor(export: Export, page: Page, asked: Asked) -> dict[str, Any]:
    after = as_cursor(page.places[-1]) if page.places else asked.query.get("cursor")
    address = f"{asked.base_url}/api/v2/{export.path}.json?{urlencode({'cursor': after})}"
    return {
        "after_cursor": after,
        "after_url": address if after else None,
        "before_cursor": None,
        "before_url": None,
        "end_of_stream": page.is_last,
    }


def by_time(export: Export, page: Page, asked: Asked) -> dict[str, Any]:
    end = page.places[-1][0] if page.places else int(asked.query["start_time"])
    query = urlencode({**asked.query, "start_time": end})
    told: dict[str, Any] = {
        "count": len(page.places),
        "end_time": end,
        "next_page": f"{asked.base_url}/api/v2/{export.path}.json?{query}",
    }
    return {**told, "end_of_stream": page.is_last} if export.tells_end else told


def framed(name: str, page: Page, told: dict[str, Any]) -> Answer:
    rows = b",".join(page.bodies)
    body = b'{"' + name.encode() + b'":[' + rows + b"]," + orjson.dumps(told)[1:]
    return Answer(body=body)
