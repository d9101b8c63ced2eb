"""What comes together is written together: each is on disk when its receiver is told so."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from chord_platform.errors import StoreUnavailable
from chord_platform.store.delivery_tables import deliveries as table
from chord_platform.webhooks import Deliveries
from chord_platform.webhooks.delivery import Arrived
from chord_platform.webhooks.receiving import Receiving

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)


def arrived(id: str, key: str) -> Arrived:
    return Arrived(id=id, topic="t", key=key, headers={}, body=b"", received_at=NOON)


def test_many_threads_are_told_the_truth_and_copies_are_told_apart(store):
    deliveries = Deliveries(store)
    receiving = Receiving(deliveries)
    told: list[tuple[str, bool]] = []

    def run(worker: int) -> None:
        for number in range(20):
            id = f"{number}-{worker % 4}"  # each comes twice, from two threads
            is_new = receiving.receive(arrived(id, f"key-{number % 5}"))
            told.append((id, is_new))
            assert deliveries.get(id).state == "ready"

    threads = [threading.Thread(target=run, args=(worker,)) for worker in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(told) == 160
    assert sorted(id for id, is_new in told if is_new) == sorted({id for id, _ in told})
    claims = deliveries.claim("t", worker="w", limit=10, now=NOON)
    assert sum(len(claim.deliveries) for claim in claims) == 80


def test_a_store_that_fails_says_so_to_each(store):
    receiving = Receiving(Deliveries(store))
    with store.writing() as tx:
        tx.execute(sa.text(f"alter table {table.name} rename to away"))
    try:
        with pytest.raises(StoreUnavailable):
            receiving.receive(arrived("a", "key"))
    finally:
        with store.writing() as tx:
            tx.execute(sa.text(f"alter table away rename to {table.name}"))
    assert receiving.receive(arrived("a", "key"))
