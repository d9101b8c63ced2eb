"""One writer at a time, in one process and over several, and a name for who waits."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import duckdb
import pytest

from chord_platform.errors import WarehouseBusy, WarehouseError
from chord_platform.warehouse import Warehouse
from tests.warehouse import shop

HOLD = """
import sys, pathlib
from tests.warehouse.shop import open_warehouse
with open_warehouse(pathlib.Path(sys.argv[1])).writer("sync acme") as con:
    con.execute("create table t as select 1 as a")
    print("held", flush=True)
    sys.stdin.read()
"""

IGNORE = """
import sys, duckdb
con = duckdb.connect(sys.argv[1], read_only=True)
print("open", flush=True)
sys.stdin.read()
"""


def holding(home: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(home)],
        cwd=Path(__file__).parents[2],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_who_waits_is_told_who_holds_it_and_may_give_up(warehouse: Warehouse, tmp_path: Path):
    told: list[str] = []
    with holding(tmp_path) as process:
        with (
            pytest.raises(WarehouseBusy, match=r"`build` waited 1\.2 s .*held by `sync acme`"),
            warehouse.writer("build", wait_seconds=1.2, on_wait=told.append),
        ):
            pass
        process.kill()
    assert told
    assert f"held by `sync acme` (process {process.pid})" in told[0]


def test_a_killed_holder_frees_the_warehouse_and_leaves_no_name(
    warehouse: Warehouse, tmp_path: Path
):
    with holding(tmp_path) as process:
        process.kill()
        process.wait()
        assert warehouse.lock.holder_path.exists()
        assert warehouse.lock.holder() is None
        with warehouse.writer("build", wait_seconds=2) as con:
            assert con.execute("select count(*) from duckdb_tables()").fetchone() == (1,)
    assert not warehouse.lock.holder_path.exists()


def test_asking_inside_itself_is_refused_at_once(warehouse: Warehouse):
    with (
        warehouse.writer("sync acme"),
        pytest.raises(WarehouseError, match="`build` asks for the warehouse inside `sync acme`"),
        warehouse.writer("build"),
    ):
        pass


def test_threads_take_turns(warehouse: Warehouse):
    with warehouse.writer("setup") as con:
        con.execute("create table counted as select 0 as number")

    def add_one() -> None:
        with warehouse.writer("thread", wait_seconds=20) as con:
            (number,) = con.execute("select number from counted").fetchone() or (0,)
            con.execute("update counted set number = ?", [number + 1])

    threads = [threading.Thread(target=add_one) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with warehouse.writer("look") as con:
        assert con.execute("select number from counted").fetchone() == (6,)


def test_the_lock_is_free_again_after_an_error_and_nothing_was_committed(warehouse: Warehouse):
    with pytest.raises(ZeroDivisionError), warehouse.writer("broken") as con:
        con.execute("begin")
        con.execute("create table t as select 1 as a")
        raise ZeroDivisionError
    with warehouse.writer("next", wait_seconds=1) as con:
        assert con.execute("select count(*) from duckdb_tables()").fetchone() == (0,)


def test_a_program_that_ignores_the_lock_is_named_as_such(warehouse: Warehouse, tmp_path: Path):
    with warehouse.writer("setup") as con:
        con.execute("create table t as select 1 as a")
    with subprocess.Popen(
        [sys.executable, "-c", IGNORE, str(warehouse.path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        with (
            pytest.raises(WarehouseBusy, match="takes no part in the lock"),
            warehouse.writer("build", wait_seconds=0.5),
        ):
            pass
        process.kill()
    with warehouse.writer("build", wait_seconds=0.5):
        pass


def test_a_damaged_file_is_said_to_be_one(warehouse: Warehouse):
    warehouse.path.write_bytes(b"not a database" * 1000)
    with (
        pytest.raises(WarehouseError, match="cannot be opened"),
        warehouse.writer("build", wait_seconds=0.5),
    ):
        pass


def test_sessions_speak_utc_and_keep_to_their_memory(tmp_path: Path):
    warehouse = Warehouse(
        tmp_path / "w.duckdb", tmp_path / "p.duckdb", tmp_path / "sql", memory_limit="200MB"
    )
    with warehouse.writer("look") as con:
        assert setting(con, "TimeZone") == "UTC"
        assert setting(con, "memory_limit") == "190.7 MiB"
        assert setting(con, "preserve_insertion_order") == "false"
    assert shop.open_warehouse(tmp_path).path.name == "warehouse.duckdb"


def setting(con: duckdb.DuckDBPyConnection, name: str) -> str:
    row = con.execute("select current_setting(?)::varchar", [name]).fetchone()
    return row[0] if row else ""
