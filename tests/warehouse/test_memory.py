"""Rows wider than a writer's memory holds are written, laid out and read all the same."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from chord_platform.errors import WarehouseError
from chord_platform.warehouse import Warehouse, memory
from dlt_pipelines import room
from tests.warehouse.shop import NOW

HASHES = "array_to_string(list_transform(range(600), x -> md5((i * 600 + x)::varchar)), '')"
WIDE = f"'wide ' || i as name, {HASHES} as body"
PAGES = """\
-- One row per page.
-- materialized: table
-- key: name
-- source raw.pages: name text, body text
-- column name: text. Its name.
-- column length: bigint. Characters.
select name, length(body) as length
from raw.pages
"""


@pytest.fixture
def small(tmp_path: Path) -> Warehouse:
    folder = tmp_path / "sql" / "marts"
    folder.mkdir(parents=True)
    (folder / "pages.sql").write_text(PAGES)
    paths = tmp_path / "w.duckdb", tmp_path / "p.duckdb", tmp_path / "sql"
    wide = Warehouse(*paths, memory_limit="300MB")
    with wide.writer("load") as con:
        con.execute("create schema raw")
        con.execute(f"create table raw.pages as select {WIDE} from range(3000) r(i)")
    return replace(wide, memory_limit="12MB")


def test_a_checkpoint_that_does_not_fit_is_made_with_more(
    small: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "CHECKPOINT_MEMORY", "3MB")
    again, close = list[int](), Warehouse.close_with_all_memory

    def counted(self: Warehouse) -> None:
        assert Path(f"{self.path}.wal").exists()
        again.append(1)
        close(self)

    monkeypatch.setattr(Warehouse, "close_with_all_memory", counted)
    with small.writer("change") as con:
        con.execute("delete from raw.pages where rowid % 10 < 6")
        con.execute("insert into raw.pages select 'narrow ' || i, '' from range(3000) r(i)")
    assert again == [1]
    assert not Path(f"{small.path}.wal").exists()
    with duckdb.connect(str(small.path)) as con:
        found = con.execute("select count(*), count(*) filter (where body = '') from raw.pages")
        assert found.fetchall() == [(1200 + 3000, 3000)]


def test_models_of_such_rows_are_built_with_more(small: Warehouse) -> None:
    result = small.build(now=NOW)
    assert result.committed
    with small.reader() as con:
        assert con.execute("select count(*) from marts.pages").fetchall() == [(3000,)]


def test_what_no_memory_holds_is_told_and_changes_nothing(
    small: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "all_memory", lambda con: "12MB")
    with pytest.raises(WarehouseError, match="memory does not hold") as refused:
        small.build(now=NOW)
    assert "Nothing was changed" in refused.value.hint
    assert not small.published_path.exists()
