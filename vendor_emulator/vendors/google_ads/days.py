"""Rows of results by day, at any of the vendor's grains.

Belongs here: how an ad's day becomes rows of campaigns, ads, keywords, videos, clicks.
Does not belong here: things without days (`things.py`), a query's rules (`catalogue.py`).

Everything is counted in whole units (micros of cost, ten-thousandths of conversions and values), so
that every grain adds up to the same totals. Rates are fractions of impressions, as Google's are.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from vendor_emulator.business_ads import AdDay
from vendor_emulator.vendors.google_ads import things
from vendor_emulator.vendors.google_ads.attributes import ATTRIBUTES
from vendor_emulator.vendors.google_ads.gaql import Parsed
from vendor_emulator.vendors.google_ads.things import Row
from vendor_emulator.vendors.google_ads.world import DEVICES, NETWORKS, Customer, World, divided

UNIT = 10_000
COUNTRIES = {"USD": ("2840", "2124"), "EUR": ("2276", "2040")}


@dataclass(slots=True)
class Sums:
    """Sums of a group of parts."""

    micros: int = 0
    impressions: int = 0
    clicks: int = 0
    views: int = 0
    p25: int = 0
    p50: int = 0
    p75: int = 0
    p100: int = 0
    conversions: int = 0
    value: int = 0
    all_conversions: int = 0
    through: int = 0

    def add(self, other: Sums) -> None:
        for name in SUMMED:
            setattr(self, name, getattr(self, name) + getattr(other, name))


SUMMED = tuple(field.name for field in fields(Sums))
Key = tuple[Any, ...]


def day_rows(
    world: World, customer: Customer, query: Parsed, first: date, last: date
) -> Iterator[Row]:
    """Rows of a day, or of the days of a month, zero ones left out; flat fields in GAQL's names."""
    grains = Grains(world, customer, query)
    groups: dict[Key, Sums] = {}
    for ad_day in world.days(customer, first, last):
        for key, sums in grains.parts(ad_day):
            if key in groups:
                groups[key].add(sums)
            else:
                groups[key] = sums
    metrics = [name.removeprefix("metrics.") for name in query.metrics]
    for key, sums in groups.items():
        told = {name: METRICS[name](sums) for name in metrics}
        if any(told.values()) or not metrics:
            row = grains.row(key)
            row["segments.date"] = first.isoformat()
            row["segments.month"] = first.replace(day=1).isoformat()
            for name, value in told.items():
                row[f"metrics.{name}"] = value
            yield row


class Grains:
    """The parts of an ad's day under a query: which group each belongs to."""

    def __init__(self, world: World, customer: Customer, query: Parsed) -> None:
        self.world, self.customer, self.query = world, customer, query
        asked = set(query.select)
        self.by_network = "segments.ad_network_type" in asked
        self.by_device = "segments.device" in asked
        self.by_action = bool(asked & ACTION_SEGMENTS)
        self.by_customer = "segments.new_versus_returning_customers" in asked
        self.known: dict[Key, Row] = {}

    def parts(self, ad_day: AdDay) -> Iterator[tuple[Key, Sums]]:
        kind = self.world.kind(ad_day.campaign_id)
        entity = self.entity(ad_day, kind)
        if entity is None:
            return
        networks = NETWORKS[kind]
        only = "YOUTUBE" if self.query.resource == "video" else None
        if not self.by_network and not only:
            networks = (("", 100),)
        devices = DEVICES if self.by_device else (("", 100),)
        for network, device, sums in split(ad_day, networks, devices):
            if only and network != only:
                continue
            shown = network if self.by_network else ""
            if self.by_action or self.by_customer:
                for action, customer_type, part in by_action(
                    ad_day, sums, customers=self.by_customer
                ):
                    yield (entity, shown, device, action, customer_type), part
            else:
                yield (entity, shown, device, "", ""), sums

    def entity(self, ad_day: AdDay, kind: str) -> Key | None:
        resource, group, ad = self.query.resource, ad_day.group_id, ad_day.ad_id
        if resource == "customer":
            return ()
        if resource == "campaign":
            return (ad_day.campaign_id,)
        if resource == "asset_group":
            return (group,) if ad is None else None
        if resource == "video":
            number = ad or group
            if kind not in ("video", "demand_gen", "performance_max"):
                return None
            return (number, ad_day.campaign_id, None if ad is None else group)
        if resource == "geographic_view":
            return (ad_day.campaign_id, COUNTRIES[self.customer.currency][(ad or group) % 2])
        if ad is None:
            return None
        if resource == "ad_group":
            return (group,)
        if resource in ("keyword_view", "search_term_view"):
            return (group, ad) if kind == "search" else None
        if resource == "shopping_performance_view":
            product = self.world.ads_of[ad].product_id
            return (ad_day.campaign_id, product) if kind == "shopping" else None
        if resource == "landing_page_view":
            return (group, self.world.ads_of[ad].product_id)
        return (ad,)  # ad_group_ad

    # ------------------------------------------------------------------ attributes

    def row(self, key: Key) -> Row:
        entity, network, device, action, customer_type = key
        if entity not in self.known:
            self.known[entity] = {
                **things.customer_row(self.customer),
                **ATTRIBUTES[self.query.resource](self.world, self.customer, *entity),
            }
        row = dict(self.known[entity])
        row["segments.ad_network_type"] = network
        row["segments.device"] = device
        if action:
            number, name, category, _ = next(one for one in things.ACTIONS if one[0] == action)
            row["segments.conversion_action"] = things.action_name(self.customer, number)
            row["segments.conversion_action_name"] = name
            row["segments.conversion_action_category"] = category
        row["segments.new_versus_returning_customers"] = customer_type
        return row


ACTION_SEGMENTS = {
    "segments.conversion_action",
    "segments.conversion_action_category",
    "segments.conversion_action_name",
}


def split(
    ad_day: AdDay, networks: tuple[tuple[str, int], ...], devices: tuple[tuple[str, int], ...]
) -> Iterator[tuple[str, str, Sums]]:
    whole = (
        int(ad_day.spend * 1_000_000),
        ad_day.impressions,
        ad_day.clicks,
        ad_day.video_views,
        ad_day.video_views_25,
        ad_day.video_views_50,
        ad_day.video_views_75,
        ad_day.video_views_100,
        ad_day.conversions * UNIT,
        int(ad_day.purchase_value * UNIT),
        (ad_day.conversions + ad_day.clicks // 5) * UNIT,
        ad_day.view_through_purchases,
    )
    by_network = [divided(each, networks) for each in whole]
    for place, (network, _) in enumerate(networks):
        here = [each[place] for each in by_network]
        by_device = [divided(each, devices) for each in here]
        for other, (device, _) in enumerate(devices):
            yield network, device, Sums(*(each[other] for each in by_device))


def by_action(ad_day: AdDay, part: Sums, *, customers: bool) -> Iterator[tuple[str, str, Sums]]:
    """The part's conversions by action (id, type of customer): they add up to the part's own."""
    purchases = part.conversions * ad_day.purchases // ad_day.conversions if part.conversions else 0
    through = part.through
    if customers:
        returning = purchases // 3 // UNIT * UNIT
        value = part.value * returning // purchases if purchases else 0
        yield "701", "NEW", Sums(
            conversions=purchases - returning, value=part.value - value,
            all_conversions=purchases - returning,
        )  # fmt: skip
        yield (
            "701",
            "RETURNING",
            Sums(conversions=returning, value=value, all_conversions=returning),
        )
        return
    others = part.conversions - purchases
    carts = part.all_conversions - part.conversions
    yield (
        "701",
        "",
        Sums(conversions=purchases, value=part.value, all_conversions=purchases, through=through),
    )
    yield "702", "", Sums(conversions=others, all_conversions=others)
    yield "703", "", Sums(all_conversions=carts)


def rate(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


METRICS: dict[str, Any] = {
    "cost_micros": lambda sums: str(sums.micros) if sums.micros else None,
    "impressions": lambda sums: str(sums.impressions) if sums.impressions else None,
    "clicks": lambda sums: str(sums.clicks) if sums.clicks else None,
    "interactions": lambda sums: str(sums.clicks) if sums.clicks else None,
    "average_cpc": lambda sums: rate(sums.micros, sums.clicks),
    "ctr": lambda sums: rate(sums.clicks, sums.impressions),
    "conversions": lambda sums: sums.conversions / UNIT,
    "conversions_value": lambda sums: sums.value / UNIT,
    "all_conversions": lambda sums: sums.all_conversions / UNIT,
    "all_conversions_value": lambda sums: sums.value / UNIT,
    "conversions_by_conversion_date": lambda sums: sums.conversions / UNIT,
    "conversions_value_by_conversion_date": lambda sums: sums.value / UNIT,
    "new_customer_lifetime_value": lambda sums: 0.0,
    "view_through_conversions": lambda sums: str(sums.through) if sums.through else None,
    "video_trueview_views": lambda sums: str(sums.views) if sums.views else None,
    "video_quartile_p25_rate": lambda sums: rate(sums.p25, sums.impressions),
    "video_quartile_p50_rate": lambda sums: rate(sums.p50, sums.impressions),
    "video_quartile_p75_rate": lambda sums: rate(sums.p75, sums.impressions),
    "video_quartile_p100_rate": lambda sums: rate(sums.p100, sums.impressions),
    "video_watch_time_duration_millis": lambda sums: str(sums.views * 9_000) or None,
}
"""None, 0 and "" are left out of the answer, as the vendor leaves out what is not set."""
