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
