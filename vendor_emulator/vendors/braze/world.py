"""The business's mailing as a Braze workspace holds it.

Belongs here: campaigns, canvases, segments, daily numbers, people; a later day, one change. Does
not belong here: answering (`workspace.py`), which parameters a request may have (`requests.py`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from vendor_emulator.business import Business
from vendor_emulator.business_mail import Mailing
from vendor_emulator.vendors.braze.records import (
    SEGMENTS,
    Record,
    block_record,
    braze_id,
    campaign_record,
    canvas_record,
    never_sent,
    segment_record,
    spaced,
    stamp,
    template_record,
    user_record,
)

CUSTOM_EVENTS = ("Added To Cart", "Placed Order", "Viewed Product")
SENT_KEYS = {
    "received": "sent",
    "bounced": "bounces",
    "opened": "opens",
    "clicked": "clicks",
    "unsubscribed": "unsubscribes",
    "marked_spam": "reported_spam",
}
WINDOW = timedelta(days=3)
"""A purchase within it after a mail to the same person counts as that mail's."""


class World:
    """Numbers by day are counted once for each day of the business."""

    def __init__(self, business: Business) -> None:
        self.campaigns: dict[str, Record] = {}
        self.canvases: dict[str, Record] = {}
        self.templates: list[Record] = []
        self.blocks: list[Record] = []
        self.segments: dict[str, Record] = {}
        self.fill(business)

    def fill(self, business: Business, *, stamped_at: datetime | None = None) -> None:
        self.business = business
        mailing = Mailing(business)
        for campaign in mailing.campaigns:
            self.keep(self.campaigns, campaign_record(campaign, stamped_at))
        self.keep(self.campaigns, never_sent(business.start))
        for flow in mailing.flows:
            self.keep(self.canvases, canvas_record(flow))
        for number, (name, _) in enumerate(SEGMENTS):
            self.keep(self.segments, segment_record(number, name, business.start))
        if not self.templates:
            numbers = sorted({one.template_id for one in (*mailing.campaigns, *mailing.flows)})
            self.templates = [template_record(number, business.start) for number in numbers]
            self.blocks = [block_record(number, business.start) for number in range(1, 4)]
        self.count(mailing)

    def keep(self, records: dict[str, Record], record: Record) -> None:
        """What is here already stays as it was changed here."""
        records.setdefault(record["id"], record)

    # ------------------------------------------------------------------ numbers by day

    def count(self, mailing: Mailing) -> None:
        by_message: dict[str, dict[date, dict[str, int]]] = defaultdict(
            lambda: defaultdict(lambda: defaultdict(int))
        )
        self.bounces: list[Record] = []
        self.unsubscribes: list[Record] = []
        self.revenue: dict[str, dict[date, int]] = defaultdict(lambda: defaultdict(int))
        last_mail: dict[int, tuple[datetime, str]] = {}
        for event in mailing.events():
            if event.kind == "placed_order":
                continue
            kind = "campaign" if event.campaign_id is not None else "canvas"
            message = braze_id(kind, event.campaign_id or event.flow_id or 0)
            by_message[message][event.at.date()][SENT_KEYS[event.kind]] += 1
            if event.kind == "received":
                last_mail[event.customer_id] = (event.at, message)
            listed = {"email": event.email}
            if event.kind == "bounced":
                self.bounces.append({**listed, "hard_bounced_at": spaced(event.at)})
            if event.kind == "unsubscribed":
                self.unsubscribes.append({**listed, "unsubscribed_at": spaced(event.at)})
        self.by_message = by_message
        self.bounces.sort(key=lambda one: one["hard_bounced_at"], reverse=True)
        self.unsubscribes.sort(key=lambda one: one["unsubscribed_at"], reverse=True)
        self.count_orders(last_mail)

    def count_orders(self, last_mail: dict[int, tuple[datetime, str]]) -> None:
        self.orders: dict[date, int] = defaultdict(int)
        self.active: dict[date, set[int]] = defaultdict(set)
        self.new_users: dict[date, int] = defaultdict(int)
        self.products: dict[str, dict[date, int]] = defaultdict(lambda: defaultdict(int))
        for order in self.business.iter_orders():
            if order.is_test or order.currency != "USD":
                continue
            day = order.created_at.date()
            self.orders[day] += 1
            if order.customer_id:
                self.active[day].add(order.customer_id)
                at, message = last_mail.get(order.customer_id, (None, ""))
                if at is not None and at <= order.created_at <= at + WINDOW:
                    self.revenue[message][day] += int(order.total * 100)
                    self.by_message[message][day]["conversions"] += 1
            for line in order.lines:
                self.products[line.title][day] += int(line.net * 100)
        self.users: list[Record] = []
        for customer in self.business.iter_customers():
            self.new_users[customer.created_at.date()] += 1
            if customer.email:
                self.users.append(user_record(customer))

    def message_day(self, message: str, day: date) -> dict[str, int]:
        return self.by_message.get(message, {}).get(day, {})

    def cents(self, message: str, day: date) -> float:
        return self.revenue.get(message, {}).get(day, 0) / 100

    # ------------------------------------------------------------------ changes

    def advance(self, business: Business, *, stamped_at: datetime | None = None) -> None:
        self.fill(business, stamped_at=stamped_at)

    def touch(self, table: str, at: datetime) -> str:
        """One record on an early page changes; of a day's numbers, the newest day's."""
        if table in ("campaigns", "canvases", "segments"):
            record = next(iter(getattr(self, table).values()))
            record |= {"name": record["name"] + " (!)", "updated_at": stamp(at)}
            return str(record["id"])
        if table == "email_templates":
            record = self.templates[0]
            record |= {"template_name": record["template_name"] + " (!)", "updated_at": stamp(at)}
            return str(record["email_template_id"])
        if table == "content_blocks":
            record = self.blocks[0]
            record |= {"name": record["name"] + " (!)", "last_edited": stamp(at)}
            return str(record["content_block_id"])
        if table == "users":
            self.users[0] |= {"last_name": "Changed"}
            return str(self.users[0]["braze_id"])
        if table in ("hard_bounces", "unsubscribes"):
            listed = self.bounces if table == "hard_bounces" else self.unsubscribes
            word = "hard_bounced_at" if table == "hard_bounces" else "unsubscribed_at"
            listed.insert(0, {"email": f"gone.{len(listed)}@example.com", word: spaced(at)})
            return str(listed[0]["email"])
        day = self.business.now.date() - timedelta(days=1)
        self.new_users[day] += 1
        self.orders[day] += 1
        for message in (*self.campaigns, *self.canvases):
            self.by_message[message][day]["opens"] += 1
        for name in self.products:
            self.products[name][day] += 100
        return day.isoformat()

    def sends(self) -> Iterator[Record]:
        yield from (one for one in self.campaigns.values() if one["first_sent"])
