"""Chord OMS: what the connector declares, and what its setup test tells apart."""

from __future__ import annotations

import json
import os
import re
import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dlt_pipelines.connector import Table
from dlt_pipelines.errors import (
    ConnectorError,
    CredentialsRejected,
    SettingsRefused,
    VendorUnavailable,
)
from dlt_pipelines.sources.chord_oms import CONNECTOR
from dlt_pipelines.sources.chord_oms.failures import failure_of
from dlt_pipelines.sources.chord_oms.notation import declared
from dlt_pipelines.sources.chord_oms.solidus import DECLARED, SECRETS, TABLES
from dlt_pipelines.sync import check, count
from tests.connectors.chord_oms_shop import running_shop
from vendor_emulator.vendors.chord_oms import OmsServer

REPOSITORY = Path(__file__).parents[2]
SPECS = Path(os.environ.get("CHORD_VENDOR_SPECS", REPOSITORY.parent / "shared" / "vendor_specs"))
FACTS = SPECS / "chord_oms" / "schema_facts.json"
CANARY = "canary-Pa55 word'\\"
KINDS = {"integer": "bigint", "bigint": "bigint", "boolean": "bool", "date": "date"}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OmsServer]:
    with running_shop(tmp_path_factory.mktemp("oms"), orders=10) as server:
        yield server


def test_every_table_is_declared_as_the_schema_has_it() -> None:
    assert len(TABLES) == len(DECLARED) == 80
    if not FACTS.exists():
        print(f"not compared: there is no {FACTS.name}; the declaration was only read")
        return
    facts = json.loads(FACTS.read_text())["tables"]
    assert DECLARED.keys() == facts.keys()
    for name, fact in facts.items():
        table, secret = DECLARED[name]
        assert secret == set(fact.get("secret_columns", ())), name
        assert set(table.personal) == set(fact.get("personal_columns", ())), name
        assert list(table.primary_key) == fact["primary_key"], name
        assert table.cursor == fact["cursor"], name
        assert table.deletes == ("marked" if fact["soft_delete"] else "seen"), name
        kinds = {
            column: kind_of(kind)
            for column, kind in fact["columns"].items()
            if column not in secret
        }
        assert dict(table.columns) == kinds, name


def kind_of(kind: str) -> dict[str, object]:
    if numeric := re.fullmatch(r"numeric\((\d+),(\d+)\)", kind):
        digits, scale = map(int, numeric.groups())
        return {"data_type": "decimal", "precision": digits, "scale": scale}
    if kind.startswith("timestamp"):
        return {"data_type": "timestamp"}
    return {"data_type": "json" if kind == "jsonb" else KINDS.get(kind, "text")}


def test_children_that_vanish_are_replaced_with_a_parent_that_is_touched() -> None:
    parents = {table.name: table.parent for table in TABLES if table.parent}
    assert parents["spree_line_items"] == ("spree_orders", "order_id")
    assert parents["spree_inventory_units"] == ("spree_shipments", "shipment_id")
    for name, (parent, column) in parents.items():
        assert parent in DECLARED, name
        assert column in DECLARED[name][0].columns, name


def test_the_notation_says_what_it_means() -> None:
    text = "# a group\nthings < homes.home_id (marked):\n    name !key ~email home_id# at@ $\n"
    ((table, secret),) = declared(text.replace(" $", " price$8.2"))
    assert (table.parent, table.deletes, secret) == (("homes", "home_id"), "marked", {"key"})
    assert (table.personal, table.cursor) == (("email",), "updated_at")
    assert table.columns["price"] == {"data_type": "decimal", "precision": 8, "scale": 2}
    assert "key" not in table.columns


@pytest.mark.parametrize(
    "address",
    [
        "mysql://host/shop",
        "host:5432/shop",
        "postgresql://host:5432",
        "postgresql://me:secret@host/shop",
        "postgresql://host/shop?options=-c%20x=1",
        "postgresql://host:notaport/shop?nonsense",
    ],
)
def test_a_malformed_address_is_refused_in_words(address: str) -> None:
    with pytest.raises(SettingsRefused, match="base_url") as refused:
        check(CONNECTOR, {"base_url": address, "user": "me", "password": CANARY})
    assert "postgresql://host:port/database" in str(refused.value)
    assert "secret" not in str(refused.value) or "secret" not in address


def test_a_good_role_is_told_what_it_is_connected_to(shop: OmsServer) -> None:
    result = check(CONNECTOR, shop.credentials())
    assert result.account == f"chord_oms on 127.0.0.1:{shop.port}"
    assert result.missing_scopes == ()
    assert result.warnings == ()


def test_a_role_that_may_write_is_warned(shop: OmsServer) -> None:
    assert "SELECT only" in check(CONNECTOR, shop.credentials("oms")).warnings[0]


def test_tables_without_select_are_named_and_do_not_break_the_connection(shop: OmsServer) -> None:
    result = check(CONNECTOR, shop.credentials("chord_narrow"))
    assert result.missing_scopes == ("spree_credit_cards", "spree_payment_methods", "spree_users")


def test_a_socket_is_an_address_too(shop: OmsServer) -> None:
    values = {**shop.credentials(), "base_url": shop.socket_url}
    assert check(CONNECTOR, values).account.startswith("chord_oms on /")


def refusal(values: dict[str, str]) -> ConnectorError:
    with pytest.raises(ConnectorError) as refused:
        check(CONNECTOR, {**values, "password": values.get("password") or CANARY})
    assert CANARY not in str(refused.value)
    assert refused.value.hint
    return refused.value


def test_each_way_to_fail_names_who_must_act(shop: OmsServer) -> None:
    good = shop.credentials()
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        closed_port = unused.getsockname()[1]
    nowhere = refusal({**good, "base_url": f"postgresql://127.0.0.1:{closed_port}/chord_oms"})
    assert isinstance(nowhere, VendorUnavailable)
    assert "could not be reached" in str(nowhere)
    unknown = refusal({**good, "base_url": "postgresql://no-such-host.invalid/chord_oms"})
    assert isinstance(unknown, VendorUnavailable)
    wrong = refusal({**good, "password": CANARY})
    assert isinstance(wrong, CredentialsRejected)
    assert "reconnect" in str(wrong)
    nobody = refusal({**good, "user": "nobody_here"})
    assert isinstance(nobody, CredentialsRejected)
    missing = refusal({**good, "base_url": shop.url.replace("/chord_oms", "/other")})
    assert isinstance(missing, SettingsRefused)
    assert "no such database" in str(missing)
    outsider = refusal(shop.credentials("chord_outsider"))
    assert isinstance(outsider, CredentialsRejected)
    assert "setup guide" in str(outsider)
    schema = refusal({**good, "schema": "elsewhere"})
    assert isinstance(schema, SettingsRefused)
    assert "set schema to it" in str(schema)
    other = refusal({**good, "base_url": shop.url.replace("/chord_oms", "/postgres")})
    assert isinstance(other, SettingsRefused)
    assert "not a Solidus shop" in str(other)


def test_a_schema_that_the_role_may_not_use_is_told_apart(shop: OmsServer) -> None:
    shop.execute("create schema hidden")
    shop.execute("create table hidden.spree_orders (id int primary key)")
    refused = refusal({**shop.credentials(), "schema": "hidden"})
    assert isinstance(refused, CredentialsRejected)
    assert "may not use schema 'hidden'" in str(refused)


def test_the_session_can_only_read_and_says_whose_it_is(shop: OmsServer) -> None:
    from dlt_pipelines.sources.chord_oms.database import database_of, session
    from tests.connectors.chord_oms_shop import settings_of

    values = {**shop.credentials("oms"), "statement_timeout_seconds": "7"}
    database = database_of(settings_of(values, shop.process.home / "unused"))
    with (
        pytest.raises(ConnectorError, match="read-only"),
        session(database) as connection,
    ):
        row = connection.execute(
            "select current_setting('application_name'), current_setting('statement_timeout'),"
            " current_setting('timezone')"
        ).fetchone()
        assert row == ("chord-dagster", "7s", "UTC")
        connection.execute("delete from spree_orders")


def test_a_count_is_of_rows_created_before(shop: OmsServer) -> None:
    total = shop.fetch("select count(*) from spree_orders")[0][0]
    late, early = datetime(2030, 1, 1, tzinfo=UTC), datetime(2000, 1, 1, tzinfo=UTC)
    assert count(CONNECTOR, shop.credentials(), "spree_orders", late) == total > 0
    assert count(CONNECTOR, shop.credentials(), "spree_orders", early) == 0
    assert count(CONNECTOR, shop.credentials("chord_narrow"), "spree_users", late) is None


def test_no_driver_error_is_repeated_with_what_it_quotes() -> None:
    quoting = 'IO Error: Unable to connect to Postgres at "password=hunter2": FATAL:  it is so'
    assert "hunter2" not in str(failure_of(OSError(quoting), where="shop"))
    plain = "Conversion Error: password=hunter2 is not a number"
    assert "hunter2" not in str(failure_of(ValueError(plain), where="shop"))


def test_the_guide_and_the_fields_can_be_shown() -> None:
    assert "grant select on all tables" in CONNECTOR.setup_guide
    assert {field.name for field in CONNECTOR.fields if field.secret} == {"password"}
    assert all(field.label for field in CONNECTOR.fields)
    assert all(isinstance(table, Table) for table in CONNECTOR.tables)
    assert SECRETS["spree_users"] >= {"encrypted_password", "spree_api_key"}
