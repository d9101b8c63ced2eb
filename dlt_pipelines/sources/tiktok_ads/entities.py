"""Reads what is not a report: accounts, campaigns, ads, audiences, pixels, pictures.

Belongs here: one stream's requests and rows. Does not belong here: requests as such (`client.py`).

A list of a connection's accounts is one table. It is merged and never replaced, so that an account
that is refused today does not lose its rows. Where TikTok lists all that there is and marks nothing
as deleted, what is no longer listed is gone, once every account was read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from dlt_pipelines.connector import Window
from dlt_pipelines.errors import CredentialsRejected
from dlt_pipelines.records import raw_table
from dlt_pipelines.sources.tiktok_ads.accounts import Account, Accounts, Reading
from dlt_pipelines.sources.tiktok_ads.setup import NAME
from dlt_pipelines.sources.tiktok_ads.tables import BY_NAME
from dlt_pipelines.streams import SKIPPED, present_keys

ROWS_PER_BATCH = 5_000
EVERYTHING = {"primary_status": "STATUS_ALL"}
IDS_PER_CALL = 100
FLEETING = ("preview_url", "preview_url_expire_time", "video_cover_url", "image_url")
"""Signed addresses that are new in each answer: kept, they would make every row a changed one."""


@dataclass(frozen=True)
class List:
    """A list of an account, by pages."""

    table: str
    path: str
    records: str = "list"
    size: int = 1000
    params: Mapping[str, Any] = field(default_factory=dict)


LISTS = (
    List("campaigns", "/campaign/get/", params={"filtering": EVERYTHING}),
    List("ad_groups", "/adgroup/get/", params={"filtering": EVERYTHING}),
    List("ads", "/ad/get/", params={"filtering": EVERYTHING}),
    List("smart_plus_campaigns", "/smart_plus/campaign/get/", params={"filtering": EVERYTHING}),
    List("smart_plus_ad_groups", "/smart_plus/adgroup/get/", params={"filtering": EVERYTHING}),
    List("smart_plus_ads", "/smart_plus/ad/get/", size=100, params={"filtering": EVERYTHING}),
    List("pixels", "/pixel/list/", records="pixels", size=20),
    List("custom_audiences", "/dmp/custom_audience/list/", size=100),
    List("videos", "/file/video/ad/search/", size=100),
)
"""Sizes are the vendor's largest. Without STATUS_ALL what was deleted is not listed."""


class Entities:
    def __init__(self, accounts: Accounts) -> None:
        self.accounts = accounts
        self.report = accounts.settings.report
        self.image_ids: dict[str, list[str]] | None = None

    def read_advertisers(self, window: Window) -> Reading:
        records = [account.record for account in self.accounts.all]
        yield raw_table(BY_NAME["advertisers"], records, self.report)
        return None

    def reader(self, one: List) -> Callable[[Window], Reading]:
        def of_account(account: Account) -> Iterator[dict[str, Any]]:
            asked = {"advertiser_id": account.id, **one.params}
            for page in self.accounts.client.pages(
                one.path, asked, records=one.records, size=one.size
            ):
                for record in page:
                    yield owned(account, record)

        def read(window: Window) -> Reading:
            return (yield from self.read(one.table, of_account))

        return read

    def read(self, name: str, of_account: Callable[[Account], Iterator[dict[str, Any]]]) -> Reading:
        """Rows of every account that lets itself be read, some thousand at a time."""
        table, batch, keys = BY_NAME[name], [], []
        records = self.accounts.each(name, of_account)
        while True:
            try:
                batch.append(next(records))
            except StopIteration as end:
                read = end.value
                break
            if len(batch) >= ROWS_PER_BATCH:
                keys.append(raw_table(table, batch, self.report))
                yield keys[-1]
                keys[-1] = keys[-1].select(table.primary_key)
                batch = []
        if batch:
            keys.append(raw_table(table, batch, self.report))
            yield keys[-1]
        if table.deletes == "seen" and read == self.accounts.wanted:
            for some in keys:
                yield present_keys(table, some.select(table.primary_key))
        if read:
            return None
        if table.optional:
            return SKIPPED
        raise CredentialsRejected(
            NAME,
            f"the token may not read {name} of any ad account.",
            hint="Check the app's permissions, authorise it anew and reconnect the data source.",
        )

    def read_images(self, window: Window) -> Reading:
        return (yield from self.read("images", self.images))

    def images(self, account: Account) -> Iterator[dict[str, Any]]:
        """Of the ids that its ads name: TikTok has no list of all."""
        ids: dict[str, None] = {}
        asked = {
            "advertiser_id": account.id,
            "filtering": EVERYTHING,
            "fields": ["ad_id", "image_ids"],
        }
        for page in self.accounts.client.pages("/ad/get/", asked):
            for ad in page:
                ids.update(dict.fromkeys(str(each) for each in ad.get("image_ids") or ()))
        known = list(ids)
        for start in range(0, len(known), IDS_PER_CALL):
            some = known[start : start + IDS_PER_CALL]
            asked = {"advertiser_id": account.id, "image_ids": some}
            data = self.accounts.client.get("/file/image/ad/info/", asked)
            yield from (owned(account, record) for record in data.get("list") or ())

    def read_stores(self, window: Window) -> Reading:
        def of_account(account: Account) -> Iterator[dict[str, Any]]:
            yield from (owned(account, store) for store in self.stores(account))

        return (yield from self.read("gmv_max_stores", of_account))

    def stores(self, account: Account) -> list[dict[str, Any]]:
        asked = {"advertiser_id": account.id}
        return self.accounts.client.get("/gmv_max/store/list/", asked).get("store_list") or []


def owned(account: Account, record: dict[str, Any]) -> dict[str, Any]:
    """The record with its account, which some lists leave out, and without fleeting addresses."""
    kept = {name: value for name, value in record.items() if name not in FLEETING}
    return {"advertiser_id": account.id, **kept}
