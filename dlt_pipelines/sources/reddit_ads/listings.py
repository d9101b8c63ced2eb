"""Reddit's entities: businesses, accounts and what stands in them.

Belongs here: which lists there are, dead accounts, the change log. Does not belong here: daily
numbers (`reports.py`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import Any, TypeVar

import orjson
import pyarrow as pa

from dlt_pipelines.connector import Table, Window
from dlt_pipelines.errors import SettingsRefused
from dlt_pipelines.records import raw_table
from dlt_pipelines.sources.reddit_ads.client import LARGEST_PAGE, NAME, Client, NotPermitted
from dlt_pipelines.sources.reddit_ads.tables import BY_NAME, SLICE
from dlt_pipelines.streams import SKIPPED, present_keys

Item = TypeVar("Item")
Record = dict[str, Any]
Reading = Generator[Any, None, datetime | str | None]

ROWS_A_TABLE = 5_000
HISTORY_FROM = timedelta(days=730)
READ, BUSINESS = "ads-campaign-management-read", "ads-business-manager"


@dataclass(frozen=True)
class Listing:
    """A list of each account; `size` is the largest page Reddit gives."""

    path: str
    policy: str = READ
    size: int = LARGEST_PAGE


LISTS = {
    "campaigns": Listing("campaigns"),
    "ad_groups": Listing("ad_groups"),
    "ads": Listing("ads"),
    "profiles": Listing("profiles", BUSINESS),
    "funding_instruments": Listing("funding_instruments", "ads-funding-instruments"),
    "custom_audiences": Listing("custom_audiences", "ads-targeting-taxonomy", 2000),
    "saved_audiences": Listing("saved_audiences"),
    "pixels": Listing("pixels", "ads-conversion-signals"),
}
POSTS = Listing("posts", "ads-creative-management", 100)


class Listings:
    def __init__(self, client: Client) -> None:
        self.client = client
        self.settings = client.settings
        self.report = client.settings.report
        self.known: tuple[list[Record], list[Record]] | None = None

    # ------------------------------------------------------------------ the user's

    def businesses(self) -> list[Record]:
        return self.found()[0]

    def accounts(self) -> list[Record]:
        """Those chosen, or all, each once however many businesses show it."""
        return self.found()[1]

    def found(self) -> tuple[list[Record], list[Record]]:
        """Raises: SettingsRefused for a chosen account that is not there."""
        if self.known is None:
            businesses = list(chain.from_iterable(self.client.pages(
                "/me/businesses", policy=BUSINESS)))  # fmt: skip
            accounts: dict[str, Record] = {}
            for business in businesses:
                path = f"/businesses/{business['id']}/ad_accounts"
                for account in chain.from_iterable(self.client.pages(path, policy=READ)):
                    accounts.setdefault(account["id"], account)
            chosen = [one.strip() for one in self.settings.get("ad_account_ids").split(",") if one]
            if missing := [one for one in chosen if one not in accounts]:
                raise SettingsRefused(
                    NAME,
                    f"the user may not read the ad accounts {', '.join(missing)}.",
                    hint="Check ad_account_ids and the user's roles.",
                )
            kept = [accounts[one] for one in chosen] if chosen else list(accounts.values())
            self.known = businesses, kept
        return self.known

    def read_businesses(self, window: Window) -> Reading:
        yield raw_table(BY_NAME["businesses"], self.businesses(), self.report)
        return None

    def read_accounts(self, window: Window) -> Reading:
        yield raw_table(BY_NAME["ad_accounts"], self.accounts(), self.report)
        return None

    # ------------------------------------------------------------------ each account's

    def records(self, account_id: str, listing: Listing) -> Iterator[Record]:
        pages = self.client.pages(
            f"/ad_accounts/{account_id}/{listing.path}", policy=listing.policy, size=listing.size
        )
        for record in chain.from_iterable(pages):
            yield {**record, "context": {"account_id": account_id}}

    def reader(self, table: Table) -> Callable[[Window], Reading]:
        listing = LISTS[table.name]
        return lambda window: self.each(table, lambda one: self.records(one["id"], listing))

    def read_posts(self, window: Window) -> Reading:
        """A profile that two accounts use is read once."""
        seen = set[str]()

        def posts(account: Record) -> Iterator[Record]:
            for profile in self.records(account["id"], LISTS["profiles"]):
                own = profile["id"]
                own = own if own.startswith("t2_") else profile["reddit_user_id"]
                if own not in seen:
                    seen.add(own)
                    path = f"/profiles/{own}/posts"
                    pages = self.client.pages(path, policy=POSTS.policy, size=POSTS.size)
                    yield from chain.from_iterable(pages)

        return (yield from self.each(BY_NAME["posts"], posts))

    def each(self, table: Table, records: Callable[[Record], Iterator[Record]]) -> Reading:
        """An account that may not be read is left out with a warning; the others are read."""
        keys: list[tuple[str, str]] = []
        dead = 0
        for account in self.accounts():
            try:
                for some in in_parts(records(account), ROWS_A_TABLE):
                    yield raw_table(table, some, self.report)
                    keys += [(account["id"], record["id"]) for record in some]
            except NotPermitted as refused:
                dead += 1
                self.report.warn(table.name, f"{refused} It was left out.")
        if dead and dead == len(self.accounts()):
            return SKIPPED
        if table.deletes == "seen" and not dead:
            columns = {"account_id": [one[0] for one in keys], "id": [one[1] for one in keys]}
            arrays = {name: pa.array(values, type=pa.string()) for name, values in columns.items()}
            yield present_keys(table, pa.table(arrays))
        return None

    # ------------------------------------------------------------------ the change log

    def read_history(self, window: Window) -> Reading:
        since = window.since or window.until - HISTORY_FROM
        until = min(window.until, since + SLICE + BY_NAME["history"].lag)
        body = {"data": {"start_time": stamp(since), "end_time": stamp(until)}}

        def changes(account: Record) -> Iterator[Record]:
            path = f"/ad_accounts/{account['id']}/history"
            for page in self.client.pages(path, policy=BUSINESS, body=body):
                for record in page:
                    yield with_id(record, account["id"])

        ended = yield from self.each(BY_NAME["history"], changes)
        return until if ended is None and until < window.until else ended


def with_id(record: Record, account_id: str) -> Record:
    """Reddit gives changes no id. The person is not part of it: who hashes personal data must not
    have it told by the key."""
    parts = [account_id, record["cause"].get("changed_at"), record["change"]]
    text = orjson.dumps(parts, option=orjson.OPT_SORT_KEYS)
    context = {"account_id": account_id, "id": hashlib.sha256(text).hexdigest()[:32]}
    return {**record, "context": context, "id": context["id"]}


def stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def in_parts(items: Iterator[Item], size: int) -> Iterator[Sequence[Item]]:
    some: list[Item] = []
    for item in items:
        some.append(item)
        if len(some) == size:
            yield some
            some = []
    if some:
        yield some
