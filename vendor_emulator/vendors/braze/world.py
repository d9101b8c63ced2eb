"""The business's mailing as a Braze workspace holds it.

Belongs here: campaigns, canvases, segments, daily numbers, people; a later day, one change. Does
not belong here: answering (`workspace.py`), which parameters a request may have (`requests.py`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from vendor_emulator.business import Business
from vendor_emulator.business_mail import MailCampaign, MailFlow, Mailing

Record = dict[str, Any]
CUSTOM_EVENTS = ("Added To Cart", "Placed Order", "Viewed Product")
SEGMENTS = (("Everyone", True), ("Buyers", True), ("Silent", False))
"""Name, and whether its analytics are tracked."""
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


def braze_id(kind: str, number: int | str) -> str:
    return str(uuid5(NAMESPACE_URL, f"{kind} {number}"))


def stamp(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S+00:00")


def spaced(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S +0000")


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


def campaign_record(campaign: MailCampaign, stamped_at: datetime | None) -> Record:
    edited = stamped_at or campaign.updated_at
    return {
        "id": braze_id("campaign", campaign.id),
        "name": campaign.name,
        "is_api_campaign": False,
        "tags": ["newsletter"],
        "created_at": stamp(campaign.created_at),
        "updated_at": stamp(edited),
        "archived": campaign.is_archived,
        "draft": False,
        "enabled": not campaign.is_archived,
        "description": "",
        "schedule_type": "time_based",
        "channels": [campaign.channel],
        "first_sent": stamp(campaign.sent_at),
        "last_sent": stamp(campaign.sent_at),
        "teams": [],
        "messages": {
            braze_id("variation", campaign.id): {
                "channel": campaign.channel,
                "name": "Variant 1",
                "subject": campaign.subject,
            }
        },
        "conversion_behaviors": [{"type": "Makes Purchase", "window": 259_200}],
    }


def never_sent(created_at: datetime) -> Record:
    pattern = MailCampaign(
        id=0,
        name="A draft that was never sent",
        channel="email",
        subject="",
        template_id=1,
        is_archived=False,
        created_at=created_at,
        sent_at=created_at,
        updated_at=created_at,
    )
    record = campaign_record(replace(pattern), None)
    return {**record, "draft": True, "enabled": False, "first_sent": None, "last_sent": None}


def canvas_record(flow: MailFlow) -> Record:
    is_live = flow.status == "live"
    return {
        "id": braze_id("canvas", flow.id),
        "name": flow.name,
        "tags": ["flow"],
        "created_at": stamp(flow.created_at),
        "updated_at": stamp(flow.updated_at),
        "description": "",
        "archived": flow.is_archived,
        "draft": flow.status == "draft",
        "enabled": is_live,
        "schedule_type": "action_based",
        "first_entry": stamp(flow.created_at + timedelta(days=1)) if is_live else None,
        "last_entry": stamp(flow.created_at + timedelta(days=700)) if is_live else None,
        "channels": ["email"],
        "teams": [],
        "variants": [
            {
                "id": braze_id("variant", flow.id),
                "name": "Variant 1",
                "first_step_ids": [braze_id("step", flow.id)],
            }
        ],
        "steps": [
            {
                "id": braze_id("step", flow.id),
                "name": "Mail",
                "type": "message",
                "next_step_ids": [],
                "next_paths": [],
                "channels": ["email"],
                "messages": {},
            }
        ],
    }


def segment_record(number: int, name: str, at: datetime) -> Record:
    return {
        "id": braze_id("segment", number),
        "name": name,
        "analytics_tracking_enabled": dict(SEGMENTS)[name],
        "tags": [],
        "created_at": stamp(at),
        "updated_at": stamp(at),
        "description": "",
        "text_description": name,
        "teams": [],
    }


def template_record(number: int, at: datetime) -> Record:
    return {
        "email_template_id": braze_id("template", number),
        "template_name": f"Template {number}",
        "created_at": stamp(at),
        "updated_at": stamp(at),
        "tags": [],
    }


def block_record(number: int, at: datetime) -> Record:
    return {
        "content_block_id": braze_id("block", number),
        "name": f"block_{number}",
        "content_type": "html",
        "liquid_tag": "{{content_blocks.${block_" + str(number) + "}}}",
        "inclusion_count": number,
        "created_at": stamp(at),
        "last_edited": stamp(at),
        "tags": [],
    }


def user_record(customer: Any) -> Record:
    return {
        "created_at": stamp(customer.created_at),
        "external_id": str(customer.id),
        "user_aliases": [],
        "braze_id": braze_id("user", customer.id).replace("-", "")[:24],
        "first_name": customer.first_name,
        "last_name": customer.last_name,
        "email": customer.email,
        "phone": customer.phone,
        "language": "en",
        "time_zone": "America/New_York",
        "email_subscribe": "opted_in" if customer.accepts_marketing else "unsubscribed",
        "custom_attributes": {"favourite_product": None},
        "custom_events": [],
        "purchases": [],
    }
