"""Refused webhooks are counted, and what is old goes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from chord_platform.webhooks import Deliveries
from chord_platform.webhooks.refusals import Refusals
from chord_platform.webhooks.retention import tidy

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)


def test_refusals_are_counted_by_receiver_reason_and_day(store):
    refusals = Refusals(store)
    for minute in range(3):
        refusals.count("shop", "signature", now=NOON + timedelta(minutes=minute))
    refusals.count("shop", "signature", now=NOON + timedelta(days=1))
    newest, older = refusals.list()
    assert (newest.refused, older.refused) == (1, 3)
    assert older.last_at == NOON + timedelta(minutes=2)
    assert len(refusals.list(since=newest.day)) == 1


def test_retention_removes_the_done_first_then_the_dead_and_never_what_waits(store):
    deliveries, refusals = Deliveries(store), Refusals(store)
    refusals.count("shop", "signature", now=NOON)
    for id in ("done", "dead", "waiting"):
        deliveries.receive("t", id=id, key=id, body=b"", headers={}, now=NOON)
    claims = {each.key: each for each in deliveries.claim("t", worker="w", limit=3, now=NOON)}
    deliveries.done(claims["done"], now=NOON)
    deliveries.dead(claims["dead"], "It cannot be.", now=NOON)
    deliveries.release(claims["waiting"], now=NOON)
    assert tidy(deliveries, refusals, now=NOON + timedelta(days=13)) == 0
    assert tidy(deliveries, refusals, now=NOON + timedelta(days=15)) == 1
    assert tidy(deliveries, refusals, now=NOON + timedelta(days=92)) == 2
    assert [each.id for each in deliveries.list()] == ["waiting"]
