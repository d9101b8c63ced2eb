"""An emulated vendor in a process of its own, that can be told how late to answer.

Belongs here: starting and telling it. Does not belong here: its world (`emulated.py`).
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(frozen=True)
class Served:
    """About the process: what the child that is measured needs. `accounts`: Google's, with their
    manager."""

    process: subprocess.Popen[str]
    values: Mapping[str, str]
    now: str
    accounts: list[list[str]]

    def late(self, seconds: float) -> None:
        """Every answer from now on comes so late."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{seconds}\n")
        self.process.stdin.flush()
        self.process.stdout.readline()


@contextmanager
def served(vendor: str, rows: int) -> Iterator[Served]:
    command = [sys.executable, "-m", "benchmarks.extract.emulated", vendor, str(rows)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield Served(process, **json.loads(process.stdout.readline()))
        finally:
            process.stdin.close()
            process.wait(timeout=60)
