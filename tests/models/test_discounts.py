"""A discount of a whole order is shared out over its lines to the cent, whatever the order is."""

from __future__ import annotations

import random
from decimal import Decimal

from tests.models.raw_shopify import gid
from tests.models.raw_tables import World, broken

CENT = Decimal("0.01")


def test_shares_of_a_discount_add_up_and_never_exceed_their_line():
    rng = random.Random(17)
    orders, lines = [], []
    for number in range(400):
        prices = [
            Decimal(rng.choice((0, 1, 99, 1000, 3333, 123456))) * CENT
            for _ in range(rng.randint(1, 9))
        ]
        gross = sum(prices)
        discount = (gross * rng.choice((0, 1, 10, 33, 99, 100)) / 100).quantize(CENT)
        orders.append(
            {
                "id": gid("Order", number),
                "payload": {
                    "currencyCode": "USD",
                    "subtotalPriceSet": {"shopMoney": {"amount": str(gross - discount)}},
                    "totalDiscountsSet": {"shopMoney": {"amount": str(discount)}},
                    "totalPriceSet": {"shopMoney": {"amount": str(gross - discount)}},
                    "currentTotalPriceSet": {"shopMoney": {"amount": str(gross - discount)}},
                },
                "created_at": "2026-01-01T00:00:00Z",
            }
        )
        lines += [
            {
                "id": gid("LineItem", number * 10 + place),
                "order_id": gid("Order", number),
                "payload": {
                    "quantity": 1,
                    "originalTotalSet": {"shopMoney": {"amount": str(price)}},
                },
            }
            for place, price in enumerate(prices)
        ]
    world = World()
    world.load("raw_shopify", {"orders": orders, "order_line_items": lines}, connection_id="shop")
    result = world.build()
    assert [found for found in broken(result) if "currency" not in found] == []
    assert (
        world.rows(
            "select order_line_id, items_amount, discount_amount from marts.fct_order_lines"
            " where discount_amount < 0 or subtotal_amount < 0"
            " or discount_amount <> round(discount_amount, 2)"
        )
        == []
    )
