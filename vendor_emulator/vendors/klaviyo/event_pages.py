"""Pages of events, cut from the log.

Belongs here: which events a request means, and the page's bytes. Does not belong here: the log.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from math import ceil, floor
from typing import Any

import orjson

from vendor_emulator.vendors import Asked
from vendor_emulator.vendors.klaviyo import paging
from vendor_emulator.vendors.klaviyo.event_log import EventLog, attribution
from vendor_emulator.vendors.klaviyo.grammar import Term
from vendor_emulator.vendors.klaviyo.lists import Lists
from vendor_emulator.vendors.klaviyo.records import profile_id
from vendor_emulator.vendors.klaviyo.routes import Route

FOREVER = 2**40
TIMES = ("datetime", "timestamp")


def event_page(lists: Lists, route: Route, asked: Asked) -> bytes:
    log = lists.world().events
    terms = lists.terms(route, asked)
    size = lists.size(route, asked)
    sort, descending = lists.order(route, asked)
    names = lists.included(route, asked)
    chosen = meant(log, terms)
    after = paging.place_of(asked)
    if descending or not sort:  # the newest first, unless another order is asked for
        chosen = chosen[::-1]
        if after is not None:
            chosen = [place for place in chosen if log.places[place] < after]
    elif after is not None:
        first = log.after((after[0], after[1]))
        chosen = (
            range(max(first, chosen.start), chosen.stop)
            if isinstance(chosen, range)
            else [place for place in chosen if place >= first]
        )
    page = chosen[:size]
    last = log.places[page[-1]] if len(chosen) > size else None
    links = orjson.dumps(paging.links_of(asked, last))
    included = b""
    if names:
        included = b',"included":' + orjson.dumps(related(lists, log, page, names))
    return b'{"data":[' + log.joined(page) + b'],"links":' + links + included + b"}"


def meant(log: EventLog, terms: Sequence[Term]) -> Sequence[int]:
    """Places in the log, oldest first."""
    start, end = 0, FOREVER
    for term in terms:
        if term.field in TIMES:
            low, high = bounds(term)
            start, end = max(start, low), min(end, high)
    first, last = log.between(start, end)
    chosen: Sequence[int] = range(first, max(first, last))
    for term in terms:
        if term.field == "metric_id":
            chosen = [place for place in chosen if log.items[place].metric_id == term.value]
        elif term.field == "profile_id":
            chosen = [
                place
                for place in chosen
                if profile_id(log.items[place].event.customer_id) == term.value
            ]
    return chosen


def bounds(term: Term) -> tuple[int, int]:
    """From which second up to which, this one left out; events happen on whole seconds."""
    moment = term.value.timestamp() if isinstance(term.value, datetime) else term.value
    return {
        "greater-or-equal": (ceil(moment), FOREVER),
        "greater-than": (floor(moment) + 1, FOREVER),
        "less-than": (0, ceil(moment)),
        "less-or-equal": (0, floor(moment) + 1),
    }[term.operator]


def related(
    lists: Lists, log: EventLog, page: Sequence[int], names: Sequence[str]
) -> list[dict[str, Any]]:
    found: dict[tuple[str, str], dict[str, Any]] = {}
    world = lists.world()
    for place in page:
        item = log.items[place]
        if "attributions" in names and item.by is not None:
            found["attribution", item.id] = attribution(item)
        if "metric" in names:
            found["metric", item.metric_id] = world.of("metric")[item.metric_id]
        if "profile" in names:
            key = profile_id(item.event.customer_id)
            if key in world.of("profile"):
                found["profile", key] = world.of("profile")[key]
    return list(found.values())
