"""All events, in the order of their time, each already written as JSON.

Belongs here: keeping and cutting them. Does not belong here: what happened (`business_mail.py`),
requests (`service.py`), counting them (`numbers.py`).

A page of a thousand is joined from its thousand pieces: no record is written twice.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import orjson

from vendor_emulator.business import Business
from vendor_emulator.business_mail import MailEvent, Mailing
from vendor_emulator.vendors.klaviyo.records import (
    METRICS,
    SITE,
    campaign_id,
    code,
    flow_id,
    flow_message_id,
    message_id,
    profile_id,
    record,
    written,
)

SPARE = 0.7
"""Orders and welcome mails do not grow with the campaigns."""
ATTRIBUTED = timedelta(days=5)


@dataclass(frozen=True)
class Logged:
    """An event with its metric; `by` is the event that an order is attributed to."""

    event: MailEvent
    kind: str
    by: MailEvent | None = None

    @property
    def id(self) -> str:
        return event_id(self.event)

    @property
    def metric_id(self) -> str:
        return METRICS[self.kind][0]


def event_id(event: MailEvent) -> str:
    return code(event.id, "ev")


def mailing_of(business: Business, scale: int | None) -> Mailing:
    """Written often enough to everyone for `scale` events; None: the business's usual."""
    if scale is None:
        return Mailing(business)
    mailing = Mailing(business, share=1)
    few = sum(1 for _ in logged(mailing))
    if few >= scale:
        return mailing
    return Mailing(business, share=1, every_days=mailing.every_days * few / scale * SPARE)


def logged(mailing: Mailing) -> Iterator[tuple[MailEvent, str]]:
    texts = {one.id for one in mailing.campaigns if one.channel == "sms"}
    for event in mailing.events():
        kind = event.kind
        if event.campaign_id in texts:
            kind = f"sms_{kind}"
        if kind in METRICS:  # a text is not opened
            yield event, kind


class EventLog:
    def __init__(self, mailing: Mailing, scale: int | None) -> None:
        found = sorted(logged(mailing), key=lambda each: (each[0].at, each[0].id))[:scale]
        if scale is not None and len(found) < scale:
            raise ValueError(f"{len(found)} events; more of them need a business of more orders")
        self.items: list[Logged] = with_attributions(found)
        self.known = {each.event.id for each in self.items}
        self.index()

    def index(self) -> None:
        self.items.sort(key=lambda each: (each.event.at, each.id))
        self.places = [(int(each.event.at.timestamp()), each.id) for each in self.items]
        self.pieces = [piece(each) for each in self.items]

    def add(self, mailing: Mailing, *, stamped_at: datetime | None) -> None:
        """What has arrived since; with `stamped_at` all of it happened then."""
        fresh = []
        for event, kind in logged(mailing):
            if event.id not in self.known:
                self.known.add(event.id)
                fresh.append((replace(event, at=stamped_at) if stamped_at else event, kind))
        known = [(each.event, each.kind) for each in self.items]
        before = {each.event.id: each for each in self.items}
        everything = sorted([*known, *fresh], key=lambda each: (each[0].at, each[0].id))
        self.items = [before.get(each.event.id, each) for each in with_attributions(everything)]
        self.index()

    def put(self, event: MailEvent, kind: str) -> Logged:
        made = Logged(event, kind)
        self.items.append(made)
        self.known.add(event.id)
        self.index()
        return made

    def between(self, start: int, end: int) -> tuple[int, int]:
        """Places of the events from `start` up to and without `end`, in seconds."""
        return bisect_left(self.places, (start, "")), bisect_left(self.places, (end, ""))

    def after(self, place: tuple[int, str]) -> int:
        return bisect_right(self.places, place)

    def joined(self, chosen: Sequence[int]) -> bytes:
        if chosen and chosen[-1] - chosen[0] == len(chosen) - 1:
            return b",".join(self.pieces[chosen[0] : chosen[-1] + 1])
        return b",".join([self.pieces[place] for place in chosen])


def with_attributions(found: Iterable[tuple[MailEvent, str]]) -> list[Logged]:
    """In the order of time: an order belongs to the last message that its buyer opened, clicked or
    got as a text within five days."""
    last: dict[int, MailEvent] = {}
    items = []
    for event, kind in found:
        by = None
        if kind in ("opened", "clicked", "sms_received", "sms_clicked"):
            last[event.customer_id] = event
        elif kind == "placed_order":
            known = last.get(event.customer_id)
            by = known if known and event.at - known.at <= ATTRIBUTED else None
        items.append(Logged(event, kind, by))
    return items


def attribution_id(item: Logged) -> str:
    return f"{item.id}-attribution"


def attribution(item: Logged) -> dict[str, Any]:
    by = item.by
    assert by is not None
    relations: dict[str, Any] = {
        "event": ("event", item.id),
        "attributed_event": ("event", event_id(by)),
    }
    if by.campaign_id is not None:
        relations["campaign"] = ("campaign", campaign_id(by.campaign_id))
        relations["campaign_message"] = ("campaign-message", message_id(by.campaign_id))
    if by.flow_id is not None:
        relations["flow"] = ("flow", flow_id(by.flow_id))
        relations["flow_message"] = ("flow-message", flow_message_id(by.flow_id))
    made = record("attribution", attribution_id(item), {}, **relations)
    del made["attributes"]
    return made


def properties(item: Logged) -> dict[str, Any]:
    event = item.event
    if item.kind == "placed_order":
        return {
            "$event_id": str(event.order_id),
            "$value": float(event.value or 0),
            "$currency_code": "USD",
            "OrderId": str(event.order_id),
        }
    found: dict[str, Any] = {"Campaign Name": "", "$event_id": str(event.id)}
    if event.campaign_id is not None:
        found |= {
            "$message": campaign_id(event.campaign_id),
            "Campaign Name": f"Campaign {event.campaign_id}",
        }
    if event.flow_id is not None:
        found |= {
            "$flow": flow_id(event.flow_id),
            "$message": flow_message_id(event.flow_id),
            "Campaign Name": f"Flow {event.flow_id}",
        }
    if item.kind.startswith("sms_"):
        found["To Number"] = "+15555550100"
    else:
        found |= {
            "Recipient Email Address": event.email,
            "Email Domain": event.email.rpartition("@")[2],
            "Inbox Provider": "Gmail",
        }
    return found


def piece(item: Logged) -> bytes:
    """One event as JSON. Written by hand: records of this shape come by the hundred thousand."""
    event, key = item.event, item.id
    path = f"{SITE}/api/events/{key}"
    attributed = ""
    if item.by is not None:
        data = f'{{"type":"attribution","id":"{attribution_id(item)}"}}'
        attributed = f',"attributions":{{"data":[{data}]}}'
    number = f"{event.id:032x}"
    return (
        f'{{"type":"event","id":"{key}","attributes":{{"timestamp":{int(event.at.timestamp())},'
        f'"event_properties":{orjson.dumps(properties(item)).decode()},'
        f'"datetime":"{written(event.at)}",'
        f'"uuid":"{number[:8]}-{number[8:12]}-{number[12:16]}-{number[16:20]}-{number[20:]}"}},'
        f'"relationships":{{"profile":{{"data":{{"type":"profile",'
        f'"id":"{profile_id(event.customer_id)}"}},'
        f'"links":{{"self":"{path}/relationships/profile","related":"{path}/profile"}}}},'
        f'"metric":{{"data":{{"type":"metric","id":"{item.metric_id}"}},'
        f'"links":{{"self":"{path}/relationships/metric","related":"{path}/metric"}}}}'
        f'{attributed}}},"links":{{"self":"{path}"}}}}'
    ).encode()
