"""What stands in Reddit's ad accounts: the brand's advertising under Reddit's names.

Belongs here: which records an account has, changes by a person. Does not belong here: a record's
shape (`shapes.py`), pages and statuses (`asking.py`), numbers (`reporting.py`).
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5
from zoneinfo import ZoneInfo

from vendor_emulator.business import Business
from vendor_emulator.business_ad_sums import Sums
from vendor_emulator.business_ads import AdAccount, Advertising, at
from vendor_emulator.vendors.reddit_ads.shapes import (
    Record,
    account_id,
    ad,
    campaign,
    campaign_id,
    cause,
    changed,
    group,
    post,
    profile_id,
    stamp,
)

BUSINESS = str(uuid5(NAMESPACE_URL, "https://fable.example.com"))
AGENCY = str(uuid5(NAMESPACE_URL, "https://agency.example.com"))
CLOSED = "a2_closed"
WINDOWS = (("WEEK", "DAY"), ("MONTH", "WEEK"))


class World:
    """Made once a day; what a person changed stays (`edited`, `changes`)."""

    def __init__(self, business: Business, *, closed_account: bool) -> None:
        self.closed_account = closed_account
        self.edited: dict[tuple[str, str], Record] = {}
        self.changes: list[tuple[str, Record]] = []
        self.withdrawn: set[tuple[Any, ...]] = set()
        self.become(business)

    def become(self, business: Business) -> None:
        self.business = business
        self.advertising = Advertising(business, "reddit")
        self.sums = Sums(self.advertising, without=self.withdrawn)
        self.numbers = {account_id(one.id): one for one in self.advertising.accounts}
        self.lists: dict[tuple[str, str], list[Record]] = {}

    def withdraw(self) -> None:
        """Invalid traffic: an ad's row of three days ago is taken back."""
        account = self.advertising.accounts[0].id
        day = self.business.today - timedelta(days=3)
        self.withdrawn.add(next(one.key for one in self.sums.of_account(account) if one.day == day))
        self.sums = Sums(self.advertising, without=self.withdrawn)

    def last_day(self, account: str, now: datetime) -> date:
        """The day that runs in the account's own zone."""
        zone = ZoneInfo(self.numbers[account].time_zone)
        return max(now, self.business.now).astimezone(zone).date()

    def businesses(self) -> list[Record]:
        """The brand, and its agency, which sees the same accounts."""
        return [
            {
                "id": number,
                "name": name,
                "country": "US",
                "industry": "RETAIL_AND_ECOMMERCE",
                "phone": "+1 555 0100",
                "agency_affiliated": number == AGENCY,
                "created_at": stamp(self.business.start),
                "modified_at": stamp(self.business.start),
            }
            for number, name in ((BUSINESS, self.business.name), (AGENCY, "Agency"))
        ]

    def accounts(self) -> list[Record]:
        shown = []
        # Made shortly before the first campaign, which is what a first sync starts from.
        made_at = at(self.advertising.first_day) - timedelta(days=7)
        for place, one in enumerate(self.advertising.accounts):
            click, view = WINDOWS[place % 2]
            record = {
                "id": account_id(one.id),
                "business_id": BUSINESS,
                "name": one.name,
                "currency": one.currency,
                "time_zone_id": one.time_zone,
                "type": "SELF_SERVE",
                "admin_approval": "VALID",
                "attribution_type": "ALL_CONVERSION",
                "click_attribution_window": click,
                "view_attribution_window": view,
                "created_at": stamp(made_at),
                "modified_at": stamp(made_at),
            }
            shown.append(self.shown("ad_accounts", record))
        if self.closed_account:
            shown.append({**shown[0], "id": CLOSED, "name": "Closed"})
        return shown

    def records(self, name: str, account: str) -> list[Record]:
        key = (name, account)
        if key not in self.lists:
            made = getattr(self, name)(self.numbers[account])
            self.lists[key] = [self.shown(name, record) for record in made]
        return self.lists[key]

    def shown(self, name: str, record: Record) -> Record:
        return {**record, **self.edited.get((name, record.get("id", "")), {})}

    def edit(self, name: str, account: str, record: Record, fields: Record, at: datetime) -> None:
        key = (name, record["id"])
        self.edited[key] = {**self.edited.get(key, {}), **fields}
        kinds = {"campaigns": "CAMPAIGN", "ad_groups": "AD_GROUP", "ads": "AD"}
        if name in kinds:
            change = changed(kinds[name], record["id"], "name", record["name"], fields["name"])
            self.changes.append((account, {"cause": cause(at), "change": change}))
        self.lists.clear()

    # ------------------------------------------------------------------ lists

    def campaigns(self, account: AdAccount) -> list[Record]:
        mine = [one for one in self.advertising.campaigns if one.account_id == account.id]
        return [campaign(one) for one in mine]

    def ad_groups(self, account: AdAccount) -> list[Record]:
        mine = [one for one in self.advertising.groups if one.account_id == account.id]
        return [group(one) for one in mine]

    def ads(self, account: AdAccount) -> list[Record]:
        mine = [one for one in self.advertising.ads if one.account_id == account.id]
        return [ad(one) for one in mine]

    def profiles(self, account: AdAccount) -> list[Record]:
        """Each account's own, and one that both use."""
        return [
            {
                "id": number,
                "name": name,
                "business_id": BUSINESS,
                "reddit_user_id": number,
                "modified_at": stamp(account.created_at),
            }
            for number, name in (
                (profile_id(account.id), account.name),
                (profile_id(0), "fable_and_co"),
            )
        ]

    def posts_of(self, profile: str) -> list[Record] | None:
        for account in self.advertising.accounts:
            if profile == profile_id(account.id):
                mine = [one for one in self.advertising.ads if one.account_id == account.id]
                return [post(one) for one in mine]
        return [] if profile == profile_id(0) else None

    def funding_instruments(self, account: AdAccount) -> list[Record]:
        return [
            {
                "id": f"{account.id:06d}",
                "name": "Visa",
                "currency": account.currency,
                "credit_limit": 5_000_000_000,
                "billable_amount": 120_000_000,
                "start_time": stamp(account.created_at),
                "end_time": None,
                "is_servable": True,
                "reasons_not_servable": [],
            }
        ]

    def custom_audiences(self, account: AdAccount) -> list[Record]:
        return [
            {
                "id": f"{account.id:06d}{place}",
                "ad_account_id": account_id(account.id),
                "name": name,
                "type": kind,
                "status": "VALID",
                "size_range_lower": 1000,
                "size_range_upper": 5000,
                "created_at": stamp(account.created_at),
                "modified_at": stamp(account.created_at),
            }
            for place, (name, kind) in enumerate(
                (("Buyers", "CUSTOMER_LIST"), ("Visitors", "PIXEL_RETARGETING"))
            )
        ]

    def saved_audiences(self, account: AdAccount) -> list[Record]:
        return [
            {
                "id": f"9{account.id:06d}",
                "ad_account_id": account_id(account.id),
                "name": "Makers",
                "status": "VALID",
                "type": "REDDIT_AUDIENCE",
                "targeting": {"communities": ["sewing", "quilting"]},
                "created_at": stamp(account.created_at),
            }
        ]

    def pixels(self, account: AdAccount) -> list[Record]:
        return [
            {
                "id": account_id(account.id),
                "business_id": BUSINESS,
                "name": "Shop",
                "created_at": stamp(account.created_at),
                "created_by": profile_id(7),
                "modified_at": stamp(account.created_at),
                "modified_by": profile_id(7),
            }
        ]

    def history(self, account: AdAccount) -> list[Record]:
        """Of each campaign that it was switched on, and what was changed since; newest first."""
        own = account_id(account.id)
        found = [
            {
                "cause": cause(one.updated_at),
                "change": changed(
                    "CAMPAIGN", campaign_id(one.id), "configured_status", "PAUSED", "ACTIVE"
                ),
            }
            for one in self.advertising.campaigns
            if one.account_id == account.id
        ]
        found += [record for number, record in self.changes if number == own]
        return sorted(found, key=lambda one: one["cause"]["changed_at"], reverse=True)
