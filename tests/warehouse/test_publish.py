"""The read copy: old or new, never half, and never without what was committed."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from chord_platform.errors import NothingPublished, WarehouseError
from chord_platform.warehouse import Warehouse
from chord_platform.warehouse.publish import copy_in_kernel, copy_to_disk
from tests.warehouse import shop

LEAVE_ROWS_IN_THE_LOG = """
import os, signal, sys, duckdb
con = duckdb.connect(sys.argv[1])
con.execute("create table late as select 1 as a")
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_reading_before_the_first_build_says_what_to_run(warehouse: Warehouse):
    with pytest.raises(NothingPublished, match="Run `chord models build`"), warehouse.reader():
        pass
    assert warehouse.last_published_at is None


def test_publishing_without_a_warehouse_says_to_sync_first(warehouse: Warehouse):
    with pytest.raises(WarehouseError, match="Sync a connection first"):
        warehouse.publish()


def test_a_reader_keeps_its_copy_and_the_next_one_sees_the_new(warehouse: Warehouse):
    shop.load(warehouse, ("1", "5.00", "open", "ann"))
    warehouse.publish()
    count = "select count(*) from raw_shop.orders"
    with warehouse.reader() as old:
        assert old.execute(count).fetchone() == (1,)
        shop.load(warehouse, ("2", "6.00", "open", "ann"))
        assert warehouse.publish().outcome == "copied"
        assert old.execute(count).fetchone() == (1,)
        with warehouse.reader() as new:
            assert new.execute(count).fetchone() == (2,)


def test_readers_do_not_wait_for_a_writer(warehouse: Warehouse):
    shop.load(warehouse, ("1", "5.00", "open", "ann"))
    warehouse.publish()
    with warehouse.writer("sync acme") as con:
        con.execute("delete from raw_shop.orders")
        assert shop.published(warehouse, "select count(*) from raw_shop.orders") == [(1,)]


def test_nothing_new_is_not_copied_again_and_too_soon_waits(warehouse: Warehouse):
    shop.load(warehouse, ("1", "5.00", "open", "ann"))
    first = warehouse.publish()
    assert (first.outcome, first.bytes) == ("copied", warehouse.path.stat().st_size)
    assert warehouse.publish().outcome == "unchanged"
    shop.load(warehouse, ("2", "5.00", "open", "ann"))
    assert warehouse.publish(min_interval=3600).outcome == "too soon"
    assert warehouse.publish().outcome == "copied"
    assert warehouse.last_published_at is not None
    assert datetime.now(UTC) - warehouse.last_published_at < timedelta(minutes=1)


def test_rows_that_a_killed_writer_left_in_the_log_are_published(warehouse: Warehouse):
    shop.load(warehouse)
    warehouse.publish()
    script = [sys.executable, "-c", LEAVE_ROWS_IN_THE_LOG, str(warehouse.path)]
    subprocess.run(script, check=False)
    assert warehouse.path.with_name("warehouse.duckdb.wal").stat().st_size > 0
    assert warehouse.publish().outcome == "copied"
    assert shop.published(warehouse, "select a from late") == [(1,)]


def test_a_full_disk_keeps_the_old_copy(warehouse: Warehouse):
    shop.load(warehouse, ("1", "5.00", "open", "ann"))
    warehouse.publish()
    shop.load(warehouse, ("2", "5.00", "open", "ann"))
    with warehouse.path.open("r+b") as file:
        file.truncate(2**43)  # a sparse file larger than the disk
    with pytest.raises(WarehouseError, match="the old copy stays"):
        warehouse.publish()
    assert shop.published(warehouse, "select count(*) from raw_shop.orders") == [(1,)]


def test_what_a_killed_publisher_left_is_removed(warehouse: Warehouse):
    shop.load(warehouse)
    leftover = warehouse.published_path.with_name("warehouse.published.duckdb.123.partial")
    leftover.write_bytes(b"half")
    warehouse.publish()
    assert not leftover.exists()


def test_a_copy_is_whole_however_it_is_made(tmp_path: Path):
    source = tmp_path / "source"
    source.write_bytes(bytes(range(256)) * 10_000)
    assert copy_to_disk(source, tmp_path / "target") == 2_560_000
    assert (tmp_path / "target").read_bytes() == source.read_bytes()
    with Path("/dev/null").open("rb") as reading, (tmp_path / "other").open("wb") as writing:
        assert copy_in_kernel(reading.fileno(), writing.fileno()) in (None, 0)


def test_a_reader_can_neither_write_nor_reach_files(warehouse: Warehouse):
    shop.load(warehouse, ("1", "5.00", "open", "ann"))
    warehouse.publish()
    with warehouse.reader() as con:
        for sql in (
            "insert into raw_shop.orders select * from raw_shop.orders",
            "create table raw_shop.x as select 1",
            "select * from read_text('/etc/hostname')",
            "copy raw_shop.orders to 'out.csv'",
            f"attach '{warehouse.path}'",
            "set enable_external_access = true",
        ):
            with pytest.raises(Exception, match=r"read.only|disabled|locked"):
                con.execute(sql)
