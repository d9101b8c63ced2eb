"""Recharge's mutable world: its records, the log of what happened to them.

Belongs here: what there is now, a day's changes, an edit, a deletion.
Does not belong here: how a record looks (`records.py`), requests (`service.py`).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from vendor_emulator.business import Business
from vendor_emulator.clock import Clock
from vendor_emulator.vendors.recharge.forms import Record, shown
from vendor_emulator.vendors.recharge.people_records import store_record
from vendor_emulator.vendors.recharge.records import records_of

FIRST_EVENT = 900_000_000
LOGGED_FOR = timedelta(days=8)
"""The guide says seven days; the cut-off was met near eight."""
LOGGED = ("customers", "addresses", "subscriptions", "charges", "orders", "onetimes", "discounts")
SINGULAR = {"addresses": "address"}


class World:
    def __init__(self, business: Business, clock: Clock) -> None:
        self.clock = clock
        self.shown = records_of(business)
        """As the business had it, to find what a day changes."""
        self.tables = {kind: dict(records) for kind, records in self.shown.items()}
        self.store = store_record(business)
        self.now = business.now
        self.deleted: set[tuple[str, int]] = set()
        self.events: list[Record] = []
        for kind in LOGGED:
            for record in self.tables[kind].values():
                self.log(kind, record["id"], "created", record["created_at"])
        self.events.sort(key=lambda event: (event["created_at"], event["id"]))

    def log(self, kind: str, record_id: int, verb: str, at: Any) -> None:
        record = self.tables[kind].get(record_id, {})
        event = {
            "id": FIRST_EVENT + len(self.events),
            "created_at": at,
            "custom_attributes": [],
            "customer_id": record.get("customer_id") or (record.get("customer") or {}).get("id"),
            "description": f"{SINGULAR.get(kind, kind[:-1]).capitalize()} {verb}",
            "object_id": record_id,
            "object_type": SINGULAR.get(kind, kind[:-1]),
            "source": {
                "account_email": "agent@example.com",
                "account_id": 4401,
                "api_token_id": None,
                "api_token_name": None,
                "origin": "merchant_portal",
                "user_type": "merchant",
            },
            "updated_attributes": [],
            "verb": verb,
        }
        self.events.append(event)

    def put(self, kind: str, record_id: int, **fields: Any) -> None:
        """An edit at this moment, or at the `updated_at` that is given."""
        at = fields.pop("updated_at", None) or shown(self.clock.now())
        is_new = record_id not in self.tables[kind]
        before = self.tables[kind].get(record_id, {})
        self.tables[kind][record_id] = {**before, **fields, "updated_at": at}
        if kind in LOGGED:
            self.log(kind, record_id, "created" if is_new else "updated", at)

    def delete(self, kind: str, record_id: int, *, at: Any = None, verb: str = "deleted") -> None:
        if kind in LOGGED:
            self.log(kind, record_id, verb, at or shown(self.clock.now()))
        del self.tables[kind][record_id]
        self.deleted.add((kind, record_id))

    def merge_addresses(self, kept: int, gone: int) -> None:
        """The customer's two addresses become one; both have a word of it in the log."""
        at = shown(self.clock.now())
        self.log("addresses", kept, "merged", at)
        self.delete("addresses", gone, at=at, verb="merged")

    def next_day(self, business: Business, stamped_at: datetime | None) -> None:
        after = records_of(business)
        for kind, records in after.items():
            for record_id, record in records.items():
                if self.shown[kind].get(record_id) == record or (kind, record_id) in self.deleted:
                    continue
                at = shown(stamped_at)
                if at is None:
                    # What the business dates earlier, Recharge learns of during this day.
                    earliest = shown(self.now + timedelta(hours=12)) or ""
                    at = max(record.get("updated_at") or "", earliest)
                if record_id not in self.tables[kind] and stamped_at:
                    record = {**record, "created_at": at}
                self.put(kind, record_id, **{**record, "updated_at": at})
        self.shown, self.now = after, business.now
        for record_id in sorted(self.tables["onetimes"])[:1]:
            at = stamped_at or business.now - timedelta(hours=2)
            self.delete("onetimes", record_id, at=shown(at))
