"""Files to models: what they read, their order, which are chosen, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from chord_platform.errors import ModelError
from chord_platform.warehouse.models import load_models, select_models
from tests.warehouse import shop

VIEW = "-- One row per x.\n-- materialized: view\n"


def names(sql_dir: Path, *select: str) -> list[str]:
    return [model.name for model in select_models(load_models(sql_dir), select or None)]


def test_models_stand_after_what_they_read_and_ctes_are_not_tables(sql_dir: Path):
    shop.write(
        sql_dir,
        {
            "a/last.sql": VIEW
            + "with c as (select * from b.middle), b as (select 1) select * from c",
            "b/middle.sql": VIEW + "select 1 from c.first_ where exists (select 1 from c.other)",
            "c/deep/first_.sql": VIEW + "select 1 as a",
            "c/other.sql": VIEW + "select 1 as a union all select 2",
        },
    )
    models = load_models(sql_dir)
    order = [model.name for model in models]
    assert sorted(order) == ["a.last", "b.middle", "c.first_", "c.other"]
    assert order[2:] == ["b.middle", "a.last"]
    assert models[2].reads == {"c.first_", "c.other"}
    assert models[3].reads == {"b.middle"}


def test_a_selection_takes_names_patterns_and_both_directions(tmp_path: Path):
    sql_dir = shop.write(tmp_path, shop.FILES)
    assert names(sql_dir, "fct_orders") == ["marts.fct_orders"]
    assert set(names(sql_dir, "marts.*")) == {
        "marts.fct_orders",
        "marts.dim_customers",
        "marts.fct_latest",
    }
    assert names(sql_dir, "+marts.fct_orders") == ["staging.stg_shop__orders", "marts.fct_orders"]
    assert len(names(sql_dir, "staging.stg_shop__orders+")) == 4
    assert len(names(sql_dir, "fct_orders,dim_customers")) == 2
    with pytest.raises(ModelError, match="no model is called 'nope'"):
        names(sql_dir, "nope")


@pytest.mark.parametrize(
    ("files", "complaint"),
    [
        (
            {"a/x.sql": VIEW + "select 1 from a.y", "a/y.sql": VIEW + "select 1 from a.x"},
            r"in a circle: .*a/x.sql:3.*a/y.sql:3|in a circle: .*a/y.sql:3.*a/x.sql:3",
        ),
        ({"a/x.sql": VIEW + "select 1\nfrom a.z"}, r"a/x.sql:4: a.x reads a.z, which is no model"),
        (
            {"a/x.sql": VIEW + "-- source raw.t: id text\nselect 1"},
            r"a/x.sql:3: source raw.t is not read",
        ),
        (
            {
                "a/x.sql": VIEW + "-- source a.y: id text\nselect 1 from a.y",
                "a/y.sql": VIEW + "select 1",
            },
            r"a/x.sql:3: a.y is the model .*, not a source",
        ),
        (
            {
                "a/x.sql": VIEW + "-- source raw.t: id text\nselect id from raw.t",
                "a/y.sql": VIEW + "-- source raw.t: id json\nselect id from raw.t",
            },
            r"a/y.sql:3: raw.t.id is declared json here and text in .*a/x.sql",
        ),
        ({"a/x.sql": "-- One row.\nselect 1"}, r"a/x.sql:1: `-- materialized: .*is missing"),
        ({"a/x.sql": VIEW.replace("view", "table") + "select 1"}, "a table needs its `-- key"),
        (
            {"a/x.sql": VIEW.replace("view", "incremental") + "-- key: a\nselect 1 as a"},
            "needs its `-- cursor",
        ),
        ({"a/x.sql": VIEW + "-- lookback: 1 days\nselect 1"}, "belong to incremental models"),
        ({"marts/x.sql": VIEW + "select 1"}, "a model in marts declares its columns"),
        (
            {"a/x.sql": VIEW + "-- column i: text. I. [references a.n.i]\nselect '1' as i"},
            "a/x.sql:3: a.x.i references a.n, which is no model",
        ),
        ({"a/x.sql": VIEW, "a/b/x.sql": VIEW}, "a file holds one query"),
        ({"a/x.sql": VIEW + "select 1", "a/b/x.sql": VIEW + "select 1"}, "a.x stands twice"),
        ({"x.sql": VIEW + "select 1"}, "a model stands in the folder of its schema"),
        ({"a/X y.sql": VIEW + "select 1"}, "'X y' is not a name"),
    ],
)
def test_what_cannot_be_built_is_refused_with_its_file(
    sql_dir: Path, files: dict[str, str], complaint: str
):
    shop.write(sql_dir, files)
    with pytest.raises(ModelError, match=complaint):
        load_models(sql_dir)


@pytest.mark.parametrize(
    ("query", "complaint"),
    [
        ("select now()", "now.. gives another answer at each build"),
        ("select current_date", "current_date.. gives another answer"),
        ("select random()", "gives another answer"),
        ("select gen_random_uuid()", "gives another answer"),
        ("select *\nfrom read_csv('x.csv')", ":4: a model does not read from read_csv"),
        ("select * from 'x.csv'", "'x.csv' is neither a CTE of this file nor `schema.table`"),
        ("select * from orders", "'orders' is neither a CTE"),
        ("select * from w.a.x", "write `schema.table`, not w.a.x"),
        ("select a.y.id from a.y", "write `alias.id`, not a.y.id"),
        ("select 1; select 2", "a file holds one query"),
        ("create table t as select 1", "a file holds one query"),
        ("select $1", "without parameters"),
        ("select ?", "without parameters"),
        ("select a\nfrom\nwhere b", r":5: "),
        ("select 'abc", "Error tokenizing"),
    ],
)
def test_a_query_that_is_no_plain_query_is_refused(sql_dir: Path, query: str, complaint: str):
    shop.write(sql_dir, {"a/x.sql": VIEW + query, "a/y.sql": VIEW + "select 1 as id"})
    with pytest.raises(ModelError, match=complaint):
        load_models(sql_dir)


def test_a_closing_semicolon_and_table_functions_are_plain_sql(sql_dir: Path):
    shop.write(
        sql_dir,
        {"a/x.sql": VIEW + "select d from range(3) as r(d), unnest([1, 2]) as u(v);\n"},
    )
    assert names(sql_dir) == ["a.x"]
