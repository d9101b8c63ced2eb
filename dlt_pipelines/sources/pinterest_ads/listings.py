"""Pinterest's entities: accounts and what stands in them.

Belongs here: which lists there are, reading each account's once a run, dead accounts.
Does not belong here: daily numbers (`reports.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import chain
from typing import Any, TypeVar

import pyarrow as pa

from dlt_pipelines.connector import Table, Window
from dlt_pipelines.errors import SettingsRefused
from dlt_pipelines.records import raw_table
from dlt_pipelines.sources.pinterest_ads.client import NAME, Client, NotPermitted
from dlt_pipelines.sources.pinterest_ads.tables import BY_NAME
from dlt_pipelines.streams import SKIPPED, present_keys

Record = dict[str, Any]
Item = TypeVar("Item")
Reading = Generator[Any, None, datetime | str | None]

STATUSES = ["ACTIVE", "PAUSED", "ARCHIVED", "DRAFT", "DELETED_DRAFT"]
"""Without them Pinterest lists the active and the paused only, and old spend has no names."""
IDS_A_REQUEST = 100
"""Pinterest takes 250, but addresses of more than 8,000 characters are refused on the way."""
ROWS_A_TABLE = 5_000
ORDER = {"order": "ASCENDING"}


class Listings:
    """Each list is read once for its own table and for the reports that go by its ids."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.settings = client.settings
        self.known: list[Record] | None = None
        self.kept: dict[tuple[str, str], list[Record]] = {}
        self.ids_of: dict[tuple[str, str], list[str]] = {}

    def accounts(self) -> list[Record]:
        """Those chosen, or all. Raises: SettingsRefused for a chosen one that is not there."""
        if self.known is None:
            pages = self.client.pages("/ad_accounts", {"include_shared_accounts": "true"})
            found = {account["id"]: account for account in chain.from_iterable(pages)}
            chosen = [one.strip() for one in self.settings.get("ad_account_ids").split(",") if one]
            if missing := [one for one in chosen if one not in found]:
                raise SettingsRefused(
                    NAME,
                    f"the user may not read the ad accounts {', '.join(missing)}.",
                    hint="Check ad_account_ids and the user's roles.",
                )
            self.known = [found[one] for one in chosen] if chosen else list(found.values())
        return self.known

    def ids(self, account_id: str, listing: str) -> list[str]:
        key = (account_id, listing)
        if key not in self.ids_of:
            found = self.read(account_id, listing)
            if listing in self.settings.windows:
                self.kept[key] = found
        return self.ids_of[key]

    def records(self, account_id: str, listing: str) -> list[Record]:
        """The account's list; it is not kept after this."""
        key = (account_id, listing)
        return self.kept.pop(key) if key in self.kept else self.read(account_id, listing)

    def read(self, account_id: str, listing: str) -> list[Record]:
        found = list(LISTS[listing](self, account_id))
        self.ids_of[account_id, listing] = [record["id"] for record in found]
        return found

    def paged(self, path: str, params: Mapping[str, Any]) -> Iterator[Record]:
        return chain.from_iterable(self.client.pages(path, params))

    def keywords(self, account_id: str) -> Iterator[Record]:
        """Each keyword hangs on one parent, and a list shows one kind of parent at a time."""
        path = f"/ad_accounts/{account_id}/keywords"
        yield from self.paged(path, {})
        for campaign_id in self.ids(account_id, "campaigns"):
            yield from self.paged(path, {"campaign_id": campaign_id})
        for ids in parts(self.ids(account_id, "ad_groups"), IDS_A_REQUEST):
            yield from self.paged(path, {"ad_group_ids": list(ids)})

    def reader(self, table: Table) -> Callable[[Window], Reading]:
        def read(window: Window) -> Reading:
            found, dead = [], 0
            for account in self.accounts():
                account_id = account["id"]
                try:
                    records = self.records(account_id, table.name)
                except NotPermitted as refused:
                    dead += 1
                    self.settings.report.warn(table.name, f"{refused} It was left out.")
                    continue
                if table.name == "keywords":  # a keyword is listed for each parent it is asked by
                    records = list({record["id"]: record for record in records}.values())
                rows = [with_context(record, account_id) for record in records]
                for part in parts(rows, ROWS_A_TABLE):
                    yield raw_table(table, part, self.settings.report)
                if table.deletes == "seen":
                    found += [(account_id, record["id"]) for record in records]
            if dead and dead == len(self.accounts()):
                return SKIPPED
            if table.deletes == "seen" and not dead:
                yield present_keys(table, keys(table, found))
            return None

        return read

    def read_accounts(self, window: Window) -> Reading:
        table = BY_NAME["ad_accounts"]
        rows = [with_context(account, account["id"]) for account in self.accounts()]
        yield raw_table(table, rows, self.settings.report)
        return None


def keys(table: Table, found: list[tuple[str, str]]) -> pa.Table:
    columns = {"ad_account_id": [one[0] for one in found], "id": [one[1] for one in found]}
    return pa.table({name: pa.array(columns[name], type=pa.string()) for name in table.primary_key})


def with_context(record: Record, account_id: str) -> Record:
    """What the vendor calls by several names and tells in seconds, beside its record."""
    created = record.get("created_time") or record.get("created_timestamp")
    updated = record.get("updated_time") or record.get("updated_timestamp")
    context = {
        "account_id": account_id,
        "created_at": moment(created) or record.get("created_at"),
        "updated_at": moment(updated),
    }
    return {**record, "context": context}


def parts(items: Sequence[Item], size: int) -> Iterator[Sequence[Item]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]


def moment(seconds: Any) -> str | None:
    """Pinterest gives seconds in most places and milliseconds in a few."""
    if not isinstance(seconds, int | float):
        return None
    return datetime.fromtimestamp(seconds / 1000 if seconds > 1e11 else seconds, UTC).isoformat()


def of_account(path: str, **params: Any) -> Callable[[Listings, str], Iterator[Record]]:
    return lambda self, account_id: self.paged(f"/ad_accounts/{account_id}/{path}", params)


def of_owner(path: str) -> Callable[[Listings, str], Iterator[Record]]:
    return lambda self, account_id: self.paged(path, {"ad_account_id": account_id})


def audiences(self: Listings, account_id: str) -> Iterator[Record]:
    for ownership in ("OWNED", "RECEIVED"):
        params = {**ORDER, "ownership_type": ownership}
        yield from self.paged(f"/ad_accounts/{account_id}/audiences", params)


def conversion_tags(self: Listings, account_id: str) -> Iterator[Record]:
    """The one list without pages."""
    path = f"/ad_accounts/{account_id}/conversion_tags"
    yield from self.client.get(path, {"filter_deleted": "false"})["items"]


LISTS: dict[str, Callable[[Listings, str], Iterator[Record]]] = {
    "campaigns": of_account("campaigns", entity_statuses=STATUSES, **ORDER),
    "ad_groups": of_account("ad_groups", entity_statuses=STATUSES, **ORDER),
    "ads": of_account("ads", entity_statuses=STATUSES, **ORDER),
    "keywords": Listings.keywords,
    "audiences": audiences,
    "customer_lists": of_account("customer_lists", **ORDER),
    "conversion_tags": conversion_tags,
    "boards": of_owner("/boards"),
    "pins": of_owner("/pins"),
}
