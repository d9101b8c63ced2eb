"""The warehouse's file: an older one is taken over, and texts are stored small."""

from __future__ import annotations

import duckdb

from chord_platform.warehouse import Warehouse


def test_a_file_of_an_older_format_is_taken_over_with_its_rows(warehouse: Warehouse) -> None:
    warehouse.path.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(warehouse.path)) as con:
        con.execute("create table old as select i, 'text ' || i % 9 as t from range(5000) r(i)")
    with warehouse.writer("load") as con:
        con.execute("insert into old select i, 'text ' || i % 9 from range(5000, 9000) r(i)")
    with warehouse.writer("look") as con:
        found = con.execute("select count(*), sum(i), count(distinct t) from old").fetchone()
        ways = "select distinct compression from pragma_storage_info('old') where column_name = 't'"
        stored = {way for (way,) in con.execute(ways).fetchall()}
    assert found == (9000, sum(range(9000)), 9)
    assert "DICT_FSST" in stored


def test_wide_rows_are_written_in_smaller_groups(warehouse: Warehouse) -> None:
    rows = "select i, repeat('x', 400) || i as t from range(30_000) r(i)"
    for name, wide in (("narrow", False), ("wide", True)):
        with warehouse.writer("load", wide_rows=wide) as con:
            con.execute(f"create table {name} as {rows}")
    sizes = (
        "select max(size) from (select sum(count) as size from pragma_storage_info(?)"
        " where column_name = 'i' and segment_type = 'BIGINT' group by row_group_id)"
    )
    with warehouse.writer("look") as con:
        groups = [con.execute(sizes, [name]).fetchall()[0][0] for name in ("narrow", "wide")]
    assert groups == [20_480, 6_144]
