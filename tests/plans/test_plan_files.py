"""A plan with one wrong file is refused whole, and told where it is wrong."""

from __future__ import annotations

import copy
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from chord_platform.errors import PlanRefused, UnknownPlan
from chord_platform.events.plans import Plans
from chord_platform.events.plans.library import SHIPPED
from chord_platform.events.plans.plan_files import read_plan

Alter = Callable[[dict[str, Any]], Any]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A plan of two events and what is common."""
    made = tmp_path / "plans" / "mine"
    made.mkdir(parents=True)
    for name in ("plan", "cart-viewed", "product-added", "common", "identify"):
        shutil.copy(SHIPPED / "chord" / f"{name}.json", made)
    change(made, "plan", lambda said: said.update(name="mine", mandatory={}))
    return made


def change(folder: Path, name: str, alter: Alter) -> None:
    file = folder / f"{name}.json"
    said = json.loads(file.read_text())
    alter(said)
    file.write_text(json.dumps(said))


def schema(said: dict[str, Any]) -> dict[str, Any]:
    return said["versions"]["1"]["schema"]


def test_what_is_in_order_is_read(folder):  # type: ignore[no-untyped-def]
    assert len(read_plan(folder).events) == 4
    assert Plans(folder.parent).load("mine").name == "mine"


@pytest.mark.parametrize(
    ("file", "alter", "told"),
    [
        ("cart-viewed", lambda s: s.pop("event"), r"cart-viewed\.json: .*event"),
        ("cart-viewed", lambda s: s.update(call="tracks"), r"at call: .*tracks"),
        ("cart-viewed", lambda s: s.update(unheard="x"), r"unheard"),
        ("cart-viewed", lambda s: s.update(sides=[]), r"at sides"),
        ("cart-viewed", lambda s: s.update(sides=["server"]), r"at sides\.0"),
        ("cart-viewed", lambda s: s.update(versions={}), r"at versions"),
        ("cart-viewed", lambda s: s.update(versions={"0": {"schema": {}}}), r"at versions"),
        ("cart-viewed", lambda s: s.update(versions={"1": {}}), r"at versions\.1: .*schema"),
        ("cart-viewed", lambda s: s.update(severity="fatal"), r"at severity"),
        ("cart-viewed", lambda s: s.update(labels={"a": 1}), r"at labels\.a"),
        ("cart-viewed", lambda s: s.update(event="Product Added"), r"'Product Added' is also in"),
        ("cart-viewed", lambda s: s.update(also_called=["Product Added"]), r"is also in"),
        ("cart-viewed", lambda s: s.update(call="page"), r"a page call is named 'Page Viewed'"),
        ("identify", lambda s: s.update(also_called=["x"]), r"only track events"),
        ("common", lambda s: s["versions"].update({"2": s["versions"]["1"]}), r"has one version"),
        ("product-added", lambda s: s["extra_rules"][0].update(rule="magic"), r"extra_rules\.0"),
        ("product-added", lambda s: s["extra_rules"][0].update(same=[]), r"extra_rules\.0\.same"),
        ("cart-viewed", lambda s: schema(s).update(type="objet"), r"at versions\.1\.schema\.type"),
        (
            "cart-viewed",
            lambda s: schema(s)["properties"]["properties"]["properties"].update(
                value={"type": "numbr"}
            ),
            r"versions\.1\.schema\.properties\.properties\.properties\.value\.type: \"numbr\"",
        ),
        ("cart-viewed", lambda s: schema(s).update(pattern="(?!a)b"), r"not a \"regex\""),
        ("cart-viewed", lambda s: schema(s).update({"$ref": "http://x.example/"}), r"cannot fetch"),
        ("cart-viewed", lambda s: schema(s).update({"$ref": "#/gone"}), r"does not exist"),
        (
            "cart-viewed",
            lambda s: schema(s).update({"$schema": "https://json-schema.org/draft/2020-12/schema"}),
            r"at versions\.1\.schema\.\$schema",
        ),
        ("plan", lambda s: s.update(mandatory={"X": {"within_hours": 1}}), r"at mandatory\.X"),
        ("plan", lambda s: s.update(mandatory={"Cart Viewed": {}}), r"within_hours"),
        ("plan", lambda s: s["thresholds"].pop("least_events"), r"at thresholds"),
        (
            "plan",
            lambda s: s["thresholds"]["violation_rate"].update(hour=2),
            r"violation_rate\.hour",
        ),
        ("plan", lambda s: s.update(name="../up"), r"at name"),
    ],
)
def test_a_wrong_file_is_named_with_place_and_reason(folder, file, alter, told):  # type: ignore[no-untyped-def]
    change(folder, file, alter)
    with pytest.raises(PlanRefused, match=told) as refusal:
        read_plan(folder)
    assert str(folder) in str(refusal.value)
    assert len(str(refusal.value)) < 1000


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{", "Expecting"),
        ("[]", "object"),
        ('{"event": "A", "event": "B"}', "'event' stands twice"),
        ("[" * 100_000, "recursion|nested|depth"),
        ("\ufeff{}", "BOM|required"),
    ],
)
def test_what_is_no_json_is_refused(folder, text, told):  # type: ignore[no-untyped-def]
    (folder / "cart-viewed.json").write_text(text, encoding="utf-8")
    with pytest.raises(PlanRefused, match=f"(?i)cart-viewed.json.*({told})"):
        read_plan(folder)


def test_bytes_that_are_no_text_are_refused(folder):  # type: ignore[no-untyped-def]
    (folder / "cart-viewed.json").write_bytes(b"\xff\xfe{}")
    with pytest.raises(PlanRefused, match="cart-viewed"):
        read_plan(folder)


def test_a_folder_and_its_plan_say_the_same_name(folder):  # type: ignore[no-untyped-def]
    folder.rename(folder.with_name("other"))
    with pytest.raises(PlanRefused, match="name is 'mine', but its folder is 'other'"):
        Plans(folder.parent).load("other")


@pytest.mark.parametrize("name", ["nope", "", "..", ".", "../chord", "chord/../chord", "a\x00b"])
def test_a_name_that_is_no_plan_is_unknown_and_leads_nowhere(folder, name):  # type: ignore[no-untyped-def]
    with pytest.raises(UnknownPlan, match="There are chord, mine"):
        Plans(folder.parent).load(name)


def test_a_plan_broken_while_it_is_used_is_refused_from_then_on(folder):  # type: ignore[no-untyped-def]
    plans = Plans(folder.parent)
    good = plans.load("mine")
    change(folder, "cart-viewed", lambda said: said.update(call="no"))
    with pytest.raises(PlanRefused):
        plans.load("mine")
    assert copy.copy(good).event("Cart Viewed") is not None
