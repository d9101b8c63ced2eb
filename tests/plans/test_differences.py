"""What two plans have otherwise, and whether it may break messages."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from chord_platform.events.plans import Plan
from chord_platform.events.plans.differences import differences
from chord_platform.events.plans.plan_contents import contents, plan_content
from chord_platform.events.plans.plan_files import plan_of


def changed(plan: Plan, alter: Callable[[dict[str, Any]], Any]) -> Plan:
    files = contents(plan)
    alter(files)
    about = plan_content(plan)
    left = {said["event"] for said in files.values()}
    about["mandatory"] = {name: due for name, due in about["mandatory"].items() if name in left}
    return plan_of(about, files, place=Path("changed"))


def cart(files: dict[str, Any]) -> dict[str, Any]:
    return files["cart-viewed.json"]["versions"]["1"]["schema"]["properties"]["properties"]


def test_a_plan_does_not_differ_from_itself(chord_plan):  # type: ignore[no-untyped-def]
    assert differences(chord_plan, changed(chord_plan, lambda files: None)) == ()


@pytest.mark.parametrize(
    ("alter", "what", "kind", "may_break"),
    [
        (lambda f: f.pop("cart-viewed.json"), "event", "removed", True),
        (lambda f: cart(f)["properties"].pop("value"), "properties.value", "removed", False),
        (lambda f: cart(f)["properties"].update(z={}), "properties.z", "added", True),
        (lambda f: cart(f)["required"].append("value"), "properties.value", "changed", True),
        (lambda f: cart(f).pop("required"), "properties.products", "changed", False),
        (
            lambda f: cart(f)["properties"].update(value={"type": "integer"}),
            "properties.value",
            "changed",
            True,
        ),
        (
            lambda f: cart(f)["properties"].update(value={"type": ["number", "string"]}),
            "properties.value",
            "changed",
            False,
        ),
        (lambda f: cart(f)["properties"].update(value={}), "properties.value", "changed", False),
        (
            lambda f: cart(f)["properties"]["currency"].update(pattern="^[A-Z]{3}$"),
            "properties.currency",
            "changed",
            True,
        ),
        (
            lambda f: cart(f)["properties"]["products"]["items"]["properties"].pop("sku"),
            "properties.products.$.sku",
            "removed",
            False,
        ),
        (lambda f: f["cart-viewed.json"].update(labels={}), "labels", "changed", False),
        (lambda f: f["cart-viewed.json"].update(sides=["back-end"]), "sides", "changed", True),
        (
            lambda f: f["cart-viewed.json"].update(sides=["front-end", "back-end"]),
            "sides",
            "changed",
            False,
        ),
    ],
)
def test_each_change_is_named_once_and_weighed(chord_plan, alter, what, kind, may_break):  # type: ignore[no-untyped-def]
    (found,) = [
        each
        for each in differences(chord_plan, changed(chord_plan, alter))
        if each.event == "Cart Viewed"
    ]
    assert (found.what, found.kind, found.may_break) == (what, kind, may_break)


def test_the_back_end_s_own_shape_may_go(chord_plan):  # type: ignore[no-untyped-def]
    def drop(files: dict[str, Any]) -> None:
        del files["user-created.json"]["versions"]["1"]["back_end_schema"]

    (found,) = differences(chord_plan, changed(chord_plan, drop))
    assert (found.what, found.kind, found.may_break) == ("shape of the back end", "removed", True)
    (back,) = differences(changed(chord_plan, drop), chord_plan)
    assert (back.kind, back.may_break) == ("added", False)


def test_a_second_version_is_an_addition(chord_plan):  # type: ignore[no-untyped-def]
    def add(files: dict[str, Any]) -> None:
        versions = files["cart-viewed.json"]["versions"]
        versions["2"] = versions["1"]

    (found,) = differences(chord_plan, changed(chord_plan, add))
    assert (found.what, found.kind) == ("version 2", "added")
