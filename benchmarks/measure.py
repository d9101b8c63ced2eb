"""Runs a piece of work in a process of its own and says what it cost.

Belongs here: processor seconds, wall seconds and peak memory of a child process.
Does not belong here: any particular benchmark.

A piece of work is a function of a benchmark module. It may `yield` once: what comes before the
yield (imports, connections) is start-up and not counted.
"""

from __future__ import annotations

import importlib
import inspect
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

ROUNDS = 3


@dataclass(frozen=True)
class Cost:
    """Seconds of processor and wall within the counted part; megabytes at the process's peak."""

    cpu: float
    wall: float
    peak_mb: float
    answer: Any

    def line(self, name: str, beside: Cost | None = None) -> tuple[str, ...]:
        ratios = (
            ("", "")
            if beside is None
            else (f"{self.cpu / beside.cpu:.2f}", f"{self.wall / beside.wall:.2f}")
        )
        return (name, f"{self.cpu:.2f}", f"{self.wall:.2f}", *ratios, f"{self.peak_mb:.0f}")


HEADINGS = ("", "CPU s", "wall s", "CPU ratio", "wall ratio", "peak MB")


def cost(work: Callable[..., Any], **arguments: Any) -> Cost:
    """One run of `work` in a fresh interpreter."""
    child = subprocess.run(
        [sys.executable, "-m", "benchmarks.measure", work.__module__, work.__name__],
        input=json.dumps(arguments),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        env={**os.environ, "RUNTIME__DLTHUB_TELEMETRY": "false"},
    )
    return Cost(**json.loads(child.stdout.splitlines()[-1]))


def costs(rounds: int, *works: tuple[Callable[..., Any], dict[str, Any]]) -> list[Cost]:
    """Each piece in turn, `rounds` times, so that a drift of the machine meets all; medians."""
    seen: list[list[Cost]] = [[] for _ in works]
    for _ in range(rounds):
        for runs, (work, arguments) in zip(seen, works, strict=True):
            runs.append(cost(work, **arguments))
    return [median(runs) for runs in seen]


def median(runs: list[Cost]) -> Cost:
    return Cost(
        cpu=statistics.median(run.cpu for run in runs),
        wall=statistics.median(run.wall for run in runs),
        peak_mb=max(run.peak_mb for run in runs),
        answer=runs[0].answer,
    )


def processor_seconds() -> float:
    own = resource.getrusage(resource.RUSAGE_SELF)
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def run_in_this_process(module: str, name: str, arguments: dict[str, Any]) -> dict[str, Any]:
    work = getattr(importlib.import_module(module), name)
    steps = work(**arguments) if inspect.isgeneratorfunction(work) else None
    if steps is not None:
        next(steps)
    cpu, wall = processor_seconds(), time.perf_counter()
    answer = next(steps, None) if steps is not None else work(**arguments)
    measured = processor_seconds() - cpu, time.perf_counter() - wall
    return {
        "cpu": measured[0],
        "wall": measured[1],
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "answer": answer,
    }


if __name__ == "__main__":
    print(json.dumps(run_in_this_process(sys.argv[1], sys.argv[2], json.load(sys.stdin))))
