"""kill -9 at every point of a build: readers keep the old copy, and the next build works."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from chord_platform.warehouse import Warehouse
from tests.warehouse import shop
from tests.warehouse.shop import NOW, published

ROOT = Path(__file__).parents[2]
ORDERS = "select count(*), sum(total) from marts.fct_orders"


@pytest.mark.parametrize(
    ("stage", "what", "committed"),
    [
        ("model", "staging.stg_shop__orders", False),
        ("model", "marts.fct_latest", False),
        ("check", "checks", False),
        ("check", "key_unique", False),
        ("committing", "commit", False),
        ("publishing", "read copy", True),
    ],
)
def test_a_killed_build_is_not_seen_and_the_next_one_is_whole(
    warehouse: Warehouse, tmp_path: Path, stage: str, what: str, committed: bool
):
    shop.load(warehouse, ("1", "5.00", "open", "ann"))
    warehouse.build(now=NOW)
    shop.load(warehouse, ("2", "7.00", "open", "bob"))
    killed = subprocess.run(
        [sys.executable, "-m", "tests.warehouse.killed_build", str(tmp_path), stage, what],
        cwd=ROOT,
        check=False,
        timeout=60,
    )
    assert killed.returncode == -signal.SIGKILL
    assert published(warehouse, ORDERS) == [(1, 5)]
    with warehouse.writer("look", wait_seconds=5) as con:
        assert con.execute(ORDERS).fetchone() == ((2, 12) if committed else (1, 5))
    result = warehouse.build(now=NOW)
    result.raise_for_failure()
    assert published(warehouse, ORDERS) == [(2, 12)]
    assert published(warehouse, "select count(*) from marts.fct_latest") == [(2,)]


def test_a_publisher_killed_at_any_moment_leaves_the_old_copy_or_the_new(
    warehouse: Warehouse, tmp_path: Path
):
    shop.load(warehouse, ("1", "5.00", "open", "ann"))
    warehouse.build(now=NOW)
    with warehouse.writer("grow") as con:
        con.execute("create table ballast as select random() as r from range(4_000_000)")
    left_behind = 0
    for delay in (0.0, 0.01, 0.02, 0.04):
        with warehouse.writer("grow") as con:
            con.execute("create or replace table tick as select ? as delay", [delay])
        with subprocess.Popen(
            [sys.executable, "-m", "tests.warehouse.killed_publish", str(tmp_path)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
        ) as process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(delay)
            process.kill()
        left_behind += len(list(tmp_path.glob("*.partial")))
        assert published(warehouse, ORDERS) == [(1, 5)]
    assert warehouse.publish().outcome in ("copied", "unchanged")
    assert not list(tmp_path.glob("*.partial"))
    assert published(warehouse, "select count(*) from ballast") == [(4_000_000,)]
    print(f"{left_behind} of 4 kills left an unfinished copy")
