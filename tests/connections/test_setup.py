"""Adding, changing and checking a connection: what is kept, what is refused, who must act."""

from __future__ import annotations

import pytest

from chord_platform.connections.connection import Fault, Setup
from chord_platform.connections.setup_tests import Outcome
from chord_platform.errors import ConnectionRefused, UnknownConnection
from dlt_pipelines.errors import SettingsRefused
from tests.connections.fixtures import NOW, World
from tests.connections.market_service import KEY


def outcomes(report) -> list[str]:  # type: ignore[no-untyped-def]
    return [test.outcome.value for test in report.tests]


def test_a_connection_that_passes_its_tests_is_created_and_waits_to_be_started(
    world: World,
) -> None:
    checked = world.add("My Shop")
    connection = checked.connection
    assert connection.name == "my_shop"
    assert connection.setup is Setup.CONNECTED
    assert connection.account == "Market of Bergen"
    assert connection.created_at == NOW
    assert connection.pause and connection.pause.by == "ada"
    assert outcomes(checked.report) == ["passed"] * 4
    assert world.audit("my_shop") == ["connection added", "connection created"]


def test_started_at_once_it_is_not_paused(world: World) -> None:
    assert world.add(start=True).connection.is_runnable


def test_a_missing_setting_leaves_it_incomplete_with_what_was_given(world: World) -> None:
    added = world.add(values={"base_url": world.market.url, "region": "NO"})
    assert added.connection.setup is Setup.INCOMPLETE
    assert "api_key not given" in added.connection.trouble.reason
    assert outcomes(added.report) == ["failed", "skipped", "skipped", "skipped"]
    assert world.market.asked == []
    finished = world.connections.set("shop", values={"api_key": KEY}, by="ada")
    assert finished.connection.setup is Setup.CONNECTED
    assert finished.connection.settings == {"base_url": world.market.url, "region": "NO"}
    assert finished.connection.secrets == {"api_key"}


def test_a_wrong_key_at_the_first_check_leaves_it_incomplete_and_asks_the_merchant(
    world: World,
) -> None:
    checked = world.add(values={**world.market.values, "api_key": "wrong-key"})
    connection = checked.connection
    assert connection.setup is Setup.INCOMPLETE
    assert connection.trouble.fault is Fault.MERCHANT
    assert "401" in connection.trouble.reason
    assert outcomes(checked.report) == ["passed", "passed", "failed", "skipped"]


def test_missing_scopes_narrow_a_connection_and_do_not_break_it(world: World) -> None:
    world.market.scopes = ["read_sales"]
    checked = world.add()
    assert checked.connection.setup is Setup.CONNECTED
    assert checked.report.tests[3].outcome is Outcome.WARNING
    assert "read_stalls" in checked.report.tests[3].message


def test_an_unreachable_host_leaves_it_incomplete_and_blames_the_vendor(world: World) -> None:
    checked = world.add(values={**world.market.values, "base_url": "http://127.0.0.1:9"})
    assert checked.connection.setup is Setup.INCOMPLETE
    assert checked.connection.trouble.fault is Fault.VENDOR
    assert outcomes(checked.report) == ["passed", "failed", "skipped", "skipped"]


def test_something_else_at_that_address_is_not_the_vendor(world: World) -> None:
    world.market.body = b"<html>parked</html>"
    checked = world.add()
    assert checked.connection.setup is Setup.INCOMPLETE
    assert checked.connection.trouble.fault is Fault.CONNECTOR
    assert outcomes(checked.report)[1] == "failed"


def test_a_key_revoked_later_breaks_it_and_the_next_good_check_heals_it(world: World) -> None:
    world.started()
    world.market.key = "rotated-key"
    broken = world.connections.check("shop", by="ada").connection
    assert broken.setup is Setup.BROKEN
    assert broken.trouble.fault is Fault.MERCHANT
    assert broken.trouble.next_step
    healed = world.connections.set("shop", values={"api_key": "rotated-key"}, by="ada").connection
    assert healed.setup is Setup.CONNECTED
    assert healed.trouble is None
    assert world.audit()[-3:] == ["broke", "settings changed", "healed"]


def test_a_vendor_that_is_down_breaks_nothing_until_it_lasts(world: World) -> None:
    world.started()
    world.market.status = 503
    assert world.connections.check("shop", by="ada").connection.setup is Setup.CONNECTED
    world.clock.passes(days=1)
    lasting = world.connections.check("shop", by="ada").connection
    assert lasting.setup is Setup.BROKEN
    assert lasting.trouble.fault is Fault.VENDOR
    assert lasting.trouble.since == NOW
    world.market.status = None
    assert world.connections.check("shop", by="ada").connection.setup is Setup.CONNECTED


def test_taking_a_required_setting_away_makes_it_incomplete(world: World) -> None:
    world.started()
    changed = world.connections.set("shop", values={"api_key": ""}, by="ada").connection
    assert changed.setup is Setup.INCOMPLETE
    assert changed.secrets == frozenset()
    assert not changed.is_runnable


def test_a_second_connection_of_the_same_name_is_refused_and_changes_nothing(world: World) -> None:
    first = world.add("shop").connection
    with pytest.raises(ConnectionRefused, match="connection 'shop' already"):
        world.add("Shop", values={"base_url": world.market.url})
    assert world.connections.get("shop") == first


@pytest.mark.parametrize(
    ("values", "refused", "says"),
    [
        ({"colour": "red"}, ConnectionRefused, "no setting 'colour'.*base_url, api_key"),
        ({"base_url": "not an address"}, ConnectionRefused, "base_url is not an address"),
        ({"base_url": "https://"}, ConnectionRefused, "base_url is not an address"),
        ({"base_url": "http://host:port"}, ConnectionRefused, "base_url is not an address"),
        ({"base_url": "http://u:canary@host"}, ConnectionRefused, "base_url holds a password"),
        ({"region": "norway"}, SettingsRefused, "region is malformed.*Two capital letters"),
        ({"history_days": "many"}, ConnectionRefused, "history_days is not a number"),
    ],
)
def test_what_cannot_be_right_is_refused_and_nothing_is_stored(
    world: World, values: dict[str, str], refused: type[Exception], says: str
) -> None:
    with pytest.raises(refused, match=says) as error:
        world.add(values=values)
    assert "canary" not in str(error.value)
    assert world.connections.list() == []


def test_an_unknown_connector_is_refused_with_the_known_ones(world: World) -> None:
    with pytest.raises(ConnectionRefused, match=r"no connector 'shopware'. Connectors: market"):
        world.connections.add("shop", connector="shopware", values={}, by="ada")


@pytest.mark.parametrize("cron", ["hourly", "61 * * * *", "* * * *", "* * * * * *", "0 0 30 2 *"])
def test_a_schedule_that_is_no_cron_is_refused(world: World, cron: str) -> None:
    with pytest.raises(ConnectionRefused, match=r"not a cron schedule.*Five fields"):
        world.add(schedule=cron)
    assert world.connections.list() == []


@pytest.mark.parametrize("name", ["!!!", "", "x" * 41])
def test_a_name_that_leaves_no_slug_or_a_long_one_is_refused(world: World, name: str) -> None:
    with pytest.raises(ConnectionRefused):
        world.add(name)


def test_an_unknown_connection_is_answered_with_the_known_ones(world: World) -> None:
    with pytest.raises(UnknownConnection, match="chord connections add"):
        world.connections.get("ghost")
    world.add("one")
    with pytest.raises(UnknownConnection, match="Connections: one"):
        world.connections.get("ghost")


def test_a_schedule_can_be_set_and_given_back(world: World) -> None:
    world.add(schedule="0 3 * * *")
    assert world.connections.get("shop").schedule == "0 3 * * *"
    world.connections.set("shop", schedule="", by="ada")
    assert world.connections.get("shop").schedule is None


def test_the_audit_log_says_who_changed_what_and_no_secret(world: World) -> None:
    world.add()
    world.clock.passes(hours=1)
    world.connections.set("shop", values={"region": "NO", "api_key": KEY}, by="grace")
    entry = world.connections.records.audit("shop")[0]
    assert (entry.who, entry.what) == ("grace", "settings changed")
    assert entry.before["settings"] == {"base_url": world.market.url}
    assert entry.after["settings"]["region"] == "NO"
    assert entry.after["secrets given"] == ["api_key"]
    assert KEY not in repr(world.connections.records.audit("shop", limit=99))
