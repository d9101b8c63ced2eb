"""Works a shop's deliveries: each becomes an event of its source, or says why it is none.

Belongs here: batches between the queue and the inbox. Does not belong here: what a webhook tells
(`events/shopify_webhooks`), the queue's rules.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from chord_platform.bootstrap import Platform
from chord_platform.errors import PlatformError
from chord_platform.events.shopify_webhooks.taking import Given, Taken, take
from chord_platform.events.source import Source
from chord_platform.shop_webhooks.shop import Shop
from chord_platform.webhooks.delivery import Claim, Delivery
from dlt_pipelines.errors import VendorUnavailable

AT_ONCE = 100
LEASE = timedelta(minutes=10)

OnProgress = Callable[[str], None]


@dataclass(kw_only=True)
class Worked:
    """Deliveries by what became of them."""

    connection: str
    results: dict[str, int] = field(default_factory=dict)
    retried: int = 0

    @property
    def total(self) -> int:
        return sum(self.results.values()) + self.retried

    def count(self, taken: Taken) -> None:
        result = taken.result["result"]
        self.results[result] = self.results.get(result, 0) + 1


class Working:
    def __init__(self, platform: Platform, connection: str) -> None:
        self.platform = platform
        self.shop = Shop(platform, connection)

    def work(self, *, worker: str, on_progress: OnProgress = lambda said: None) -> Worked:
        """Until no delivery is due.

        Raises:
            SourceRefused: no source takes them; they stay where they are.
        """
        worked, source = Worked(connection=self.shop.name), self.shop.source
        while claims := self.platform.deliveries.claim(
            self.shop.topic, worker=worker, limit=AT_ONCE, lease=LEASE
        ):
            self.work_batch(claims, source, worked)
            on_progress(f"{self.shop.name}: {worked.total} deliveries")
        return worked

    def work_batch(self, claims: list[Claim], source: Source, worked: Worked) -> None:
        """On disk in the inbox before any is done: a crash between repeats, and copies fall out."""
        deliveries = self.platform.deliveries
        finished: list[tuple[Claim, dict[str, Any]]] = []
        records: list[bytes] = []
        for claim in claims:
            try:
                all_taken = {one.id: self.taken(one, source) for one in claim.deliveries}
            except VendorUnavailable as error:
                deliveries.retry(claim, str(error))
                worked.retried += len(claim.deliveries)
                continue
            records += [each.record for each in all_taken.values() if each.record is not None]
            finished.append((claim, {id: each.result for id, each in all_taken.items()}))
            for each in all_taken.values():
                worked.count(each)
        try:
            self.platform.inbox.append_now(records)
        except PlatformError:
            for claim, _ in finished:
                deliveries.release(claim)
            raise
        deliveries.done_each(finished)

    def taken(self, delivery: Delivery, source: Source) -> Taken:
        given = Given(
            subject=delivery.subject,
            headers=delivery.headers,
            body=delivery.body or b"",
            received_at=delivery.received_at,
        )
        return take(source, given, find_order=self.shop.find_order)
