"""Iterable's mutable world: what there is now, and a day's changes.

Belongs here: campaigns, templates, people, events as they are shown. Does not belong here: how a
record looks (`records.py`), requests (`service.py`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from vendor_emulator.business import Business, Customer
from vendor_emulator.business_mail import Mailing
from vendor_emulator.clock import Clock
from vendor_emulator.vendors.iterable.records import (
    FIRST_LIST,
    Record,
    campaign_record,
    cart_event,
    exported,
    journey_record,
    list_records,
    mail_events,
    millis,
    template_of,
    template_record,
    triggered_record,
    user_record,
)

TOTALS = {
    "emailSend": "Total Email Sends",
    "emailOpen": "Total Email Opens",
    "emailClick": "Total Emails Clicked",
    "emailBounce": "Total Emails Bounced",
    "emailUnSubscribe": "Total Unsubscribes",
    "emailComplaint": "Total Complaints",
    "smsSend": "Total SMS Sends",
}
UNIQUE = {"emailOpen": "Unique Email Opens", "emailClick": "Unique Email Clicks"}
METRICS = (
    "id",
    *TOTALS.values(),
    *UNIQUE.values(),
    "Total Emails Delivered",
    "Total Purchases",
    "Revenue",
)


class World:
    def __init__(self, business: Business, clock: Clock) -> None:
        self.business, self.clock = business, clock
        self.campaigns: dict[int, Record] = {}
        self.journeys: dict[int, Record] = {}
        self.templates: dict[str, dict[int, Record]] = {"Email": {}, "SMS": {}}
        self.users: dict[int, Record] = {}
        self.members: dict[int, dict[int, str]] = {}
        self.forgotten: list[str] = []
        self.lists = list_records(business)
        self.events: dict[str, list[Record]] = {}
        self.known: set[Any] = set()
        self.take_mailing(Mailing(business))
        self.take_people(business.iter_customers())
        self.take_events(Mailing(business), after=None, at=None)

    # ------------------------------------------------------------------ what there is

    def take_mailing(self, mailing: Mailing, at: datetime | None = None) -> None:
        for campaign in mailing.campaigns:
            self.take_campaign(campaign_record(campaign), at)
            medium = "SMS" if campaign.channel == "sms" else "Email"
            number = template_of(campaign.channel, campaign.template_id)
            if number not in self.templates[medium]:
                self.templates[medium][number] = template_record(
                    number, campaign.name, campaign.created_at
                )
        for flow in mailing.flows:
            self.take_campaign(triggered_record(flow), at)
            self.journeys[flow.id] = journey_record(flow)
            number = template_of("email", flow.template_id)
            self.templates["Email"].setdefault(
                number, template_record(number, flow.name, flow.created_at)
            )

    def take_campaign(self, record: Record, at: datetime | None) -> None:
        if record["id"] in self.campaigns:
            return
        times = {"createdAt": millis(at), "updatedAt": millis(at)} if at else {}
        self.campaigns[record["id"]] = {**record, **times}

    def take_people(self, customers: Iterable[Customer], at: str | None = None) -> None:
        for customer in customers:
            if not customer.email:
                self.forget(customer.id)
                continue
            record = user_record(customer)
            if at:
                record["profileUpdatedAt"] = max(at, record["profileUpdatedAt"])
            self.users[customer.id] = record
            self.members.setdefault(1, {}).pop(customer.id, None)
            if customer.accepts_marketing:
                self.members[1][customer.id] = customer.email
                if customer.id % 5 == 0:
                    self.members.setdefault(2, {})[customer.id] = customer.email

    def forget(self, customer_id: int) -> None:
        """Erased: gone from users and lists, and a hash of the address remains."""
        gone = self.users.pop(customer_id, None)
        for members in self.members.values():
            members.pop(customer_id, None)
        if gone:
            hashed = hashlib.sha256(gone["email"].strip().lower().encode()).hexdigest()
            self.forgotten.append(hashed)

    def take_events(self, mailing: Mailing, *, after: datetime | None, at: datetime | None) -> None:
        """Those that arrived after a time: what was known before stays as it was."""
        channels = {
            number: (one["messageMedium"].lower(), one["templateId"])
            for number, one in self.campaigns.items()
        }
        fresh: list[Record] = []
        for event in mailing.events():
            if event.id in self.known or (after and event.arrived_at <= after):
                continue
            self.known.add(event.id)
            fresh += mail_events(event, channels)
        for cart in mailing.business.iter_checkouts():
            key = ("cart", cart.id)
            if not cart.email or key in self.known or (after and cart.created_at <= after):
                continue
            self.known.add(key)
            fresh.append(cart_event(cart))
        touched = set()
        for record in fresh:
            kind = record.pop("_kind")
            if at:
                record["createdAt"] = exported(at)
            self.events.setdefault(kind, []).append(record)
            touched.add(kind)
        for kind in touched:
            self.events[kind].sort(key=lambda one: one["createdAt"])

    # ------------------------------------------------------------------ exports

    def exported(self, kind: str, since: datetime, until: datetime) -> list[Record]:
        if kind == "user":
            rows, field = list(self.users.values()), "profileUpdatedAt"
        else:
            rows, field = self.events.get(kind, []), "createdAt"
        first, end = exported(since), exported(until)
        return [row for row in rows if first <= row[field] < end]

    def metrics(self, campaign_id: int, since: datetime, until: datetime) -> Record:
        first, end = exported(since), exported(until)
        row: Record = {**dict.fromkeys(METRICS, 0), "id": campaign_id, "Revenue": "0.0"}
        for kind, name in TOTALS.items():
            hits = [
                one
                for one in self.events.get(kind, ())
                if one["campaignId"] == campaign_id and first <= one["createdAt"] < end
            ]
            row[name] = len(hits)
            if kind in UNIQUE:
                row[UNIQUE[kind]] = len({one["email"] for one in hits})
        row["Total Emails Delivered"] = row["Total Email Sends"] - row["Total Emails Bounced"]
        return row

    def users_of(self, list_id: int) -> list[str]:
        return list(self.members.get(list_id - FIRST_LIST, {}).values())

    # ------------------------------------------------------------------ change

    def next_day(self, business: Business, stamped_at: datetime | None) -> None:
        before = self.business
        known = {customer.id: customer for customer in before.iter_customers()}
        moved = [one for one in business.iter_customers() if known.get(one.id) != one]
        self.business = business
        mailing = Mailing(business)
        self.take_mailing(mailing, stamped_at)
        self.take_people(moved, exported(stamped_at or before.now + timedelta(hours=12)))
        self.take_events(mailing, after=before.now, at=stamped_at)
