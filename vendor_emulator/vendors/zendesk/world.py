"""The account's records, filled from the business and changed as time goes on.

Belongs here: loading, a later day, one record's change, tickets beyond the business's own.
Does not belong here: answering (`desk.py`), a record's fields (`records.py`, `account.py`).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import orjson

from vendor_emulator.business import Business
from vendor_emulator.business_support import Support, Ticket
from vendor_emulator.vendors.zendesk import account
from vendor_emulator.vendors.zendesk.feed import Feed
from vendor_emulator.vendors.zendesk.records import (
    Record,
    event_record,
    metric_events,
    metric_record,
    rating_record,
    second,
    stamp,
    ticket_record,
)

FEEDS = ("tickets", "users", "organizations", "ticket_events", "ticket_metric_events")
FIRST_ADDED = 50_000_000
"""Numbers of tickets beyond the business's own."""


class World:
    def __init__(self, business: Business, *, tickets: int = 0) -> None:
        self.feeds = {name: Feed() for name in FEEDS}
        self.metrics: dict[int, bytes] = {}
        self.ratings = Feed()
        self.known: dict[int, Ticket] = {}
        self.fill(business)
        self.lists = account.lists(business, sorted(self.feeds["users"].records))
        if tickets > len(self.known):
            self.add_tickets(business, tickets - len(self.known))

    # ------------------------------------------------------------------ the business

    def fill(self, business: Business) -> None:
        made: dict[str, dict[int, tuple[int, Record]]] = {name: {} for name in FEEDS}
        ratings: dict[int, tuple[int, Record]] = {}
        for record in account.agent_records(business.start):
            made["users"][record["id"]] = (second(business.start), record)
        for record in account.organization_records(business.start):
            at = second(datetime.fromisoformat(record["updated_at"]))
            made["organizations"][record["id"]] = (at, record)
        for ticket in Support(business).tickets():
            self.known[ticket.id] = ticket
            record = ticket_record(ticket, business.order(ticket.order_id).name)
            made["tickets"][ticket.id] = (record["generated_timestamp"], record)
            self.metrics[ticket.id] = orjson.dumps(metric_record(ticket))
            user = self.requester(business, ticket, ticket.created_at)
            made["users"].setdefault(user["id"], (second(ticket.created_at), user))
            for place, step in enumerate(ticket.steps):
                before = ticket.steps[place - 1] if place else None
                event = event_record(ticket, step, before)
                made["ticket_events"][event["id"]] = (second(step.at), event)
                for key, clock in metric_events(ticket, step):
                    made["ticket_metric_events"][key] = (second(step.at), clock)
            if ticket.rating:
                rating = rating_record(ticket)
                ratings[rating["id"]] = (second(ticket.steps[3].at), rating)
        for name, records in made.items():
            self.feeds[name].load(records)
        self.ratings.load(ratings)

    def requester(self, business: Business, ticket: Ticket, at: datetime) -> Record:
        return account.customer_record(business.customer(ticket.customer_id), ticket.email, at)

    def advance(self, business: Business, *, stamped_at: datetime | None = None) -> None:
        """What happened on the desk since the last day."""
        for ticket in Support(business).tickets():
            old = self.known.get(ticket.id)
            if old == ticket:
                continue
            self.known[ticket.id] = ticket
            at = stamped_at or ticket.updated_at
            self.change_ticket(business, ticket, at)
            user = self.requester(business, ticket, at)
            if user["id"] not in self.feeds["users"].records:
                self.feeds["users"].put(user["id"], second(at), user)
            for place, step in enumerate(ticket.steps):
                if step.id in self.feeds["ticket_events"].records:
                    continue
                when = stamped_at or step.at
                before = ticket.steps[place - 1] if place else None
                event = event_record(ticket, step, before, when)
                self.feeds["ticket_events"].put(step.id, second(when), event)
                for key, clock in metric_events(ticket, step, when):
                    self.feeds["ticket_metric_events"].put(key, second(when), clock)
            if ticket.rating and ticket.id * 8 not in self.ratings.records:
                when = stamped_at or ticket.steps[3].at
                self.ratings.put(ticket.id * 8, second(when), rating_record(ticket, when))

    def change_ticket(self, business: Business, ticket: Ticket, at: datetime) -> None:
        record = ticket_record(ticket, business.order(ticket.order_id).name, at)
        self.feeds["tickets"].put(ticket.id, second(at), record)
        self.metrics[ticket.id] = orjson.dumps(metric_record(ticket, at))

    # ------------------------------------------------------------------ one record

    def touch(self, table: str, at: datetime) -> str:
        """The oldest record of a table changes; returns its key."""
        if table in self.lists:
            record = self.lists[table][0]
            if table == "tags":
                record["count"] += 1
                return str(record["name"])
            record["updated_at"] = stamp(at)
            return str(record["id"])
        if table == "ticket_metrics":
            ticket = int(self.touch("tickets", at))
            metric = orjson.loads(self.metrics[ticket])
            self.metrics[ticket] = orjson.dumps({**metric, "replies": metric["replies"] + 1})
            return str(metric["id"])
        feed = self.ratings if table == "satisfaction_ratings" else self.feeds[table]
        key = next(key for _, key in feed.order if key in feed.records)
        record = {**feed.records[key]}
        if table == "ticket_events":
            # Nobody edits an event: what a person does is a new one.
            key = max(feed.records) + 1
            record |= {"id": key, "timestamp": second(at), "created_at": stamp(at)}
        elif table == "ticket_metric_events":
            key = max(feed.records) + 1
            record |= {"id": key, "time": stamp(at)}
        else:
            record |= {"updated_at": stamp(at)}
        if table == "tickets":
            record |= {"generated_timestamp": second(at), "subject": record["subject"] + " (!)"}
        feed.put(key, second(at), record)
        return str(key)

    def change(self, table: str, key: int, at: datetime, **fields: Any) -> None:
        """Some fields of one record, as tests want it."""
        feed = self.ratings if table == "satisfaction_ratings" else self.feeds[table]
        feed.put(key, second(at), {**feed.records[key], **fields})

    # ------------------------------------------------------------------ many

    def add_tickets(self, business: Business, count: int) -> None:
        """For benchmarks: like the business's own, numbered on, spread over its time."""
        feed = self.feeds["tickets"]
        patterns = [feed.records[key] for _, key in feed.order[-200:]]
        metrics = [orjson.loads(self.metrics[pattern["id"]]) for pattern in patterns]
        first, last = second(business.start), second(business.now) - 3600
        made = []
        for number in range(count):
            key = FIRST_ADDED + number
            at = first + (last - first) * number // count
            when = stamp(datetime.fromtimestamp(at).astimezone())
            place = number % len(patterns)
            record = {
                **patterns[place],
                "id": key,
                "url": f"https://fable-and-co.zendesk.com/api/v2/tickets/{key}.json",
                "created_at": when,
                "updated_at": when,
                "generated_timestamp": at,
            }
            made.append((at, key, orjson.dumps(record)))
            metric = {**metrics[place], "id": key * 10 + 3, "ticket_id": key}
            self.metrics[key] = orjson.dumps(metric)
        feed.load_encoded(made)
