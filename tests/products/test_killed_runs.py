"""A run of product sync that is killed, and the one that comes after it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

from chord_platform.product_deliveries.working import LEASE
from tests.products.both_sides import TENANT, TOPIC, BothSides
from tests.products.test_both_directions import shirt

PARTITION = json.dumps({"dagster/partition": TENANT})
CONFIG = "ops: {synced_products: {config: {quiet_seconds: 0.2}}}"
JOB = ("job", "execute", "-m", "chord_dagster.definitions", "-j", "sync_products")


def run(world: BothSides, folder: Path) -> subprocess.Popen[bytes]:
    """`dagster job execute` with all it starts in a group of its own, so that all of it can die."""
    (folder / "dagster").mkdir(exist_ok=True)
    (folder / "run.yaml").write_text(CONFIG)
    return subprocess.Popen(
        [sys.executable, "-m", "dagster", *JOB, "--tags", PARTITION, "-c", "run.yaml"],
        env={
            **os.environ,
            "CHORD_HOME": str(world.platform.settings.home),
            "DAGSTER_HOME": str(folder / "dagster"),
        },
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=(folder / "said.txt").open("ab"),
        start_new_session=True,
    )


def states(world: BothSides) -> dict[str, str]:
    return {one.key: one.state for one in world.platform.deliveries.list()}


def test_what_a_killed_run_had_claimed_waits_for_its_lease_and_nothing_is_written_twice(
    world: BothSides, tmp_path: Path
) -> None:
    shirt(world)
    world.cms.create("product", "other", name="Other", slug="other", status="active")
    world.cms.publish("other")
    world.settle()
    runs: list[subprocess.Popen[bytes]] = []
    # The shop has written the product when the run dies, and the run never hears of it.
    world.emulator.faults.script(
        "productSet", lambda: os.killpg(runs[0].pid, signal.SIGKILL), vendor="shopify"
    )
    runs.append(run(world, tmp_path))
    assert runs[0].wait(timeout=120) == -signal.SIGKILL
    world.settle()
    held = {key for key, state in states(world).items() if state == "claimed"}
    assert held >= {"contentful/shirt", "contentful/other"}
    deliveries = world.platform.deliveries
    early = deliveries.claim(TOPIC, worker="an early one", limit=10)
    assert not held & {claim.key for claim in early}

    after = deliveries.clock() + LEASE + timedelta(seconds=1)
    late = deliveries.claim(TOPIC, worker="a late one", limit=10, now=after)
    assert held <= {claim.key for claim in late}
    for claim in {claim.id: claim for claim in [*early, *late]}.values():
        deliveries.release(claim)
    assert run(world, tmp_path).wait(timeout=120) == 0

    world.work_until_quiet()  # the echoes
    assert set(states(world).values()) == {"done"}
    made = [one for one in world.shop.world.products if one.title in ("Nordic Shirt", "Other")]
    assert sorted(one.handle for one in made) == ["nordic-shirt", "other"]
    shirt_there = world.shop_product("nordic-shirt")
    assert len(shirt_there.variants) == 2
    assert len(world.shop.world.media.get(shirt_there.id).files) == 1
    world.writes()
    assert world.work() == []
    assert world.writes() == []
