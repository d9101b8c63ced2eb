"""The demo's vendors as a child process, seen from the command line.

Belongs here: starting it, asking it, ending it. Does not belong here: the vendors themselves
(`vendor_emulator/demo_world.py`).
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Any

from chord_platform.errors import PlatformError

STOP_SECONDS = 20
WORLD = "vendor_emulator.demo_world"


class DemoWorld:
    """`addresses`: each vendor's connection values, as it was told when the world was ready."""

    def __init__(self, folder: Path, *, orders: int, days: int) -> None:
        self.folder = folder
        self.orders, self.days = orders, days
        self.addresses: dict[str, Any] = {}

    @property
    def exists(self) -> bool:
        return (self.folder / "world.json").exists()

    def __enter__(self) -> DemoWorld:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.log = (self.folder / "world.log").open("wb")
        self.process = subprocess.Popen(
            [
                *(sys.executable, "-m", WORLD, str(self.folder)),
                *("--orders", str(self.orders), "--days", str(self.days)),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.log,
            text=True,
        )
        self.addresses = self.answer()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """The world ends with its input."""
        if self.process.stdin and not self.process.stdin.closed:
            self.process.stdin.close()
        try:
            self.process.wait(timeout=STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.log.close()

    def next_day(self) -> None:
        """A day's orders, edits, refunds and deletions."""
        assert self.process.stdin is not None
        self.process.stdin.write("next-day\n")
        self.process.stdin.flush()
        self.addresses = self.answer()

    def answer(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise PlatformError(
                "the emulated vendors could not start.",
                hint=f"The reason stands in {self.folder / 'world.log'}.",
            )
        return json.loads(line)
