"""Records that Klaviyo lists under one address, and those listed under a parent.

Belongs here: what is asked for, page sizes, passes. Does not belong here: events and profiles
(`history.py`), reports (`reports.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from dlt_pipelines.connector import Window
from dlt_pipelines.parallel import in_parallel
from dlt_pipelines.sources.klaviyo.client import Client, Missing, ScopeMissing
from dlt_pipelines.sources.klaviyo.filters import earliest, terms, written
from dlt_pipelines.sources.klaviyo.history import Reading
from dlt_pipelines.sources.klaviyo.rows import gathered
from dlt_pipelines.sources.klaviyo.tables import BY_NAME
from dlt_pipelines.streams import SKIPPED

CHANNELS = ("email", "sms", "mobile_push")
"""A channel must be named; archived campaigns and flows come only when asked for."""
ARCHIVED = ("false", "true")

Record = dict[str, Any]


@dataclass(frozen=True)
class Listing:
    """updated: Klaviyo's name of the time by which changes can be asked for, "" where the listing
    is read whole. passes: filters, each of which shows a part of the whole."""

    table: str
    params: Mapping[str, str] = field(default_factory=dict)
    updated: str = ""
    passes: tuple[str, ...] = ("",)

    @property
    def path(self) -> str:
        return "/api/" + self.table.replace("_", "-")

    def bodies(self, client: Client, window: Window) -> Iterator[Record]:
        since = window.since or earliest(client.settings)
        for each in self.passes:
            changed = f"greater-or-equal({self.updated},{written(since)})" if since else ""
            params = dict(self.params)
            if wanted := terms(each, changed if self.updated else ""):
                params["filter"] = wanted
            yield from client.pages(self.path, self.path, params)


def sized(size: int, **params: str) -> dict[str, str]:
    return {"page[size]": str(size), **params}


CAMPAIGNS = Listing(
    "campaigns",
    sized(100, include="campaign-messages,tags"),
    updated="updated_at",
    passes=tuple(
        f"equals(messages.channel,'{channel}'),equals(archived,{archived})"
        for channel in CHANNELS
        for archived in ARCHIVED
    ),
)
FLOWS = Listing(
    "flows",
    sized(50, include="flow-actions,tags"),
    updated="updated",
    passes=tuple(f"equals(archived,{archived})" for archived in ARCHIVED),
)
LISTINGS = (
    Listing("accounts"),
    Listing("metrics"),
    Listing("templates", sized(10), updated="updated"),
    Listing("tags", sized(50, include="tag-group")),
    Listing("tag_groups", sized(25)),
    Listing("coupons", sized(100)),
    Listing("forms", sized(100)),
    Listing("images", sized(100), updated="updated_at"),
    Listing("catalog_items", sized(100)),
    Listing("catalog_variants", sized(100)),
    Listing("catalog_categories", sized(100)),
)
GROUPS = (
    Listing("lists", sized(10, include="tags")),
    Listing("segments", sized(10, include="tags")),
)


def skipped(client: Client, table: str, refused: ScopeMissing) -> str:
    client.settings.report.warn(table, str(refused))
    return SKIPPED


def read_listing(client: Client, listing: Listing, window: Window) -> Reading:
    table = BY_NAME[listing.table]
    records = (each for body in listing.bodies(client, window) for each in body["data"])
    try:
        yield from gathered(table, records, client.settings.report)
    except ScopeMissing as refused:
        return skipped(client, listing.table, refused)
    return None


def read_groups(client: Client, listing: Listing, window: Window) -> Reading:
    """Lists or segments, with their number of members where that is wanted: Klaviyo tells it for
    one at a time."""
    kind = listing.table.removesuffix("s")
    counted = client.settings.get("member_counts") == "yes"

    def with_count(record: Record) -> Record:
        params = {f"additional-fields[{kind}]": "profile_count"}
        path = f"{listing.path}/{record['id']}"
        endpoint = f"{listing.path}/id with {kind} count"
        return client.get(endpoint, path, params)["data"]

    def records() -> Iterator[Record]:
        for body in listing.bodies(client, window):
            for record in body["data"]:
                try:
                    yield with_count(record) if counted else record
                except Missing:
                    continue

    try:
        yield from gathered(BY_NAME[listing.table], records(), client.settings.report)
    except ScopeMissing as refused:
        return skipped(client, listing.table, refused)
    return None


def read_members(client: Client, listing: Listing, window: Window) -> Reading:
    kind = listing.table.removesuffix("s")
    table = BY_NAME[f"{kind}_members"]
    if client.settings.get("members") != "yes":
        return SKIPPED
    params = sized(100, **{"fields[profile]": "joined_group_at"})

    def records() -> Iterator[Record]:
        for group in client.once(listing.path):
            path = f"{listing.path}/{group['id']}/profiles"
            try:
                for body in client.pages(f"{listing.path}/id/profiles", path, params):
                    for record in body["data"]:
                        yield {**record, f"{kind}_id": group["id"], "profile_id": record["id"]}
            except Missing:
                continue

    try:
        yield from gathered(table, records(), client.settings.report)
    except ScopeMissing as refused:
        return skipped(client, table.name, refused)
    return None


def read_coupon_codes(client: Client, window: Window) -> Reading:
    """There is no list of all codes: a coupon must be named."""
    path = "/api/coupon-codes"

    def records() -> Iterator[Record]:
        for coupon in client.once("/api/coupons"):
            params = sized(100, filter=f'equals(coupon.id,"{coupon["id"]}")')
            for body in client.pages(path, path, params):
                yield from body["data"]

    try:
        yield from gathered(BY_NAME["coupon_codes"], records(), client.settings.report)
    except ScopeMissing as refused:
        return skipped(client, "coupon_codes", refused)
    return None


def children_of(body: Record, record: Record, relation: str, kind: str) -> list[Record] | None:
    """The records that `record` names in that relation, found by type and id among what came
    along; None where one of them did not come."""
    named = ((record.get("relationships") or {}).get(relation) or {}).get("data")
    if named is None:
        return None
    included = {each["id"]: each for each in body.get("included") or () if each["type"] == kind}
    found = [included.get(each["id"]) for each in named]
    return None if None in found else [each for each in found if each is not None]


def every(bodies: Iterable[Record]) -> list[Record]:
    return [record for body in bodies for record in body["data"]]


def at_once(client: Client, tasks: list[Any], *, workers: int = 4) -> Iterator[Any]:
    return in_parallel(tasks, workers=workers, ahead=4 * workers)
