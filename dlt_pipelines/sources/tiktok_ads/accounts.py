"""The ad accounts of one connection, with what every report row needs of them.

Belongs here: finding the accounts and their time zones. Does not belong here: streams.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dlt_pipelines.connector import ConnectionSettings
from dlt_pipelines.errors import SettingsRefused
from dlt_pipelines.sources.tiktok_ads.client import AccountGone, Client, NotPermitted
from dlt_pipelines.sources.tiktok_ads.setup import NAME

INFO_SIZE = 100
CENTER_PAGE = 50
Reading = Generator[Any, None, datetime | str | None]


@dataclass(frozen=True)
class Account:
    id: str
    currency: str | None
    time_zone: str | None
    record: dict[str, Any]

    @property
    def zone(self) -> tzinfo:
        """`display_timezone` knows summer time; `timezone` may be a fixed Etc/GMT one."""
        for name in (self.record.get("display_timezone"), self.record.get("timezone")):
            try:
                return ZoneInfo(str(name))
            except (ZoneInfoNotFoundError, ValueError):
                continue
        return UTC

    def day_of(self, moment: datetime) -> date:
        return moment.astimezone(self.zone).date()

    @property
    def created_on(self) -> date | None:
        created = self.record.get("create_time")
        if not isinstance(created, int) or created <= 0:
            return None
        return (datetime.fromtimestamp(created, UTC) - timedelta(days=1)).date()


@dataclass
class Accounts:
    """What the streams of one run share; asks at the first use."""

    settings: ConnectionSettings
    refused: dict[str, str] = field(default_factory=dict)
    wanted: int = 0

    @cached_property
    def client(self) -> Client:
        return Client(self.settings)

    @cached_property
    def all(self) -> tuple[Account, ...]:
        """Raises what the vendor said where not one of them can be read."""
        wanted = [part.strip() for part in self.settings.get("advertiser_ids").split(",")]
        ids = [part for part in wanted if part] or self.of_business_centers()
        self.wanted = len(set(ids))
        found: list[dict[str, Any]] = []
        failure: NotPermitted | AccountGone | None = None
        for start in range(0, len(ids), INFO_SIZE):
            some = ids[start : start + INFO_SIZE]
            try:
                found += self.info(some)
            except (NotPermitted, AccountGone) as refusal:
                failure = refusal
                # One dead account refuses the whole call: each is asked by itself.
                for one in some if len(some) > 1 else ():
                    try:
                        found += self.info([one])
                    except (NotPermitted, AccountGone) as refusal:
                        self.refused[one] = refusal.what
        accounts = tuple(account_of(record) for record in found)
        for missing in sorted(set(ids) - {account.id for account in accounts}):
            why = self.refused.get(missing, "TikTok does not name it")
            self.settings.report.warn("advertisers", f"The ad account {missing} is not read: {why}")
        if not accounts:
            raise failure or SettingsRefused(
                NAME, "there is no ad account to read.", hint="Give advertiser_ids."
            )
        return accounts

    def info(self, ids: list[str]) -> list[dict[str, Any]]:
        return self.client.get("/advertiser/info/", {"advertiser_ids": ids}).get("list") or []

    def of_business_centers(self) -> list[str]:
        """The token's ad accounts; the app's own list of them wants the secret in the address."""
        ids: dict[str, None] = {}
        try:
            centers = list(self.client.pages("/bc/get/", {}, size=CENTER_PAGE))
            for center in (one for page in centers for one in page):
                asked = {"bc_id": center["bc_info"]["bc_id"], "asset_type": "ADVERTISER"}
                for page in self.client.pages("/bc/asset/get/", asked, size=CENTER_PAGE):
                    ids.update(dict.fromkeys(str(asset["asset_id"]) for asset in page))
        except NotPermitted as refusal:
            raise SettingsRefused(
                NAME,
                "the token may not list business centers.",
                hint="Give advertiser_ids, or the app the permission Business Center.",
            ) from refusal
        return list(ids)

    def each(
        self, table: str, read: Callable[[Account], Iterator[Any]]
    ) -> Generator[Any, None, int]:
        """What `read` gives of each account. An account that refuses is named in a warning and the
        others go on; returns how many were read."""
        done = 0
        for account in self.all:
            try:
                yield from read(account)
                done += 1
            except (NotPermitted, AccountGone) as refusal:
                self.settings.report.warn(
                    table, f"Not read of the ad account {account.id}: {refusal.what}"
                )
        return done


def account_of(record: dict[str, Any]) -> Account:
    return Account(
        id=str(record["advertiser_id"]),
        currency=record.get("currency"),
        time_zone=record.get("display_timezone") or record.get("timezone"),
        record=record,
    )
