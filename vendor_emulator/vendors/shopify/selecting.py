"""Which rows of a list a search text leaves, in which order.

Belongs here: filtering, sorting, remembering both. Does not belong here: what the filters are
(`lists.py`), pages.
"""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime
from typing import Any

from vendor_emulator.vendors.shopify.access import Grant
from vendor_emulator.vendors.shopify.listing import Listing
from vendor_emulator.vendors.shopify.lists import COUNTED, LISTINGS
from vendor_emulator.vendors.shopify.paging import Ordered, sort_key
from vendor_emulator.vendors.shopify.search import compile_search
from vendor_emulator.vendors.shopify.world import World

KEPT = 48
COUNT = "Count"


class Selecting:
    """`warned` holds what the vendor says about the search texts since it was last cleared."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.warned: list[dict[str, Any]] = []
        self._kept: OrderedDict[Any, tuple[Ordered, list[dict[str, str]]]] = OrderedDict()

    def select(
        self, name: str, text: str | None, sort: str | None, grant: Grant, now: datetime
    ) -> Ordered:
        listing = listing_of(name)
        hides = listing.hidden is not None
        key = (name, text, sort, self.world.version, grant if hides else None, hides and now.date())
        if key not in self._kept:
            self._kept[key] = self._made(name, text, sort, grant, now)
            if len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        self._kept.move_to_end(key)
        rows, warnings = self._kept[key]
        if warnings:
            self.warned.append(
                {"path": [name], "query": text, "parsed": None, "warnings": warnings}
            )
        return rows

    def _made(
        self, name: str, text: str | None, sort: str | None, grant: Grant, now: datetime
    ) -> tuple[Ordered, list[dict[str, str]]]:
        listing = listing_of(name)
        search = compile_search(text, listing.filters)
        found = [one for one in listing.rows(self.world) if search.fits(one)]
        if listing.hidden is not None:
            seer = _Seer(grant, now)
            found = [one for one in found if not listing.hidden(one, seer)]
        value = listing.sorts[sort] if sort else next(iter(listing.sorts.values()))
        key = sort_key(value, listing.number)
        return Ordered(sorted(found, key=key), key), search.warnings


def listing_of(name: str) -> Listing:
    """Of a list (`orders`), or of its count (`ordersCount`)."""
    return COUNTED[name.removesuffix(COUNT)] if name.endswith(COUNT) else LISTINGS[name]


class _Seer:
    def __init__(self, grant: Grant, now: datetime) -> None:
        self.grant, self.now = grant, now
