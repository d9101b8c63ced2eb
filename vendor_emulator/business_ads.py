"""The brand's advertising: accounts, campaigns, ad groups, ads and what each ad did on each day.

Belongs here: what was shown, spent and bought, by channel, as it is known on a given day.
Does not belong here: a vendor's ids, names and formats (`vendors/`).

Days are restated as at the real vendors: today is partial, purchases come in for up to 27 days
after the click, and one row of a day is withdrawn three days on (invalid traffic). Money is
`Decimal` in the account's currency with two places. Days are the account's own, in `time_zone`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cached_property

from vendor_emulator.business import Business
from vendor_emulator.business_chance import draw, pick
from vendor_emulator.business_model import CENT

CHANNELS = ("facebook", "google", "tiktok", "pinterest", "reddit")
KINDS = {
    "facebook": ("sales", "traffic"),
    "google": ("search", "performance_max", "shopping", "video", "demand_gen", "display"),
    "tiktok": ("web_conversions", "smart_plus", "app_promotion"),
    "pinterest": ("conversions", "awareness", "catalog_sales"),
    "reddit": ("conversions", "traffic"),
}
"""Types of campaigns in rotation; `performance_max` has ad groups (its asset groups) and no ads."""
STATUSES = ("active", "active", "active", "paused", "archived")
ATTRIBUTION_DAYS = 28
WITHDRAWN_AFTER = 3
HISTORY_DAYS = 150
"""Or less, where the business is younger: its accounts are older than their campaigns."""


@dataclass(frozen=True, slots=True)
class AdAccount:
    channel: str
    id: int
    name: str
    currency: str
    time_zone: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class AdCampaign:
    id: int
    account_id: int
    name: str
    kind: str
    status: str  # active | paused | archived | deleted
    daily_budget: Decimal
    starts_on: date
    ends_on: date | None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class AdGroup:
    id: int
    campaign_id: int
    account_id: int
    name: str
    status: str
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Ad:
    id: int
    group_id: int
    campaign_id: int
    account_id: int
    name: str
    status: str
    product_id: int
    headline: str
    link: str
    is_video: bool
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class AdDay:
    """One ad's day (of a campaign without ads: one ad group's, with `ad_id` None)."""

    day: date
    account_id: int
    campaign_id: int
    group_id: int
    ad_id: int | None
    spend: Decimal
    impressions: int
    clicks: int
    link_clicks: int
    reach: int
    video_views: int
    video_views_25: int
    video_views_50: int
    video_views_75: int
    video_views_100: int
    purchases: int
    purchase_value: Decimal
    view_through_purchases: int  # part of `purchases`
    conversions: int  # everything the vendor calls a conversion; purchases among them

    @property
    def key(self) -> tuple[date, int, int, int | None]:
        return self.day, self.campaign_id, self.group_id, self.ad_id


class Advertising:
    """One channel's side of a business. `scale` multiplies the campaigns (for benchmarks)."""

    def __init__(self, business: Business, channel: str, *, scale: int = 1) -> None:
        self.business, self.channel, self.scale = business, channel, scale
        self.number = CHANNELS.index(channel) + 1
        self.seed = business.seed * 16 + self.number
        self.history_days = min(HISTORY_DAYS, business.base_days - 3)
        self.first_day = (business.base_now - timedelta(days=self.history_days)).date()

    @cached_property
    def accounts(self) -> tuple[AdAccount, ...]:
        """A large one in US dollars and a small one elsewhere, which must never be added up."""
        made_at = self.business.start
        return (
            AdAccount(self.channel, self.number * 1000 + 1, f"{self.business.name} US", "USD",
                      "America/Los_Angeles", made_at),
            AdAccount(self.channel, self.number * 1000 + 2, f"{self.business.name} EU", "EUR",
                      "Europe/Berlin", made_at),
        )  # fmt: skip

    @cached_property
    def campaigns(self) -> tuple[AdCampaign, ...]:
        kinds = KINDS[self.channel]
        made = []
        for index in range((len(kinds) + 1) * self.scale + 1):
            account = self.accounts[1 if index % (len(kinds) + 2) == len(kinds) else 0]
            starts_on = self.first_day + timedelta(
                days=pick(max(1, self.history_days * 2 // 5), self.seed, 1, index)
            )
            runs = 45 + pick(120, self.seed, 2, index)
            ends_on = starts_on + timedelta(days=runs) if index % 3 == 2 else None
            created_at = at(starts_on) - timedelta(days=2)
            kind = kinds[index % len(kinds)]
            made.append(
                AdCampaign(
                    id=self.number * 10_000_000 + index + 1,
                    account_id=account.id,
                    name=f"{kind.replace('_', ' ').title()} {index + 1}",
                    kind=kind,
                    status=STATUSES[index % len(STATUSES)],
                    daily_budget=Decimal(40 + 10 * pick(12, self.seed, 3, index)),
                    starts_on=starts_on,
                    ends_on=ends_on,
                    created_at=created_at,
                    updated_at=self.touched_at(created_at, 4, index),
                )
            )
        return tuple(made)

    @cached_property
    def groups(self) -> tuple[AdGroup, ...]:
        return tuple(
            AdGroup(
                id=campaign.id * 10 + place,
                campaign_id=campaign.id,
                account_id=campaign.account_id,
                name=f"{campaign.name} / {('Prospecting', 'Retargeting')[place % 2]}",
                status=campaign.status if place == 0 else "active",
                created_at=campaign.created_at + timedelta(minutes=5),
                updated_at=self.touched_at(campaign.created_at, 5, campaign.id * 10 + place),
            )
            for campaign in self.campaigns
            for place in range(2)
        )

    @cached_property
    def ads(self) -> tuple[Ad, ...]:
        products = self.business.catalog.sellable  # the first day's: an ad keeps its product
        made = []
        for group in self.groups:
            if self.campaign(group.campaign_id).kind == "performance_max":
                continue
            for place in range(2):
                ad_id = group.id * 10 + place
                product = products[pick(len(products), self.seed, 6, ad_id)]
                made.append(
                    Ad(
                        id=ad_id,
                        group_id=group.id,
                        campaign_id=group.campaign_id,
                        account_id=group.account_id,
                        name=f"{product.title} {'AB'[place]}",
                        status="paused" if place and group.id % 7 == 0 else "active",
                        product_id=product.id,
                        headline=f"{product.title}, made to last",
                        link=f"https://shop.example.com/products/{product.handle}"
                        f"?utm_source={self.channel}&utm_campaign={group.campaign_id}",
                        is_video=ad_id % 3 == 0 or self.channel == "tiktok",
                        created_at=group.created_at + timedelta(minutes=5),
                        updated_at=self.touched_at(group.created_at, 7, ad_id),
                    )
                )
        return tuple(made)

    @cached_property
    def _by_id(self) -> dict[int, AdCampaign]:
        return {campaign.id: campaign for campaign in self.campaigns}

    def campaign(self, campaign_id: int) -> AdCampaign:
        return self._by_id[campaign_id]

    def days(
        self, account_id: int, since: date, until: date, *, as_of: date | None = None
    ) -> Iterator[AdDay]:
        """From `since` to `until`, both included, as known on `as_of` (today); oldest first."""
        as_of = as_of or self.business.today
        places = [(ad.campaign_id, ad.group_id, ad.id) for ad in self.ads]
        places += [
            (group.campaign_id, group.id, None)
            for group in self.groups
            if self.campaign(group.campaign_id).kind == "performance_max"
        ]
        places = sorted(
            (place for place in places if self.campaign(place[0]).account_id == account_id), key=str
        )
        day = max(since, self.first_day)
        last = min(until, as_of)
        while day <= last:
            age = (as_of - day).days
            shown: dict[int, AdDay] = {}
            for place, (campaign_id, group_id, ad_id) in enumerate(places):
                campaign = self.campaign(campaign_id)
                if day < campaign.starts_on or (campaign.ends_on and day > campaign.ends_on):
                    continue
                made = self.day(day, campaign, group_id, ad_id, age=age)
                if made is not None:
                    shown[place] = made
            if age >= WITHDRAWN_AFTER and len(shown) > 1:
                picked = pick(len(places), self.seed, 8, account_id, day.toordinal())
                shown.pop(min(shown, key=lambda place: (place - picked) % len(places)))
            yield from shown.values()
            day += timedelta(days=1)

    def day(
        self, day: date, campaign: AdCampaign, group_id: int, ad_id: int | None, *, age: int
    ) -> AdDay | None:
        """None: nothing was shown."""
        who = (self.seed, ad_id or group_id, day.toordinal())
        if draw(*who, 1) < 0.06:
            return None
        part = 0.6 if age == 0 else 1.0
        impressions = 1 + int((200 + 4000 * draw(*who, 3)) * part)
        clicks = int(impressions * (0.005 + 0.03 * draw(*who, 4)))
        spend = Decimal(round(impressions * (4 + 10 * draw(*who, 5)) / 1000 * 100)) * CENT
        all_purchases = pick(1 + clicks // 12 + 1, *who, 6)
        purchases = sum(
            pick(ATTRIBUTION_DAYS, *who, 7, number) * draw(*who, 8, number) <= age
            for number in range(all_purchases)
        )
        value = sum(
            (Decimal(2000 + pick(9000, *who, 9, number)) * CENT for number in range(purchases)),
            Decimal("0.00"),
        )
        views = int(impressions * (0.1 + 0.3 * draw(*who, 10)))
        return AdDay(
            day=day,
            account_id=campaign.account_id,
            campaign_id=campaign.id,
            group_id=group_id,
            ad_id=ad_id,
            spend=spend,
            impressions=impressions,
            clicks=clicks,
            link_clicks=int(clicks * 0.8),
            reach=max(1, int(impressions * 0.7)),
            video_views=views,
            video_views_25=int(views * 0.8),
            video_views_50=int(views * 0.5),
            video_views_75=int(views * 0.3),
            video_views_100=int(views * 0.2),
            purchases=purchases,
            purchase_value=value,
            view_through_purchases=purchases // 4,
            conversions=purchases + clicks // 20,
        )

    def touched_at(self, created_at: datetime, *who: int) -> datetime:
        """When a person last edited it: some time between its making and the first day's end."""
        room = max(0.0, (self.business.base_now - created_at).total_seconds())
        return created_at + timedelta(seconds=int(room * draw(self.seed, *who)))


def at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
