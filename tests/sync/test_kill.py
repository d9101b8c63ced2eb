"""kill -9 at every step of a sync, with another connection loading in between, then a rerun."""

from __future__ import annotations

import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from tests.sync.killed_sync import BESIDE_A_LOAD, IN_EXTRACT, POINTS
from tests.sync.small_shop import START, SmallShop, line, order

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("point", [IN_EXTRACT, *POINTS])
def test_a_sync_killed_loses_no_row_and_doubles_none(tmp_path: Path, point: str) -> None:
    one, two = SmallShop(tmp_path, "one"), SmallShop(tmp_path, "two")
    one.sync()
    two.sync()
    one.change(1, total="11")
    one.world["orders"].append(order(0, total="4"))
    one.world["orders"][-1]["updated_at"] = (one.now + timedelta(minutes=1)).isoformat()
    one.world["lines"] = [line("b", 1), line("e", 0), line("c", 2)]
    one.save()

    kill(one, point)

    two.change(2, total="22")
    two.world["stores"].append({"id": "third", "city": "Rīga"})
    two.sync()
    assert two.ids("stores") == ["main", "side", "third"]
    whole_before = (["1", "2", "3"], ["a", "b", "c"])
    whole_after = (["0", "1", "2", "3"], ["b", "c", "e"])
    assert (one.ids("orders"), one.ids("lines")) in (whole_before, whole_after)

    one.now += timedelta(hours=1)
    one.sync()
    assert (one.ids("orders"), one.ids("lines")) == whole_after
    assert one.rows(
        "select id, total from raw_small_shop.orders__history where _connection_id = 'one'"
    ) == [("1", pytest.approx(10.5))]
    assert two.ids("orders") == ["1", "2", "3"]
    changed = "select total from raw_small_shop.orders where id = '2' order by _connection_id"
    assert [float(row[0]) for row in one.rows(changed)] == [20.0, 22.0]


@pytest.mark.parametrize("point", BESIDE_A_LOAD)
def test_a_load_killed_while_the_next_slice_is_read_loses_neither(
    tmp_path: Path, point: str
) -> None:
    shop = SmallShop(tmp_path)
    shop.world["slice_end"] = shop.world["orders"][1]["updated_at"]
    shop.save()
    kill(shop, point)
    shop.now += timedelta(hours=1)
    result = shop.sync()
    assert (shop.ids("orders"), shop.ids("lines")) == (["1", "2", "3"], ["a", "b", "c"])
    assert (result.tables["orders"].inserted, result.tables["orders"].total) == (3, 3)
    assert shop.sync().tables["orders"].received == 0


def kill(shop: SmallShop, point: str) -> None:
    hours = round((shop.now - START).total_seconds() / 3600)
    killed = subprocess.run(
        [sys.executable, "-m", "tests.sync.killed_sync", str(shop.home), "one", point, str(hours)],
        cwd=ROOT,
        check=False,
        capture_output=True,
        timeout=60,
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()
