"""Checks: which there are, what they find, and what a file of one must say."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from chord_platform.errors import ModelError
from chord_platform.warehouse.checks import Check, checks_of, run_checks
from chord_platform.warehouse.models import load_models
from tests.warehouse import shop

MODEL = """\
-- One row per thing.
-- materialized: table
-- key: a, b
-- column a: text. A. [unique]
-- column b: text. B. [warn not_null]
-- column c: text. C. [accepted: x, it's] [references marts.other.a]
select '1' as a, '2' as b, 'x' as c
"""
OTHER = MODEL.replace(" [references marts.other.a]", "")
FILE = "-- Nothing is amiss.\nselect a from marts.thing where b = 'amiss'"


@pytest.fixture
def thing(sql_dir: Path) -> Path:
    return shop.write(sql_dir, {"marts/thing.sql": MODEL, "marts/other.sql": OTHER})


def checks(sql_dir: Path) -> dict[str, Check]:
    found = checks_of(load_models(sql_dir), sql_dir)
    return {check.name: check for check in found if check.model == "marts.thing"}


def test_headers_and_files_make_checks(thing: Path):
    shop.write(thing, {"checks/marts.thing.nothing_amiss.sql": FILE})
    found = checks(thing)
    assert set(found) == {
        "key_unique",
        "key_not_null",
        "a_unique",
        "b_not_null",
        "c_accepted",
        "c_references",
        "nothing_amiss",
    }
    assert (found["b_not_null"].severity, found["b_not_null"].blocking) == ("warn", False)
    assert found["nothing_amiss"].blocking
    assert found["nothing_amiss"].description == "Nothing is amiss."
    assert found["c_references"].reads == {"marts.thing", "marts.other"}


def test_each_check_finds_its_offenders_and_no_others(thing: Path):
    shop.write(thing, {"checks/marts.thing.nothing_amiss.sql": FILE})
    with duckdb.connect() as con:
        con.execute("create schema marts")
        con.execute("create table marts.other as select 'x' as a union all select 'it''s'")
        con.execute("create table marts.thing (a text, b text, c text)")
        con.execute(
            "insert into marts.thing values ('1', '1', 'x'), ('1', '1', null),"
            " ('2', null, 'it''s'), (null, 'amiss', 'y')"
        )
        found = {check.name: check for check in run_checks(con, checks(thing).values())}
    assert {name: check.count for name, check in found.items()} == {
        "key_unique": 1,
        "key_not_null": 2,
        "a_unique": 1,
        "b_not_null": 1,
        "c_accepted": 1,
        "c_references": 1,
        "nothing_amiss": 1,
    }
    assert found["key_unique"].sample == ({"a": "1", "b": "1", "copies": 2},)
    assert found["c_references"].sample == ({"a": None, "b": "amiss", "c": "y"},)
    assert not any(check.passed for check in found.values())


def test_a_sample_is_short_and_the_count_is_whole(thing: Path):
    with duckdb.connect() as con:
        con.execute("create schema marts")
        con.execute("create table marts.other as select 'x' as a")
        con.execute(
            "create table marts.thing as select 'a' as a, 'b' as b, 'c' as c from range(50)"
        )
        found = {check.name: check for check in run_checks(con, checks(thing).values())}
    assert (found["c_references"].count, len(found["c_references"].sample)) == (50, 5)
    assert (found["c_accepted"].count, len(found["c_accepted"].sample)) == (50, 5)
    assert found["key_not_null"].passed


@pytest.mark.parametrize(
    ("name", "text", "complaint"),
    [
        ("marts.thing.sql", FILE, "called `schema.model.promise.sql`"),
        ("marts.nothing.amiss.sql", FILE, "there is no model marts.nothing"),
        ("marts.thing.key_unique.sql", FILE, "has a check key_unique already"),
        ("marts.thing.amiss.sql", "select 1", "the grain is missing"),
        ("marts.thing.amiss.sql", "-- X.\n-- key: a\nselect 1", "only `severity` and `blocking`"),
        (
            "marts.thing.amiss.sql",
            "-- X.\nselect 1 from marts.no",
            ":2: there is no model marts.no",
        ),
        (
            "marts.thing.amiss.sql",
            "-- X.\n-- severity: warn\n-- blocking: yes\nselect 1",
            "only warns blocks nothing",
        ),
    ],
)
def test_a_check_that_is_not_one_is_refused(thing: Path, name: str, text: str, complaint: str):
    shop.write(thing, {f"checks/{name}": text})
    with pytest.raises(ModelError, match=complaint):
        checks(thing)
