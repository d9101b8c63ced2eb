"""What each ad did, by day, by level and by breakdown.

Belongs here: adding up the business's ad days, splitting them over a breakdown's values so that the
parts make the whole. Does not belong here: how a report is asked for and shown (`insights.py`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date, timedelta
from functools import cache

from vendor_emulator.business_ads import AdDay
from vendor_emulator.business_chance import draw
from vendor_emulator.vendors.facebook_ads.objects import account_id, object_id
from vendor_emulator.vendors.facebook_ads.world import World

MEASURES = (
    "spend",  # in cents
    "impressions",
    "clicks",
    "link_clicks",
    "reach",
    "video_views",
    "video_views_25",
    "video_views_50",
    "video_views_75",
    "video_views_100",
    "purchases",
    "purchase_value",  # in cents
    "view_through_purchases",
    "conversions",
)
LEVELS = ("account", "campaign", "adset", "ad")
HOURLY = "hourly_stats_aggregated_by_advertiser_time_zone"
PLACES = (
    ("facebook", "feed", "iphone"),
    ("facebook", "facebook_reels", "android_smartphone"),
    ("instagram", "instagram_stories", "iphone"),
    ("instagram", "feed", "desktop"),
    ("audience_network", "an_classic", "android_smartphone"),
)
AGES = ("18-24", "25-34", "35-44", "45-54", "55-64", "65+")
COUNTRIES = {"USD": ("US", "CA"), "EUR": ("DE", "FR", "AT")}
REGIONS = {
    "USD": ("California", "New York", "Texas", "Unknown"),
    "EUR": ("Bayern", "Berlin", "Hessen", "Unknown"),
}
Key = tuple[str, ...]
Sums = list[int]


@cache
def places_of(breakdowns: tuple[str, ...], currency: str) -> tuple[Key, ...]:
    """The values that a breakdown's parts have; of some a part may have no row."""
    asked = set(breakdowns)
    if asked == {"country"}:
        return tuple((value,) for value in COUNTRIES[currency])
    if asked == {"region"}:
        return tuple((value,) for value in REGIONS[currency])
    if asked <= {"age", "gender"}:
        each = {"age": AGES, "gender": ("female", "male", "unknown")}
        first, *rest = (each[name] for name in breakdowns)
        return tuple((a, *b) for a in first for b in ([(c,) for c in rest[0]] if rest else [()]))
    if asked == {HOURLY}:
        return tuple((f"{hour:02}:00:00 - {hour:02}:59:59",) for hour in range(24))
    whole = ("publisher_platform", "platform_position", "impression_device")
    shown = [whole.index(name) for name in breakdowns]
    return tuple(dict.fromkeys(tuple(place[index] for index in shown) for place in PLACES))


class Figures:
    def __init__(self, world: World) -> None:
        self.world = world
        self.version = -1
        self.days: dict[str, dict[date, list[AdDay]]] = {}
        self.cells: dict[tuple[str, str, tuple[str, ...], date], dict[tuple[Key, Key], Sums]] = {}
        self.numbers = {account_id(account.id): account for account in world.advertising.accounts}

    def refresh(self) -> None:
        if self.version != self.world.version:
            self.days.clear()
            self.cells.clear()
            self.version = self.world.version

    def by_day(self, account: str) -> dict[date, list[AdDay]]:
        self.refresh()
        if account not in self.days:
            kept: dict[date, list[AdDay]] = {}
            advertising = self.world.advertising
            first, last = advertising.first_day, self.world.business.today
            for made in advertising.days(self.numbers[account].id, first, last):
                kept.setdefault(made.day, []).append(made)
            self.days[account] = kept
        return self.days[account]

    def cell(
        self, account: str, level: str, breakdowns: tuple[str, ...], day: date
    ) -> dict[tuple[Key, Key], Sums]:
        """One day's rows: sums by (ids down to the level, values of the breakdowns)."""
        made = self.by_day(account).get(day, [])
        key = (account, level, breakdowns, day)
        if key not in self.cells:
            self.cells[key] = self.added(made, account, level, breakdowns)
        return self.cells[key]

    def added(
        self, made: Sequence[AdDay], account: str, level: str, breakdowns: tuple[str, ...]
    ) -> dict[tuple[Key, Key], Sums]:
        depth = LEVELS.index(level)
        sums: dict[tuple[Key, Key], Sums] = {}
        for each in made:
            ids = (each.campaign_id, each.group_id, each.ad_id or 0)[:depth]
            for values, numbers in self.parts(each, account, breakdowns):
                group = (tuple(object_id(number) for number in ids), values)
                if group in sums:
                    add(sums[group], numbers)
                else:
                    sums[group] = list(numbers)
        return sums

    def parts(
        self, made: AdDay, account: str, breakdowns: tuple[str, ...]
    ) -> Iterator[tuple[Key, Sums]]:
        whole = measured(made)
        if not breakdowns:
            yield (), whole
            return
        if breakdowns == ("product_id",):
            places = self.products_of(made)
        else:
            places = places_of(breakdowns, self.numbers[account].currency)
        who = (made.ad_id or made.group_id, made.day.toordinal(), len(places))
        rare = 0.4 if len(places) < 6 else 0.7
        weights = [int(max(0.0, draw(*who, place) - rare) * 1000) for place in range(len(places))]
        weights[made.day.toordinal() % len(places)] += 100
        shares = [split(number, weights) for number in whole]
        for place, values in enumerate(places):
            numbers = [share[place] for share in shares]
            if any(numbers):
                yield values, numbers

    def products_of(self, made: AdDay) -> tuple[Key, ...]:
        """The advertised product and one that the catalog put beside it."""
        products = self.world.old_products
        place = (made.ad_id or made.group_id) % len(products)
        both = (products[place], products[(place + 1) % len(products)])
        return tuple((f"{product.id}, {product.handle}",) for product in both)

    def rows(
        self,
        account: str,
        level: str,
        breakdowns: tuple[str, ...],
        days: Sequence[date],
        only: dict[str, Collection[str]],
    ) -> dict[tuple[Key, Key], Sums]:
        """The sums of several days, of the objects that `only` names (by level)."""
        found: dict[tuple[Key, Key], Sums] = {}
        for day in days:
            if only:
                made = [each for each in self.by_day(account).get(day, []) if fits(each, only)]
                cell = self.added(made, account, level, breakdowns)
            else:
                cell = self.cell(account, level, breakdowns, day)
            if len(days) == 1:
                return cell
            for group, numbers in cell.items():
                if group in found:
                    add(found[group], numbers)
                else:
                    found[group] = list(numbers)
        return found


def measured(made: AdDay) -> Sums:
    return [
        int(made.spend * 100),
        made.impressions,
        made.clicks,
        made.link_clicks,
        made.reach,
        made.video_views,
        made.video_views_25,
        made.video_views_50,
        made.video_views_75,
        made.video_views_100,
        made.purchases,
        int(made.purchase_value * 100),
        made.view_through_purchases,
        made.conversions,
    ]


def fits(made: AdDay, only: dict[str, Collection[str]]) -> bool:
    ids = {"campaign": made.campaign_id, "adset": made.group_id, "ad": made.ad_id or 0}
    return all(object_id(ids[level]) in wanted for level, wanted in only.items())


def add(sums: Sums, more: Sums) -> None:
    for place, number in enumerate(more):
        sums[place] += number


def split(number: int, weights: Sequence[int]) -> list[int]:
    """Whole parts whose sum is the number."""
    total, before, gone, parts = sum(weights), 0, 0, []
    for weight in weights:
        before += weight
        upto = number * before // total
        parts.append(upto - gone)
        gone = upto
    return parts


def each_day(since: date, until: date) -> list[date]:
    return [since + timedelta(days=place) for place in range((until - since).days + 1)]
