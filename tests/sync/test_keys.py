"""What is told of keys by their bits is what a count and a join would tell."""

from __future__ import annotations

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlt_pipelines import keys
from dlt_pipelines.keys import are_all_listed, distinct_keys

NUMBERS = st.lists(st.one_of(st.integers(-9, 9), st.sampled_from([2**40, -(2**62)])), max_size=20)


@pytest.fixture(scope="module")
def con() -> duckdb.DuckDBPyConnection:
    con = duckdb.connect(":memory:")
    con.execute("create table ours (id bigint, other varchar)")
    con.execute("create table theirs (id bigint, other varchar)")
    return con


def fill(con: duckdb.DuckDBPyConnection, table: str, ids: list[int | None]) -> None:
    con.execute(f"delete from {table}")
    con.execute(f"insert into {table} select unnest(?::bigint[]), 'x'", [ids])


@settings(max_examples=60, deadline=None)
@given(ids=NUMBERS)
def test_different_keys_are_counted_as_sql_counts_them(
    con: duckdb.DuckDBPyConnection, ids: list[int]
) -> None:
    fill(con, "ours", [*ids])
    for key, kinds in ((["id"], ["BIGINT"]), (["id", "other"], ["BIGINT", "VARCHAR"])):
        assert distinct_keys(con, key, kinds, "from ours") == len(set(ids))


@settings(max_examples=60, deadline=None)
@given(ours=NUMBERS, theirs=st.lists(st.integers(-9, 9), max_size=20))
def test_keys_are_said_to_be_listed_only_when_they_all_are(
    con: duckdb.DuckDBPyConnection, ours: list[int], theirs: list[int]
) -> None:
    fill(con, "ours", [*ours])
    fill(con, "theirs", [*theirs, None])
    told = are_all_listed(con, ["id"], ["BIGINT"], "from ours", "from theirs")
    is_near = bool(ours) and max(ours) - min(ours) < keys.BITS
    assert told == (is_near and set(ours) <= set(theirs))


def test_nothing_is_certain_of_a_key_that_is_null_or_no_number(
    con: duckdb.DuckDBPyConnection,
) -> None:
    fill(con, "ours", [1, None])
    fill(con, "theirs", [1])
    assert not are_all_listed(con, ["id"], ["BIGINT"], "from ours", "from theirs")
    assert not are_all_listed(con, ["other"], ["VARCHAR"], "from ours", "from theirs")
