"""How little memory a sync takes for itself, and that it takes more where it must."""

from __future__ import annotations

import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from chord_platform.warehouse import Warehouse, memory
from dlt_pipelines import destination, room
from dlt_pipelines.room import FEW, Room, are_wide
from tests.sync import small_shop
from tests.sync.small_shop import SmallShop


def parquet(folder: Path, *, rows: int, width: int) -> str:
    path = folder / f"{width}.parquet"
    payload = [f"{number:0{width}}" for number in range(rows)]
    columns = {"id": list(range(rows)), "payload": payload}
    pq.write_table(pa.table(columns), path, use_dictionary=False, compression="none")
    return str(path)


def test_one_thread_writes_wide_rows_with_little_memory_and_narrow_ones_with_a_writers(
    tmp_path: Path,
) -> None:
    wide = parquet(tmp_path, rows=4_000, width=600)
    narrow = parquet(tmp_path, rows=20_000, width=100)
    assert (are_wide([wide]), are_wide([narrow]), are_wide([])) == (True, False, False)
    with duckdb.connect(config={"memory_limit": "200MiB", "threads": 2}) as con:
        given = settings(con)
        some = Room(con)
        some.for_writing([narrow])
        assert settings(con) == (given[0], 1)
        some.for_comparing(FEW + 1)
        assert settings(con) == given
        some.for_writing([wide])
        assert settings(con) == ("45.7 MiB", 1)
        some.for_comparing(FEW)
        assert settings(con) == ("45.7 MiB", 1)
        some.for_comparing(FEW + 1)
        assert settings(con) == (given[0], 1)
        some.for_writing([narrow])
        assert settings(con) == (given[0], 1)
        some.for_committing()
        assert settings(con) == ("45.7 MiB", 1)
        some.give_back()
        assert settings(con) == given
        other = Room(con)
        other.for_writing([narrow])
        other.for_committing()
        assert settings(con) == (given[0], 1)


def settings(con: duckdb.DuckDBPyConnection) -> tuple[str, int]:
    asked = "select current_setting('memory_limit'), current_setting('threads')"
    [found] = con.execute(asked).fetchall()
    return found[0], found[1]


def test_rows_that_are_too_wide_for_little_are_loaded_with_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "SMALL_FILE", 0)
    monkeypatch.setattr(room, "WIDE_ROW", 1)
    monkeypatch.setattr(room, "LITTLE", "300KB")
    made = amounts(monkeypatch)
    shop = SmallShop(tmp_path)
    result = shop.sync()
    assert made == ["little", "given"]
    assert shop.ids("orders") == ["1", "2", "3"]
    assert result.tables["orders"].inserted == 3
    assert result.bytes > 0


def amounts(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    made: list[str] = []

    def noted(con: duckdb.DuckDBPyConnection, amount: room.Amount) -> Room:
        made.append(amount)
        return Room(con, amount)

    monkeypatch.setattr(destination, "Room", noted)
    return made


def test_rows_too_wide_for_the_warehouses_memory_are_loaded_with_the_machines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = Warehouse(tmp_path / "w.duckdb", tmp_path / "p.duckdb", tmp_path, memory_limit="12MB")
    monkeypatch.setattr(small_shop, "warehouse", lambda home: small.writer("test"))
    monkeypatch.setattr(memory, "CHECKPOINT_MEMORY", "3MB")
    monkeypatch.setattr(room, "LITTLE", "3MB")
    made = amounts(monkeypatch)
    shop = SmallShop(tmp_path)
    shop.world["stores"] = [store(number) for number in range(2_500)]
    assert shop.sync(full_refresh=True).tables["stores"].total == 2_500
    assert made == ["little", "given", "all"]
    shop.world["stores"] = [store(number) for number in range(0, 2_500, 5)]
    assert shop.sync().tables["stores"].deleted == 2_000
    with duckdb.connect(str(small.path)) as con:
        asked = "select count(*), min(length(payload)) > 9_000 from raw_small_shop.stores"
        assert con.execute(asked).fetchall() == [(500, True)]


def store(number: int) -> dict[str, str]:
    """A page of text that does not compress."""
    words = [sha256(f"{number} {part}".encode()).hexdigest() for part in range(150)]
    return {"id": str(number), "page": " ".join(words)}


IN_A_SYNC = """
import sys
import duckdb, pyarrow as pa
from dlt_pipelines.memory import without_pandas

def ask():
    import pandas
    assert pandas.Series([1]).sum() == 1

with without_pandas():
    came = pa.table({"a": pa.array([1, 2])})
    found = duckdb.execute("select sum(a) + ? from came", [3]).fetchall()
    assert found == [(6,)], found
    assert "pandas" not in sys.modules
    if "asked" in sys.argv:
        ask()
assert list(duckdb.execute("select ? as a", [1]).df()["a"]) == [1]
assert list(came.to_pandas()["a"]) == [1, 2]
assert pa.array(sys.modules["pandas"].Series([1, None])).null_count == 1
"""


@pytest.mark.parametrize("asked", ["asked", "unasked"])
def test_pandas_comes_to_who_asks_for_it_and_not_by_itself(asked: str) -> None:
    subprocess.run([sys.executable, "-c", IN_A_SYNC, asked], check=True)


def test_arrow_takes_its_memory_from_the_c_library() -> None:
    asked = "import dlt_pipelines.memory as m; print(m.pa.default_memory_pool().backend_name)"
    told = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "system"
