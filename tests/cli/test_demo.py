"""The demo as a newcomer runs it: twice, through the real command."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

CHORD = [sys.executable, "-c", "from chord_platform.cli import main; main()"]
COMPARED = re.compile(r"own counts: (\d+) of (\d+) tables")


def chord(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*CHORD, "--home", str(home), *arguments],
        capture_output=True,
        text=True,
        timeout=500,
        check=False,
        env={**os.environ, "NO_COLOR": "1"},
    )


def test_the_demo_ends_green_and_its_second_run_brings_only_what_changed(tmp_path: Path) -> None:
    home = tmp_path / "home"
    first = chord(home, "demo", "--orders", "60", "--days", "35")
    assert first.returncode == 0, first.stdout[-3000:] + first.stderr[-3000:]
    agreed, asked = COMPARED.search(first.stdout).groups()  # type: ignore[union-attr]
    assert agreed == asked
    assert int(asked) > 80
    for mart in ("fct_orders", "fct_order_lines", "fct_refunds", "fct_payments", "dim_customers"):
        assert f"marts.{mart}" in first.stdout
    orders = numbers(home, "select count(*) as n from marts.fct_orders")

    unknown = chord(home, "demo", "--only", "myspace")
    assert unknown.returncode == 2
    assert "myspace: there is no such connector" in unknown.stderr

    second = chord(home, "demo", "--all", "--only", "shopify", "--only", "chord_oms")
    assert second.returncode == 0, second.stdout[-3000:] + second.stderr[-3000:]
    assert "A day passes" in second.stdout
    assert "sync_chord_oms" in second.stdout and "sync_braze" not in second.stdout
    assert numbers(home, "select count(*) as n from marts.fct_orders") > orders
    read_again = re.search(r"raw_shopify\.orders +│ +│ +(\d+) +│ +(\d+) +│ +(\d+)", second.stdout)
    assert read_again, second.stdout
    rows, new, changed = map(int, read_again.groups())
    assert 0 < new + changed < rows / 2

    listed = json.loads(chord(home, "connections", "list", "--json").stdout)
    assert len(listed) == 14
    assert {one["connection"]["setup"] for one in listed} == {"connected"}
    assert secrets_in(home) == []


def numbers(home: Path, sql: str) -> int:
    return json.loads(chord(home, "query", sql, "--json").stdout)[0]["n"]


def secrets_in(home: Path) -> list[str]:
    """Files of the platform that hold a credential, or a secret column of the OMS, in the clear."""
    planted = (b"shpat_emulated", b"emulated-password-of", b"CANARY")
    return [
        str(file)
        for file in home.rglob("*")
        if file.is_file()
        and "demo" not in file.relative_to(home).parts
        and any(secret in file.read_bytes() for secret in planted)
    ]
