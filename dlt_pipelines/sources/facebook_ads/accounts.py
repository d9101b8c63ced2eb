"""The ad accounts that a connection reads.

Belongs here: finding them, their currency and zone. Does not belong here: what is in them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property
from threading import Lock
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dlt_pipelines.connector import ConnectionSettings
from dlt_pipelines.errors import CredentialsRejected, SettingsRefused
from dlt_pipelines.sources.facebook_ads.graph import Denied, Graph
from dlt_pipelines.sources.facebook_ads.setup import NAME
from dlt_pipelines.sources.facebook_ads.tables import ACCOUNT_FIELDS, AD_ACCOUNTS

CONDITIONS = {
    2: "disabled",
    3: "unsettled",
    7: "under risk review",
    8: "pending settlement",
    100: "pending closure",
    101: "closed",
}
PAGE = 500


@dataclass(frozen=True)
class Account:
    """`record` is the vendor's own."""

    record: Mapping[str, Any]

    @property
    def id(self) -> str:
        return str(self.record["account_id"])

    @property
    def path(self) -> str:
        return f"/act_{self.id}"

    @property
    def name(self) -> str:
        return str(self.record.get("name") or self.id)

    @property
    def condition(self) -> str:
        return CONDITIONS.get(int(self.record.get("account_status") or 1), "")

    @property
    def time_zone(self) -> str:
        return str(self.record.get("timezone_name") or "UTC")

    @cached_property
    def zone(self) -> ZoneInfo:
        try:
            return ZoneInfo(self.time_zone)
        except (ZoneInfoNotFoundError, ValueError):
            return ZoneInfo("UTC")

    def day(self, moment: datetime) -> date:
        """The account's own day: its reports know no other."""
        return moment.astimezone(self.zone).date()

    @property
    def created_at(self) -> datetime | None:
        made = self.record.get("created_time")
        return datetime.fromisoformat(made).astimezone(UTC) if made else None


@dataclass
class Shop:
    """One connection's vendor: the accounts are asked for once, whichever table comes first."""

    settings: ConnectionSettings
    lock: Lock = field(default_factory=Lock)

    @cached_property
    def graph(self) -> Graph:
        return Graph(self.settings)

    def accounts(self) -> list[Account]:
        with self.lock:
            return self._accounts

    @cached_property
    def _accounts(self) -> list[Account]:
        found = accounts_of(self.graph)
        if not found:
            raise SettingsRefused(
                NAME,
                "the token sees no ad account.",
                hint="Assign the ad accounts to its system user.",
            )
        return found

    def each(
        self, table: str, accounts: Iterable[Account], read: Callable[[Account], Any]
    ) -> Iterable[tuple[Account, Any]]:
        """What `read` makes of each account. One that may not be read costs a warning, not the
        others."""
        for account in accounts:
            try:
                yield account, read(account)
            except Denied as denied:
                self.warn(table, account, denied)

    def warn(self, table: str, account: Account, denied: Denied) -> None:
        self.settings.report.warn(table, f"{account.name} ({account.id}) was left out: {denied}")


def accounts_of(graph: Graph) -> list[Account]:
    """Those named in the settings, or all that the token sees.

    Raises:
        CredentialsRejected: none of those named can be read.
    """
    fields = {"fields": ",".join(ACCOUNT_FIELDS)}
    wanted = graph.settings.get("account_ids")
    if not wanted:
        pages = graph.pages("/me/adaccounts", fields, limit=PAGE)
        return [Account(record) for page in pages for record in page]
    found: list[Account] = []
    refused: CredentialsRejected | None = None
    for name in dict.fromkeys(part.strip().removeprefix("act_") for part in wanted.split(",")):
        try:
            found.append(Account(graph.get(f"/act_{name}", fields)))
        except Denied as denied:
            refused = denied
            graph.settings.report.warn(AD_ACCOUNTS.name, f"{name} was left out: {denied}")
    if refused and not found:
        raise refused
    return found
