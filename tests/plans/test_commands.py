"""`chord plans`, as a person uses it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from chord_platform.bootstrap import Platform, open_platform
from chord_platform.cli import main
from chord_platform.events.plans.plan_contents import contents, plan_content, write_plan
from chord_platform.events.source import SourceRules
from chord_platform.settings import read_settings
from chord_platform.store import migrate

Chord = Callable[..., Result]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def chord(home: Path) -> Chord:
    def run(*arguments: str) -> Result:
        runner = CliRunner(env={"COLUMNS": "200"})
        return runner.invoke(main, ["--home", str(home), *arguments], catch_exceptions=False)

    return run


def test_plans_are_listed_and_shown(chord):  # type: ignore[no-untyped-def]
    listed = json.loads(chord("plans", "list", "--json").stdout)
    assert [each["name"] for each in listed] == ["chord", "segment-ecommerce", "shopify"]
    assert "Chord for Shopify" in chord("plans", "list").stdout
    back_end = chord("plans", "show", "chord", "--side", "back-end").stdout
    assert "Order Refunded" in back_end
    assert "Cart Viewed" not in back_end
    assert "within 24 h" in back_end
    one = chord("plans", "show", "chord", "--event", "Subscription Canceled").stdout
    assert "Subscription Cancelled" in one
    assert "products.$.sku" in one
    shapes = chord("plans", "show", "chord", "--event", "User Created").stdout
    assert "as the back end may send it" in shapes
    missing = chord("plans", "show", "chord", "--event", "Nope")
    assert (missing.exit_code, "has no event 'Nope'" in missing.stderr) == (1, True)


def test_no_store_is_opened_to_look_at_a_plan(chord, home):  # type: ignore[no-untyped-def]
    assert chord("plans", "check", "chord").exit_code == 0
    assert not (home / "store.sqlite").exists()


def test_a_plan_in_order_is_said_to_be_and_a_wrong_one_is_not(chord, chord_plan, tmp_path):  # type: ignore[no-untyped-def]
    folder = tmp_path / "draft"
    write_plan(folder, plan_content(chord_plan), contents(chord_plan), replacing=False)
    for path in (folder, folder / "plan.json", folder / "cart-viewed.json"):
        done = chord("plans", "check", str(path))
        assert "78 events, 83 schemas" in done.stdout, done.stderr
    file = folder / "cart-viewed.json"
    file.write_text(file.read_text().replace('"number"', '"numbr"', 1))
    done = chord("plans", "check", str(folder))
    assert done.exit_code == 1
    assert "cart-viewed.json, at versions.1.schema" in done.stderr
    assert "numbr" in done.stderr


def test_a_plan_goes_to_segment_and_comes_back(chord, home, tmp_path):  # type: ignore[no-untyped-def]
    file = tmp_path / "ours.json"
    assert chord("plans", "export", "chord", "--output", str(file)).exit_code == 0
    made = chord("plans", "import", str(file), "--format", "segment-protocols", "--name", "Ours")
    assert made.exit_code == 0, made.stderr
    assert (home / "plans" / "ours" / "cart-viewed.json").exists()
    assert "say the same" in chord("plans", "diff", "chord", "ours").stdout
    again = chord("plans", "import", str(file), "--name", "ours")
    assert (again.exit_code, "--replace" in again.stderr) == (1, True)
    assert chord("plans", "import", str(file), "--name", "ours", "--replace").exit_code == 0
    assert [each.name for each in (home / "plans").iterdir()] == ["ours"]
    printed = chord("plans", "export", "shopify")
    assert json.loads(printed.stdout)["name"] == "Chord for Shopify"


def test_a_spreadsheet_names_what_it_leaves_out(chord, tmp_path):  # type: ignore[no-untyped-def]
    file = tmp_path / "sheet.csv"
    done = chord("plans", "export", "chord", "--csv", "--output", str(file))
    assert "Left out" in done.stderr
    assert "Product Added: 1 extra rules" in done.stderr
    assert chord("plans", "import", str(file)).exit_code == 0
    compared = json.loads(chord("plans", "diff", "chord", "sheet", "--json").stdout)
    assert {"event": "common", "kind": "removed"}.items() <= compared[-1].items()
    assert "differences" in chord("plans", "diff", "chord", "sheet").stdout


def test_a_file_that_is_no_plan_is_not_imported(chord, home, tmp_path):  # type: ignore[no-untyped-def]
    file = tmp_path / "a.json"
    file.write_text("[]x")
    done = chord("plans", "import", str(file))
    assert done.exit_code == 1
    assert "Nothing of it is imported" in done.stderr
    assert not (home / "plans").exists()


@pytest.fixture
def platform(home: Path) -> Platform:
    settings = read_settings(home)
    migrate(settings)
    platform = open_platform(settings)
    for name in ("held", "other"):
        platform.sources.add(
            name,
            company="Acme",
            side="front-end",
            environment="staging",
            kind="segment",
            plan="chord" if name == "held" else None,
            rules=SourceRules(violations="block"),
            by="test",
        )
    return platform


def record(message: dict[str, Any], *, source: str = "held", days_ago: float = 0.5) -> bytes:
    at = datetime.now(UTC) - timedelta(days=days_ago)
    envelope = {"source": source, "received_at": at.isoformat(), "message": message}
    return json.dumps(envelope).encode()


def sent(number: int, **properties: Any) -> dict[str, Any]:
    said = {"type": "track", "event": "Cart Viewed", "messageId": f"m-{number}"}
    return {**said, "properties": properties}


def test_a_dry_run_says_what_a_corrected_plan_would_change(  # type: ignore[no-untyped-def]
    chord, platform, chord_plan, tmp_path
):
    files = contents(chord_plan)
    body = files["cart-viewed.json"]["versions"]["1"]["schema"]["properties"]["properties"]
    body["properties"]["value"] = {"type": ["number", "string"]}
    body["properties"]["cart_id"] = {"type": "number"}
    draft = tmp_path / "draft"
    write_plan(draft, plan_content(chord_plan), files, replacing=False)
    platform.inbox.append_now(
        [
            record(sent(1, products=[], value="3")),
            record(sent(1, products=[], value="3")),
            record(sent(2, products=[], cart_id="c")),
            record(sent(3, products=[])),
            record(sent(4, value="3"), days_ago=9),
            record(sent(5, products=[], value="3"), source="other"),
            b'{"source":"held"}',
        ]
    )
    found = json.loads(chord("plans", "dry-run", str(draft), "--days", "3", "--json").stdout)
    assert (found["sources"], found["messages"], found["unread"]) == (["held"], 3, 1)
    (changed,) = found["changed"]
    assert (changed["event"], changed["messages"], changed["blocked"]) == ("Cart Viewed", 3, [1, 1])
    counts = {each["field"]: each["count"] for each in changed["violations"]}
    assert counts == {"properties.value": [1, 0], "properties.cart_id": [0, 1]}
    screen = chord("plans", "dry-run", str(draft), "--days", "3").stdout
    assert "3 messages of the past 3 days from held" in screen
    assert "quarantine as last published" in screen
    assert "properties.cart_id must be a number, but is a string: 0 -> 1" in " ".join(
        screen.split()
    )
    same = chord("plans", "dry-run", "chord", "--days", "3").stdout
    assert "would change nothing" in same


def test_a_dry_run_looks_at_the_source_that_is_named(chord, platform):  # type: ignore[no-untyped-def]
    platform.inbox.append_now([record(sent(1), source="other")])
    found = json.loads(
        chord("plans", "dry-run", "chord", "--days", "1", "--source", "other", "--json").stdout
    )
    (changed,) = found["changed"]
    assert (changed["source"], changed["blocked"]) == ("other", [0, 1])
    nobody = chord("plans", "dry-run", "shopify", "--days", "1")
    assert (nobody.exit_code, "No source is held" in nobody.stderr) == (1, True)


def test_a_dry_run_covers_what_stands_in_published_quarantine(chord, platform):  # type: ignore[no-untyped-def]
    import duckdb

    with duckdb.connect(str(platform.settings.published_path)) as con:
        con.execute("create schema events_meta")
        con.execute("create table events_meta.quarantine (envelope varchar)")
        blocked = record(sent(7)).decode()
        con.execute("insert into events_meta.quarantine values (?), (?)", [blocked, blocked])
    files_of = ("plans", "dry-run", "segment-ecommerce", "--days", "1", "--source", "held")
    found = json.loads(chord(*files_of, "--json").stdout)
    (changed,) = found["changed"]
    assert (changed["messages"], changed["blocked"]) == (1, [1, 0])
