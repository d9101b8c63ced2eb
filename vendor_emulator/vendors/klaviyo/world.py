"""Klaviyo's side of the business: its records, and how they change from day to day.

Belongs here: all records by kind, a day's changes, one person's change. Does not belong here: how
they are shown (`service.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from vendor_emulator.business import Business
from vendor_emulator.business_mail import MailEvent
from vendor_emulator.vendors.klaviyo import goods, messages, records
from vendor_emulator.vendors.klaviyo.event_log import EventLog, mailing_of
from vendor_emulator.vendors.klaviyo.records import Record, written

UPDATED = ("updated", "updated_at")
VANISH = ("profile", "catalog-item", "catalog-variant", "catalog-category", "coupon", "coupon-code")
"""Kinds of which a record can be gone from one day to the next."""
NAMED = ("first_name", "name", "title", "description", "unique_code", "html")
LATE = timedelta(days=2)


class World:
    def __init__(self, business: Business, scale: int | None) -> None:
        self.business, self.scale = business, scale
        self.mailing = mailing_of(business, scale)
        self.made: dict[tuple[str, str], Record] = {}
        self.kinds: dict[str, dict[str, Record]] = {}
        self.touched: set[tuple[str, str]] = set()
        self.added = 0
        for one in self.invented():
            self.made[one["type"], one["id"]] = one
            self.of(one["type"])[one["id"]] = copied(one)
        self.events = EventLog(self.mailing, scale)

    def of(self, kind: str) -> dict[str, Record]:
        return self.kinds.setdefault(kind, {})

    def invented(self) -> Iterator[Record]:
        """Every record as the business has it today."""
        business = self.business
        yield records.account(business)
        yield from records.metrics(business)
        for customer in business.iter_customers():
            if customer.email:
                yield records.profile(customer)
        for campaign in self.mailing.campaigns:
            yield from messages.campaign(campaign, business)
        for one in self.mailing.flows:
            flow, steps, sent = messages.flow(one, business)
            yield flow
            yield from steps
            yield sent
        yield from messages.templates(self.mailing, business)
        yield from records.groups(business)
        yield from records.tags()
        yield from goods.coupons(business)
        yield from goods.forms_and_images(business)
        yield from goods.catalogue(business)

    def next_day(self, business: Business, *, stamped_at: datetime | None) -> None:
        self.business = business
        self.mailing = mailing_of(business, self.scale)
        seen = set()
        for one in self.invented():
            key = (one["type"], one["id"])
            seen.add(key)
            if self.made.get(key) == one or key in self.touched:
                continue
            self.made[key] = one
            current = copied(one)
            stamp(current, stamped_at or business.now)
            self.of(one["type"])[one["id"]] = current
        for kind, key in [each for each in self.made if each not in seen and each[0] in VANISH]:
            del self.made[kind, key]
            self.of(kind).pop(key, None)
        self.events.add(self.mailing, stamped_at=stamped_at)

    def touch(self, kind: str, now: datetime) -> str:
        """One record is renamed, the one that was changed longest ago."""
        oldest = min(self.of(kind).values(), key=lambda one: (updated_of(one), one["id"]))
        changed = copied(oldest)
        for name in NAMED:
            if isinstance(changed["attributes"].get(name), str):
                changed["attributes"][name] += " (changed)"
                break
        stamp(changed, now)
        self.touched.add((kind, oldest["id"]))
        self.of(kind)[oldest["id"]] = changed
        return oldest["id"]

    def late_event(self, now: datetime) -> str:
        """An opened e-mail of the day before yesterday, that becomes known only now."""
        self.added += 1
        sample = next(each for each in self.events.items if each.kind == "received")
        event = MailEvent(
            id=9 * 10**15 + self.added,
            kind="opened",
            customer_id=sample.event.customer_id,
            email=sample.event.email,
            campaign_id=sample.event.campaign_id,
            flow_id=sample.event.flow_id,
            order_id=None,
            value=None,
            at=now - LATE,
            arrived_at=now,
        )
        return self.events.put(event, "opened").id

    # ------------------------------------------------------------------ members

    def members(self, kind: str, group: str) -> list[Record]:
        """Profiles of a list or segment, each with the time it joined."""
        place = list(self.of(kind)).index(group)
        chosen = []
        for one in self.of("profile").values():
            number = int(one["attributes"]["external_id"])
            accepts = one["attributes"]["properties"]["Accepts Marketing"]
            if accepts if place == 0 else number % (place + 3) == 0:
                chosen.append(with_joined(one))
        return chosen


def with_joined(one: Record) -> Record:
    joined = {"joined_group_at": one["attributes"]["created"]}
    return {**one, "attributes": {**one["attributes"], **joined}}


def copied(one: Record) -> Record:
    return {**one, "attributes": dict(one["attributes"])}


def updated_of(one: Record) -> str:
    found: Any = next(
        (one["attributes"][name] for name in UPDATED if name in one["attributes"]), ""
    )
    return found or ""


def stamp(one: Record, moment: datetime) -> None:
    for name in UPDATED:
        if name in one["attributes"]:
            one["attributes"][name] = written(moment)
