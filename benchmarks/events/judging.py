"""Judging: messages held to a tracking plan, per second of processor.

Belongs here: messages of several sizes, the rules, the lines printed.
Does not belong here: the loader's path around it (`loader.py`).

`parse` is reading the same message from its bytes, to which every loader is bound: what judging
costs is to be seen beside it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.measure import ROUNDS, costs

TARGET = "at least 100,000 simple events a CPU second"
HEADINGS = ("", "events/CPU s", "µs each", "of parsing it")
EVENTS = 200_000

CONTEXT = {
    "library": {"name": "analytics.js", "version": "2.11.1"},
    "locale": "en-US",
    "page": {"path": "/cart", "title": "Cart", "url": "https://shop.example.com/cart"},
    "userAgent": "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36",
}
META = {
    "i18n": {"currency": "USD", "locale": "en-US"},
    "ownership": {"oms_id": "1", "store_id": "1", "tenant_id": "1"},
    "platform": {"name": "Shopify", "type": "web"},
    "store": {"domain": "shop.example.com"},
    "version": {"major": 3, "minor": 0, "patch": 0},
}
ITEM = {
    "product_id": "1",
    "sku": "SOAP-1",
    "name": "Soap",
    "price": 12.5,
    "quantity": 1,
    "revenue": 12.5,
    "brand": "Acme",
    "position": 1,
}
SIMPLE = {"cart_id": "c-1", "coupon_name": "WELCOME", "order_id": "o-1"}
ORDER = {
    "order_id": "o-1",
    "order_date": "2026-11-21T10:00:00Z",
    "currency": "USD",
    "revenue": 125.0,
    "total": 131.0,
    "email": "jo@example.com",
    "products": [ITEM] * 10,
}
MESSAGES: dict[str, tuple[str, dict[str, Any]]] = {
    "simple": ("Coupon Applied", SIMPLE),
    "simple with meta": ("Coupon Applied", {**SIMPLE, "meta": META}),
    "order of ten items with meta": ("Order Completed", {**ORDER, "meta": META}),
    "simple, one property of a wrong type": ("Coupon Applied", {**SIMPLE, "order_id": 5}),
    "order with an unplanned property in each item": (
        "Order Completed",
        {**ORDER, "products": [{**ITEM, "zz": 1}] * 10},
    ),
}
OMITTING = {"unplanned_properties": "omit", "violations": "omit"}


def rows() -> list[tuple[str, ...]]:
    lines = []
    for name in MESSAGES:
        for rules, label in (({}, name), (OMITTING, f"{name}, omitting")):
            judging, parsing = costs(
                ROUNDS, (judge_all, {"name": name, "rules": rules}), (parse_all, {"name": name})
            )
            each = judging.cpu / EVENTS
            lines.append(
                (label, f"{1 / each:,.0f}", f"{each * 1e6:.2f}", f"{judging.cpu / parsing.cpu:.2f}")
            )
    return lines


def message(name: str) -> dict[str, Any]:
    event, properties = MESSAGES[name]
    sent = {"type": "track", "event": event, "messageId": "ajs-1", "anonymousId": "a-1"}
    return {**sent, "properties": properties, "context": CONTEXT}


def judge_all(name: str, rules: dict[str, Any]) -> Iterator[None]:
    from chord_platform.events.plans import Plans
    from chord_platform.events.source import SourceRules

    plan = Plans(Path("nowhere")).load("chord").for_side("front-end")
    held, sent = SourceRules(**rules), message(name)
    plan.judge(sent, held)  # compiles
    yield
    for _ in range(EVENTS):
        plan.judge(sent, held, source="my_company_front_end_production")


def parse_all(name: str) -> Iterator[None]:
    import orjson

    record = orjson.dumps(message(name))
    yield
    for _ in range(EVENTS):
        orjson.loads(record)
