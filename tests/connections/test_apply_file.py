"""A file of connections: the whole of it is right, or none of it is applied."""

from __future__ import annotations

from pathlib import Path

import pytest

from chord_platform.connections.apply_file import apply, plan
from chord_platform.errors import ConnectionRefused
from tests.connections.fixtures import World
from tests.connections.market_service import KEY
from tests.connections.sources.market import CONNECTOR

ENVIRONMENT = {"MARKET_KEY": KEY, "OTHER_KEY": "other-key"}


def write(world: World, text: str) -> Path:
    path = world.settings.home / "connections.yaml"
    path.write_text(text.replace("URL", world.market.url))
    return path


def planned(world: World, text: str) -> list[tuple[str, ...]]:
    changes = plan(world.connections, write(world, text), environment=ENVIRONMENT)
    return [(change.kind, *change.differences) for change in changes]


def applied(world: World, text: str) -> list[str]:
    changes = plan(world.connections, write(world, text), environment=ENVIRONMENT)
    return [apply(world.connections, change, by="ada").change.kind for change in changes]


SHOP = """
connections:
  shop:
    connector: market
    schedule: "0 3 * * *"
    start: true
    settings: {base_url: URL, region: NO}
    secrets: {api_key: env:MARKET_KEY}
"""


def test_applying_twice_changes_nothing_the_second_time(world: World) -> None:
    assert applied(world, SHOP) == ["add"]
    first = world.connections.get("shop")
    assert first.is_runnable
    assert first.schedule == "0 3 * * *"
    assert first.settings["region"] == "NO", "in plain YAML Norway would be false"
    world.clock.passes(hours=1)
    assert applied(world, SHOP) == ["same"]
    assert world.connections.get("shop") == first


def test_differences_are_told_before_they_are_made_and_secrets_by_name_only(world: World) -> None:
    applied(world, SHOP)
    changed = SHOP.replace("NO", "SE").replace("0 3", "0 4").replace("MARKET_KEY", "OTHER_KEY")
    assert planned(world, changed) == [
        (
            "change",
            "region: NO -> SE",
            "api_key: another value",
            "schedule: 0 3 * * * -> 0 4 * * *",
        )
    ]
    assert world.connections.get("shop").settings["region"] == "NO"


def test_what_the_file_does_not_name_stays(world: World) -> None:
    world.add("other")
    applied(world, SHOP)
    assert [each.name for each in world.connections.list()] == ["other", "shop"]


def test_a_paused_connection_that_shall_run_is_started(world: World) -> None:
    applied(world, SHOP.replace("start: true", "start: false"))
    assert planned(world, SHOP) == [("start", "paused -> started")]
    assert applied(world, SHOP) == ["start"]
    assert world.connections.get("shop").is_runnable


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("connections: [1", r"line 1, column \d+ is not YAML"),
        ("shops: {}", "names no connections"),
        ("- a\n- b", "names no connections"),
        ("connections: {a: market}", "a: it does not say its connector"),
        ("connections: {a: {connector: nope}}", "a: There is no connector 'nope'"),
        ("connections: {a: {connector: market, colour: 1}}", "a: it has no colour"),
        ("connections: {a: {connector: market, schedule: often}}", "a: 'often' is not a cron"),
        ("connections: {a: {connector: market, start: perhaps}}", "start is true or false"),
        ("connections: {a: {connector: market, settings: {x: y}}}", "no setting 'x'"),
        ("connections: {a: {connector: market, settings: {region: [1]}}}", "not one value"),
        ("connections: {a: {connector: market, settings: 7}}", "names with values"),
        (
            "connections: {a: {connector: market, secrets: {api_key: open-secret}}}",
            "api_key stands in the open",
        ),
        (
            "connections: {a: {connector: market, secrets: {api_key: env:NOT_THERE}}}",
            "variable NOT_THERE for api_key is not set",
        ),
        ("connections: {a-b: {connector: market}, a_b: {connector: market}}", "comes to 'a_b' too"),
    ],
)
def test_a_file_that_cannot_be_right_is_refused_whole(world: World, text: str, says: str) -> None:
    with pytest.raises(ConnectionRefused, match=says) as refused:
        planned(world, text)
    assert "open-secret" not in str(refused.value)
    assert world.connections.list() == []


def test_all_faults_of_a_file_are_told_at_once_and_its_good_entries_wait(world: World) -> None:
    text = SHOP + "  a: {connector: nope}\n  b: {connector: market, schedule: often}\n"
    with pytest.raises(ConnectionRefused, match=r"a: There is no connector(.|\n)*b: 'often'"):
        planned(world, text)
    assert world.connections.list() == []


def test_a_connection_keeps_its_connector(world: World) -> None:
    world.add()
    world.connections.connectors = lambda: {"market": CONNECTOR, "bazaar": CONNECTOR}
    with pytest.raises(ConnectionRefused, match="it is a connection of market"):
        planned(world, "connections: {shop: {connector: bazaar}}")


def test_a_file_that_cannot_be_read_is_refused(world: World) -> None:
    with pytest.raises(ConnectionRefused, match="cannot be read"):
        plan(world.connections, world.settings.home / "none.yaml", environment={})
    path = world.settings.home / "latin.yaml"
    path.write_bytes("connections: {\xe6: 1}".encode("latin-1"))
    with pytest.raises(ConnectionRefused, match="not UTF-8"):
        plan(world.connections, path, environment={})
