"""Lists of few records: pages by cursor, or by number for who asks without one.

Belongs here: their paging and filters. Does not belong here: records (`account.py`).
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from vendor_emulator.vendors import Answer, Asked, json_answer
from vendor_emulator.vendors.zendesk import answers

if TYPE_CHECKING:
    from vendor_emulator.vendors.zendesk.world import World

LARGEST_PAGE = 100


@dataclass(frozen=True)
class Listing:
    """pages: "cursor" (or by number), "number" alone, or "none"."""

    table: str
    pages: str = "cursor"
    filters: frozenset[str] = frozenset()


LISTS = {
    listing.table: listing
    for listing in (
        *(
            Listing(name)
            for name in (
                "group_memberships",
                "brands",
                "ticket_fields",
                "ticket_forms",
                "user_fields",
                "organization_fields",
                "organization_memberships",
                "macros",
                "tags",
            )
        ),
        Listing("groups", filters=frozenset({"exclude_deleted"})),
        Listing("sla_policies", pages="number"),
        Listing("custom_statuses", pages="none", filters=frozenset({"active", "default"})),
        Listing("satisfaction_ratings", filters=frozenset({"score", "start_time", "end_time"})),
    )
}


def listed(listing: Listing, world: World, asked: Asked, largest_page: int) -> Answer:
    known = set(listing.filters)
    if listing.pages == "cursor":
        known |= {"page[size]", "page[after]", "page", "per_page"}
    if listing.pages == "number":
        known |= {"page", "per_page"}
    if unknown := sorted(set(asked.query) - known):
        return answers.invalid(unknown[0])
    if "page[size]" in asked.query or "page[after]" in asked.query:
        return by_cursor(listing, records_of(listing, world, asked), asked, largest_page)
    return by_number(listing, records_of(listing, world, asked), asked)


def records_of(listing: Listing, world: World, asked: Asked) -> list[dict[str, Any]]:
    if listing.table != "satisfaction_ratings":
        return world.lists[listing.table]
    since = int(asked.query.get("start_time", 0))
    until = int(asked.query.get("end_time", 2**40))
    ratings = world.ratings
    return [
        ratings.records[key]
        for key in sorted(ratings.records)
        if since <= ratings.stamps[key] <= until
    ]


def by_cursor(
    listing: Listing, records: list[dict[str, Any]], asked: Asked, largest_page: int
) -> Answer:
    asked_size = asked.query.get("page[size]", str(LARGEST_PAGE))
    if not asked_size.isdecimal() or not 0 < int(asked_size) <= LARGEST_PAGE:
        return answers.invalid("page[size]")
    size = min(int(asked_size), largest_page)
    start = 0
    if after := asked.query.get("page[after]"):
        try:
            start = int(urlsafe_b64decode(after.encode()).decode().removeprefix("after "))
        except ValueError:
            return answers.invalid("page[after]")
    page = records[start : start + size]
    has_more = start + size < len(records)
    cursor = urlsafe_b64encode(f"after {start + len(page)}".encode()).decode() if page else None
    return json_answer(
        {
            listing.table: page,
            "meta": {"has_more": has_more, "after_cursor": cursor, "before_cursor": None},
            "links": {"next": f"{asked.base_url}{asked.path}" if has_more else None, "prev": None},
        }
    )


def by_number(listing: Listing, records: list[dict[str, Any]], asked: Asked) -> Answer:
    if listing.pages == "none":
        return json_answer({listing.table: records})
    number, size = asked.query.get("page", "1"), asked.query.get("per_page", str(LARGEST_PAGE))
    if not (number.isdecimal() and size.isdecimal() and 0 < int(size) <= LARGEST_PAGE):
        return answers.invalid("page")
    start = (int(number) - 1) * int(size)
    has_more = start + int(size) < len(records)
    following = f"{asked.base_url}{asked.path}?page={int(number) + 1}"
    return json_answer(
        {
            listing.table: records[start : start + int(size)],
            "count": len(records),
            "next_page": following if has_more else None,
            "previous_page": None,
        }
    )
