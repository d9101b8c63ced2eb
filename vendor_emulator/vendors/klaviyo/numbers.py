"""What Klaviyo counts: metric aggregates, and reports of campaigns, flows, forms and segments.

Belongs here: numbers from the event log by the account's days. Does not belong here: reading and
refusing the question (`asking.py`).

Reports count all of a message's events on the day it was sent, aggregates on the day they happened.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from vendor_emulator.business_chance import pick
from vendor_emulator.vendors.klaviyo.event_log import EventLog, Logged
from vendor_emulator.vendors.klaviyo.records import METRICS, TIME_ZONE

ZONE = ZoneInfo(TIME_ZONE)
COUNTED = {
    "received": "delivered",
    "sms_received": "delivered",
    "bounced": "bounced",
    "sms_bounced": "failed",
    "opened": "opens",
    "clicked": "clicks",
    "sms_clicked": "clicks",
    "unsubscribed": "unsubscribes",
    "sms_unsubscribed": "unsubscribes",
    "marked_spam": "spam_complaints",
}
UNIQUE = {"opens": "opens_unique", "clicks": "clicks_unique", "unsubscribes": "unsubscribe_uniques"}
RATES = {
    "bounce_rate": ("bounced", "recipients"),
    "bounced_or_failed_rate": ("bounced_or_failed", "recipients"),
    "click_rate": ("clicks_unique", "delivered"),
    "click_to_open_rate": ("clicks_unique", "opens_unique"),
    "conversion_rate": ("conversion_uniques", "delivered"),
    "delivery_rate": ("delivered", "recipients"),
    "failed_rate": ("failed", "recipients"),
    "open_rate": ("opens_unique", "delivered"),
    "spam_complaint_rate": ("spam_complaints", "delivered"),
    "unsubscribe_rate": ("unsubscribe_uniques", "delivered"),
    "average_order_value": ("conversion_value", "conversions"),
    "revenue_per_recipient": ("conversion_value", "delivered"),
}
Source = tuple[str, int]
"""A campaign or a flow, and its number."""
Sums = dict[str, float]
DAY = timedelta(days=1)
ROBOTS_FOUND, ALL_ROBOTS = 2, 0


def local(moment: datetime) -> date:
    return moment.astimezone(ZONE).date()


def days_between(first: date, last: date) -> list[date]:
    return [first + place * DAY for place in range((last - first).days + 1)]


class Numbers:
    """Counted when first asked for; a new one is made when events came."""

    def __init__(self, events: EventLog) -> None:
        self.events = events
        self.sent: dict[tuple[Source, date], Sums] = {}

    def by_day_sent(self, conversion: str) -> Mapping[tuple[Source, date], Sums]:
        """Sums of each campaign and flow by the day on which it was sent to the profile."""
        if self.sent:
            return self.sent
        sums: dict[tuple[Source, date], Sums] = defaultdict(lambda: defaultdict(float))
        sent_on: dict[tuple[Source, int], date] = {}
        for item in self.events.items:
            source = source_of(item)
            if source is None:
                continue
            key = (source, item.event.customer_id)
            day = sent_on.setdefault(key, local(item.event.at))
            counted = sums[source, day]
            name = COUNTED.get(item.kind)
            if name:
                counted[name] += 1
                if name in UNIQUE:
                    counted[UNIQUE[name]] += 1
            elif item.kind == "placed_order":
                counted["conversions"] += 1
                counted["conversion_uniques"] += 1
                counted["conversion_value"] += float(item.event.value or 0)
        self.sent = dict(sums)
        return self.sent

    def aggregates(
        self, metric_id: str, first: date, last: date
    ) -> tuple[list[date], dict[str, list[float]]]:
        days = days_between(first, last)
        counts, values = dict.fromkeys(days, 0), dict.fromkeys(days, 0.0)
        people: dict[date, set[int]] = {day: set() for day in days}
        for item in self.events.items:
            day = local(item.event.at)
            if item.metric_id == metric_id and day in counts:
                counts[day] += 1
                values[day] += float(item.event.value or 0)
                people[day].add(item.event.customer_id)
        return days, {
            "count": [float(counts[day]) for day in days],
            "sum_value": [round(values[day], 2) for day in days],
            "unique": [float(len(people[day])) for day in days],
        }


def source_of(item: Logged) -> Source | None:
    event = item.by or item.event
    if event.campaign_id is not None:
        return ("campaign", event.campaign_id)
    return ("flow", event.flow_id) if event.flow_id is not None else None


def added(sums: Iterable[Sums]) -> Sums:
    total: Sums = defaultdict(float)
    for each in sums:
        for name, value in each.items():
            total[name] += value
    return total


def statistics(sums: Sums, wanted: Sequence[str]) -> dict[str, float]:
    whole: dict[str, float] = {
        **sums,
        "recipients": sums["delivered"] + sums["bounced"] + sums["failed"],
        "bounced_or_failed": sums["bounced"] + sums["failed"],
    }
    found = {}
    for name in wanted:
        if name in RATES:
            part, base = RATES[name]
            found[name] = round(ratio(whole.get(part, 0), whole.get(base, 0)), 6)
        else:
            found[name] = round(whole.get(name, 0.0), 2)
    return found


def ratio(part: float, base: float) -> float:
    return part / base if base else 0.0


def invented(seed: int, place: int, day: date, name: str, today: date) -> int:
    """Numbers of forms and segments, which no other vendor of the business sees. Robots are found
    out later: of the last two days some are still counted, and of every other day everyone whom
    the second form counted was one."""
    age = (today - day).days
    if place == 1 and age > 0 and day.toordinal() % 2 == ALL_ROBOTS:
        return 0
    number = pick(12, seed, 77, place, day.toordinal(), sum(name.encode()))
    return number + 1 if age < ROBOTS_FOUND else number


def metric_ids() -> set[str]:
    return {each[0] for each in METRICS.values()}


def summed(
    seed: int, place: int, days: Sequence[date], wanted: Sequence[str], *, today: date
) -> dict[str, list[float]]:
    """A form's or segment's numbers day by day."""

    def count(day: date, name: str) -> float:
        return float(invented(seed, place, day, name, today))

    found: dict[str, list[float]] = {}
    for name in wanted:
        if name == "total_members":
            found[name] = [float(500 + place * 10 + day.toordinal() % 50) for day in days]
        elif name == "net_members_changed":
            found[name] = [
                count(day, "members_added") - count(day, "members_removed") for day in days
            ]
        elif name == "submit_rate":
            found[name] = [0.1 if count(day, "submits") else 0.0 for day in days]
        else:
            found[name] = [count(day, name) for day in days]
    return found


def over_all(series: Mapping[str, list[Any]]) -> dict[str, float]:
    kept = {"total_members": lambda values: values[-1], "submit_rate": max}
    return {name: kept.get(name, sum)(values) if values else 0.0 for name, values in series.items()}


def form_days(seed: int, forms: int, first: date, today: date, wanted: Sequence[str]) -> int:
    """Days of each form on which anything was counted."""
    days = days_between(first, today)
    found = 0
    for place in range(forms):
        series = summed(seed, place, days, wanted, today=today)
        found += sum(any(values[at] for values in series.values()) for at in range(len(days)))
    return found
