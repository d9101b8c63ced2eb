"""The numbers of TikTok's reports: the business's days, summed up to a level, cut into cells.

Belongs here: rows of a report as they are known now. Does not belong here: what a report may ask
(`reports.py`), what a sum is (`sums.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from vendor_emulator.business_ads import AdDay
from vendor_emulator.business_chance import draw, pick
from vendor_emulator.business_model import CENT, ZERO
from vendor_emulator.clock import Clock
from vendor_emulator.vendors.tiktok_ads.ids import vendor_id
from vendor_emulator.vendors.tiktok_ads.library import GMV_MAX_CAMPAIGNS, STORE_ACCOUNT
from vendor_emulator.vendors.tiktok_ads.sums import NONE, Cell, Sum
from vendor_emulator.vendors.tiktok_ads.world import World

AGES = ("AGE_18_24", "AGE_25_34", "AGE_35_44", "NONE")
GENDERS = ("FEMALE", "MALE", "NONE")
COUNTRIES = {"USD": ("US", "CA"), "EUR": ("DE", "FR", "NONE")}
PLATFORMS = ("IPHONE", "ANDROID", "NONE")
PROVINCES = {"USD": ("5332921", "5128638", "NONE"), "EUR": ("2950157", "NONE")}


class Figures:
    def __init__(self, world: World, clock: Clock) -> None:
        self.world, self.clock = world, clock
        self.bumps: dict[tuple[date, int], Decimal] = {}
        self.kept: dict[tuple[int, date], dict[date, list[AdDay]]] = {}

    def forget(self) -> None:
        self.kept.clear()

    def today(self, account: int) -> date:
        """The account's own: in Los Angeles a day begins when it is over in Berlin."""
        zone = next(one.time_zone for one in self.world.advertising.accounts if one.id == account)
        own = self.clock.now().astimezone(ZoneInfo(zone)).date()
        return min(own, self.world.business.today)

    def days(self, account: int) -> dict[date, list[AdDay]]:
        """Made once a day: a report of any level and range is cut out of it."""
        today = self.today(account)
        if (account, today) not in self.kept:
            advertising = self.world.advertising
            by_day: dict[date, list[AdDay]] = {}
            for one in advertising.days(account, advertising.first_day, today, as_of=today):
                by_day.setdefault(one.day, []).append(one)
            self.kept[(account, today)] = by_day
        return self.kept[(account, today)]

    def touch(self) -> str:
        """Yesterday's spend of one ad is corrected upwards; returns the ad's id."""
        account = self.world.advertising.accounts[0].id
        by_day = self.days(account)
        day = sorted(by_day)[-2]
        ad = by_day[day][0].ad_id or 0
        self.bumps[(day, ad)] = self.bumps.get((day, ad), ZERO) + Decimal("1.50")
        return vendor_id(ad)

    def cells(
        self,
        account: int,
        level: str,
        since: date,
        until: date,
        breakdown: tuple[str, ...],
        time: str,
    ) -> Iterator[Cell]:
        by_day = self.days(account)
        day = since
        while day <= until:
            yield from self.of_day(account, level, day, by_day.get(day, ()), breakdown, time)
            day += timedelta(days=1)

    def of_day(
        self,
        account: int,
        level: str,
        day: date,
        rows: Any,
        breakdown: tuple[str, ...],
        time: str,
    ) -> Iterator[Cell]:
        sums: dict[int, Sum] = {}
        samples: dict[int, AdDay] = {}
        for row in rows:
            key = {
                "AUCTION_ADVERTISER": account,
                "AUCTION_CAMPAIGN": row.campaign_id,
                "AUCTION_ADGROUP": row.group_id,
                "AUCTION_AD": row.ad_id,
            }[level]
            made = sums.setdefault(key, Sum())
            made.add(row, self.world.advertising.campaign(row.campaign_id).kind)
            made.spend += self.bumps.get((day, row.ad_id or 0), ZERO)
            samples.setdefault(key, row)
        for key, made in sums.items():
            named = self.named(level, samples[key])
            for dimensions, part in self.parts(account, made, day, breakdown, time):
                yield Cell({self.id_name(level): vendor_id(key), **dimensions}, named, part)

    def parts(
        self, account: int, whole: Sum, day: date, breakdown: tuple[str, ...], time: str
    ) -> Iterator[tuple[dict[str, str], Sum]]:
        stamps = {"stat_time_day": f"{day} 00:00:00"} if time == "stat_time_day" else {}
        if time == "stat_time_hour":
            for hour in range(24):
                part = whole.part(hour, 24)
                if part.counts["impressions"]:
                    yield {"stat_time_hour": f"{day} {hour:02d}:00:00"}, part
            return
        if not breakdown:
            yield stamps, whole
            return
        cells = self.breakdowns(account, breakdown)
        for number, cell in enumerate(cells):
            part = whole.part(number, len(cells))
            if part.counts["impressions"]:
                yield {**stamps, **cell}, part

    def breakdowns(self, account: int, breakdown: tuple[str, ...]) -> list[dict[str, str]]:
        currency = next(
            one.currency for one in self.world.advertising.accounts if one.id == account
        )
        values = {
            "age": AGES,
            "gender": GENDERS,
            "country_code": COUNTRIES[currency],
            "platform": PLATFORMS,
            "province_id": PROVINCES[currency],
        }
        cells: list[dict[str, str]] = [{}]
        for name in breakdown:
            cells = [{**cell, name: value} for cell in cells for value in values[name]]
        return cells

    def id_name(self, level: str) -> str:
        return {
            "AUCTION_ADVERTISER": "advertiser_id",
            "AUCTION_CAMPAIGN": "campaign_id",
            "AUCTION_ADGROUP": "adgroup_id",
            "AUCTION_AD": "ad_id",
        }[level]

    def named(self, level: str, row: AdDay) -> dict[str, str]:
        """Ids and names above and at the level, which are asked as metrics."""
        advertising = self.world.advertising
        found: dict[str, str] = {}
        if level != "AUCTION_ADVERTISER":
            found["campaign_id"] = vendor_id(row.campaign_id)
            found["campaign_name"] = advertising.campaign(row.campaign_id).name
        if level in ("AUCTION_ADGROUP", "AUCTION_AD"):
            found["adgroup_id"] = vendor_id(row.group_id)
            found["adgroup_name"] = next(
                group.name for group in advertising.groups if group.id == row.group_id
            )
        if level == "AUCTION_AD":
            found["ad_id"] = vendor_id(row.ad_id or 0)
            found["ad_name"] = next(ad.name for ad in advertising.ads if ad.id == row.ad_id)
        return found

    # ------------------------------------------------------------------ shop campaigns

    def gmv_max(self, account: int, since: date, until: date) -> list[dict[str, Any]]:
        """Campaigns of the shop; TikTok leaves them out of every other report."""
        advertising = self.world.advertising
        if account != advertising.accounts[STORE_ACCOUNT].id:
            return []
        rows = []
        sixty_ago = self.world.business.base_now.date() - timedelta(days=60)
        day = max(since, sixty_ago, advertising.first_day)
        while day <= min(until, self.today(account)):
            for number in range(1, GMV_MAX_CAMPAIGNS + 1):
                who = (advertising.seed, 99, number, day.toordinal())
                orders = pick(9, *who)
                cost = Decimal(1000 + pick(9000, *who, 1)) * CENT
                revenue = Decimal(int(orders * (2500 + 4000 * draw(*who, 2)))) * CENT
                rows.append(
                    {
                        "dimensions": {
                            "campaign_id": vendor_id(77_000_000 + number),
                            "stat_time_day": f"{day} 00:00:00",
                        },
                        "metrics": {
                            "cost": str(cost),
                            "net_cost": str((cost * Decimal("0.95")).quantize(CENT)),
                            "orders": str(orders),
                            "gross_revenue": str(revenue),
                            "cost_per_order": str((cost / orders).quantize(CENT))
                            if orders
                            else NONE,
                            "roi": str((revenue / cost).quantize(CENT)),
                        },
                    }
                )
            day += timedelta(days=1)
        return rows
