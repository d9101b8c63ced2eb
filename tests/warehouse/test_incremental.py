"""An incremental table is what a full rebuild would be, whatever arrived in between."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chord_platform.warehouse.build import build
from chord_platform.warehouse.models import Model, load_models
from tests.warehouse import shop
from tests.warehouse.shop import NOW

Key = tuple[str, int]
OF_KEY = "from raw_shop.items where order_id = ? and item = ?"
writes = count()
START = datetime(2026, 1, 1, tzinfo=UTC)
MODEL = """\
-- One row per item of an order.
-- materialized: incremental
-- key: order_id, item
-- cursor: loaded_at
-- lookback: 2 days
-- source raw_shop.items: order_id text, item int, amount int, loaded_at timestamptz
select order_id, item, amount * 1 as amount, loaded_at
from raw_shop.items
where amount >= 0
"""
OTHER_TEXT = MODEL.replace("amount * 1", "amount * 10")

keys = st.tuples(st.sampled_from("abcd"), st.integers(1, 3))
amounts, days = st.integers(-1, 5), st.one_of(st.none(), st.integers(0, 20))
changes = st.one_of(
    st.tuples(st.just("write"), keys, amounts, days),  # any cursor: late, early, none
    st.tuples(st.just("edit"), keys, amounts),  # with the cursor it has, within the lookback
    st.tuples(st.just("delete"), keys),
)
firsts = st.dictionaries(keys, st.tuples(amounts, days), min_size=4)
rounds = st.lists(
    st.tuples(
        st.lists(changes, min_size=1, max_size=5), st.sampled_from([MODEL] * 5 + [OTHER_TEXT])
    ),
    min_size=1,
    max_size=4,
)


@pytest.fixture(scope="module")
def texts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Model]]:
    folders = {text: tmp_path_factory.mktemp("sql") for text in (MODEL, OTHER_TEXT)}
    for text, folder in folders.items():
        shop.write(folder, {"intermediate/items.sql": text})
    return {text: load_models(folder) for text, folder in folders.items()}


@settings(max_examples=40)
@given(first=firsts, rounds=rounds)
def test_refreshing_equals_rebuilding(
    first: dict[Key, tuple], rounds: list[tuple[list, str]], texts: dict[str, list[Model]]
):
    with duckdb.connect(config={"threads": 1}) as con:
        con.execute("set timezone = 'UTC'")
        con.execute("create schema raw_shop")
        con.execute(
            "create table raw_shop.items (order_id text, item int, amount int,"
            " loaded_at timestamptz)"
        )
        for key, (amount, day) in first.items():
            write(con, key, amount, day)
        built(con, texts[MODEL])
        for changes, text in rounds:
            for kind, key, *values in changes:
                {"write": write, "edit": edit, "delete": delete}[kind](con, key, *values)
            built(con, texts[text])
            refreshed = rows(con)
            assert refreshed == con.execute(f"{texts[text][0].sql} order by all").fetchall()


def write(con: duckdb.DuckDBPyConnection, key: Key, amount: int, day: int | None) -> None:
    """No two writes share a load time, as no two syncs do."""
    written = timedelta(microseconds=next(writes))
    loaded_at = None if day is None else START + timedelta(days=day) + written
    delete(con, key)
    con.execute("insert into raw_shop.items values (?, ?, ?, ?)", [*key, amount, loaded_at])


def edit(con: duckdb.DuckDBPyConnection, key: Key, amount: int) -> None:
    """Within the lookback of the newest row that the table shows."""
    con.execute(
        "update raw_shop.items set amount = ? where order_id = ? and item = ? and loaded_at >="
        " (select max(loaded_at) from intermediate.items) - interval 2 day",
        [amount, *key],
    )


def delete(con: duckdb.DuckDBPyConnection, key: Key) -> None:
    con.execute(f"delete {OF_KEY}", key)


def built(
    con: duckdb.DuckDBPyConnection, models: list[Model], *, full_refresh: bool = False
) -> str:
    result = build(con, models, checks=[], now=NOW, full_refresh=full_refresh)
    return result.models[0].how


def rows(con: duckdb.DuckDBPyConnection) -> list[tuple]:
    return con.execute("select * from intermediate.items order by all").fetchall()


def test_only_a_new_text_or_a_new_shape_below_rebuilds(texts: dict[str, list[Model]]):
    with duckdb.connect() as con:
        con.execute("create schema raw_shop")
        con.execute("create table raw_shop.items as select 'a' as order_id, 1 as item, 5 as amount")
        assert built(con, texts[MODEL]) == "rebuilt"
        assert built(con, texts[MODEL]) == "refreshed"
        con.execute("alter table raw_shop.items add column loaded_at timestamptz")
        assert built(con, texts[MODEL]) == "rebuilt"
        assert built(con, texts[OTHER_TEXT]) == "rebuilt"
        assert built(con, texts[OTHER_TEXT], full_refresh=True) == "rebuilt"
        assert built(con, texts[OTHER_TEXT]) == "refreshed"


def test_a_changed_view_below_rebuilds_what_reads_it(tmp_path: Path):
    below = "-- One row per item.\n-- materialized: view\nselect 1 as id, now_at from a.c"
    files = {
        "a/b.sql": below,
        "a/c.sql": "-- One row.\n-- materialized: view\nselect date '2026-01-01' as now_at",
        "a/d.sql": "-- One row per item.\n-- materialized: incremental\n-- key: id\n"
        "-- cursor: now_at\nselect id, now_at from a.b",
    }
    with duckdb.connect() as con:

        def of_d() -> str:
            models = load_models(shop.write(tmp_path, files))
            return build(con, models, checks=[], now=NOW).models[-1].how

        assert (of_d(), of_d()) == ("rebuilt", "refreshed")
        files["a/b.sql"] = below.replace("1 as id", "2 as id")
        assert of_d() == "rebuilt"


def test_a_key_that_came_to_stand_twice_is_seen(tmp_path: Path):
    """The table had one row of the key; the query now has two, of which one looks unchanged."""
    shop.write(tmp_path, {"intermediate/items.sql": MODEL})
    models = load_models(tmp_path)
    with duckdb.connect() as con:
        con.execute("create schema raw_shop")
        con.execute(
            "create table raw_shop.items as select 'a' as order_id, 1 as item, 5 as amount,"
            " cast(? as timestamptz) as loaded_at",
            [START],
        )
        built(con, models)
        con.execute("insert into raw_shop.items values ('a', 1, 6, ?)", [NOW])
        built(con, models)
        assert len(rows(con)) == 2
