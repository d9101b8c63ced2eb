"""The gate: every mart can be carried to other warehouses; and what the gate refuses."""

from __future__ import annotations

from pathlib import Path

import pytest

from chord_platform.warehouse.models import Model, load_models
from chord_platform.warehouse.portability import PORTABLE_SCHEMAS, REQUIRED, TARGETS, problems
from tests.warehouse import shop

SQL = Path(__file__).parents[2] / "sql"


def portable_models() -> list[Model]:
    return [model for model in load_models(SQL) if model.schema in PORTABLE_SCHEMAS]


def test_every_mart_transpiles_without_a_warning():
    assert {"spark", "snowflake"} == set(REQUIRED) <= set(TARGETS)
    models = portable_models()
    assert any(model.schema == "marts" for model in models)
    assert [problem for model in models for problem in problems(model)] == []


@pytest.mark.parametrize(
    ("query", "complaint"),
    [
        ("select a, sum(b) filter (where c) as s from a.t group by a", "filter"),
        ("select arg_max(a, b) as x from a.t", "arg_max"),
        ("select a from a.t qualify row_number() over (order by a) = 1", "qualify"),
        ("select a, count(*) as n from a.t group by all", "group by all"),
        ("select a, count(*) as n from a.t group by 1", "group by 1"),
        ("select * exclude (a) from a.t", "exclude"),
        ("select [a, b] as l from a.t", "a list"),
        ("select {'x': a} as s from a.t", "a struct"),
        ("select a ->> '$.x' as x from a.t", "JSON belongs to staging"),
        ("select list_aggregate(a, 'sum') as x from a.t", "a function that sqlglot does not know"),
        ("select u.v from a.t, unnest(t.b) as u(v)", "unnest"),
        ("select a from a.t semi join a.t as o using (a)", "unusual join"),
    ],
)
def test_what_would_not_travel_is_named(sql_dir: Path, query: str, complaint: str):
    assert complaint in " ".join(problems(model_of(sql_dir, query)))


def test_a_warning_of_sqlglot_is_a_problem(sql_dir: Path):
    ordered = "select string_agg(a, ',' order by a) as all_a from a.t"
    assert problems(model_of(sql_dir, ordered), targets=["bigquery"]) != []
    assert problems(model_of(sql_dir, ordered), targets=["snowflake"]) == []


def model_of(sql_dir: Path, query: str) -> Model:
    header = "-- One row per x.\n-- materialized: view\n"
    shop.write(
        sql_dir,
        {"a/t.sql": f"{header}select 1 as a, 2 as b, true as c", "a/x.sql": header + query},
    )
    return next(model for model in load_models(sql_dir) if model.name == "a.x")
