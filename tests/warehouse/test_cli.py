"""`chord models` and `chord query`, as a person or a program sees them."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from chord_platform.cli import Session, main
from chord_platform.cli.models import command as models_command
from chord_platform.settings import read_settings
from chord_platform.warehouse import Warehouse
from tests.warehouse import shop
from tests.warehouse.shop import NOW


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def of_home(home: Path) -> Warehouse:
    """The small shop's models over the warehouse that the command line opens."""
    settings = read_settings(home=home)
    sql_dir = shop.write(home / "sql", shop.FILES)
    return Warehouse(settings.warehouse_path, settings.published_path, sql_dir)


def chord(home: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["--home", str(home), *arguments])


def models(warehouse: Warehouse, home: Path, *arguments: str) -> Result:
    """`chord models` over the small shop's folder instead of the project's."""
    from dataclasses import replace

    session = Session(home=str(home))
    session.settings = replace(session.settings, sql_dir=warehouse.sql_dir)
    return CliRunner().invoke(models_command, list(arguments), obj=session)


def test_a_query_before_the_first_build_says_what_to_run(home: Path):
    result = chord(home, "query", "select 1")
    assert result.exit_code == 1
    assert "nothing is published yet. Run `chord models build`" in result.stderr


def test_a_query_reads_while_a_writer_is_busy(of_home: Warehouse, home: Path):
    shop.load(of_home, ("1", "5.00", "open", "ann"), ("2", "7.00", "open", "bob"))
    of_home.build(now=NOW)
    with of_home.writer("sync acme"):
        shown = chord(home, "query", "select * from marts.fct_orders order by 1", "--limit", "1")
        told = chord(home, "query", "select total, total from marts.fct_orders", "--json")
    assert shown.exit_code == 0, shown.output
    assert "5.00" in shown.output
    assert "first 1 rows" in shown.output
    assert json.loads(told.output)[0] == {"total": "5.00", "total_2": "5.00"}


@pytest.mark.parametrize(
    ("sql", "complaint"),
    [
        ("delete from marts.fct_orders", "only reads"),
        ("create table x as select 1", "only reads"),
        ("select 1; select 2", "one query is asked at a time"),
        ("selec 1", "syntax error"),
        ("select * from marts.nope", "does not exist"),
        ("select * from sql", "does not exist"),
        ("copy marts.fct_orders to 'x.csv'", "only reads"),
        ("select * from '/etc/hostname'", "does not exist|disabled|cannot"),
    ],
)
def test_a_query_that_is_none_is_refused_in_one_paragraph(
    of_home: Warehouse, home: Path, sql: str, complaint: str
):
    shop.load(of_home)
    of_home.build(now=NOW)
    result = chord(home, "query", sql)
    assert result.exit_code == 1
    assert re.search(complaint, result.stderr)
    assert "Traceback" not in result.output


def test_models_are_listed_for_people_and_programs(of_home: Warehouse, home: Path):
    assert "One row per order." in models(of_home, home, "list").output
    listed = json.loads(models(of_home, home, "list", "--json", "-s", "fct_orders").output)
    (model,) = listed
    assert (model["name"], model["reads"]) == ("marts.fct_orders", ["staging.stg_shop__orders"])
    assert "key_unique" in model["checks"]


def test_a_build_says_what_it_did_and_a_second_what_changed(of_home: Warehouse, home: Path):
    shop.load(of_home, ("1", "5.00", "open", "ann"))
    first = models(of_home, home, "build")
    assert first.exit_code == 0, first.output
    assert "4 models" in first.output
    assert "read copy copied" in first.output
    second = json.loads(models(of_home, home, "build", "--json", "-s", "+fct_orders").output)
    assert [(model["name"], model["changed"]) for model in second["models"]] == [
        ("staging.stg_shop__orders", False),
        ("marts.fct_orders", False),
    ]


def test_a_broken_promise_shows_rows_and_exits_1(of_home: Warehouse, home: Path):
    shop.load(of_home, ("1", "5.00", "lost", "ann"))
    result = models(of_home, home, "build")
    assert result.exit_code == 1
    assert "status_accepted" in result.output
    assert "lost" in result.output
    assert "nothing was published" in str(result.exception)


def test_unit_tests_are_run_and_a_failing_one_exits_1(of_home: Warehouse, home: Path):
    case = "- {name: none, given: {}, expect: []}\n"
    shop.write(of_home.sql_dir, {"marts/fct_orders.test.yaml": case})
    assert models(of_home, home, "test").exit_code == 0
    case = "- {name: none, given: {}, expect: [{order_id: a}]}\n"
    shop.write(of_home.sql_dir, {"marts/fct_orders.test.yaml": case})
    result = models(of_home, home, "test")
    assert result.exit_code == 1
    assert "missing     order_id=a" in result.output


def test_help_loads_neither_sqlglot_nor_duckdb():
    code = (
        "import sys, chord_platform.cli.models, chord_platform.cli.query, chord_platform.warehouse;"
        "print([name for name in ('sqlglot', 'duckdb', 'rich', 'filelock') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
