"""Which of a vendor's operations were recorded and held to its spec, over all test processes.

Belongs here: holding exchanges to a spec, adding up, the table. Does not belong here: the specs
(`spec_<vendor>.py`), recording.

    python -m tests.conformance.coverage      the table of the last run of the contract suite
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Protocol

import pytest
from rich.console import Console
from rich.table import Table

from tests.conformance.specs import NOT_COMPARED, SPECS
from vendor_emulator.recorder import Recorded

KEPT = "conformance"
LAST_RUN = Path(__file__).parents[2] / ".pytest_cache" / "d" / KEPT


class Spec(Protocol):
    vendor: str
    used: frozenset[str]

    def check(self, recorded: Recorded) -> str: ...


@cache
def spec_of(vendor: str) -> Spec | None:
    name = f"tests.conformance.spec_{vendor}"
    if importlib.util.find_spec(name) is None:
        return None
    return importlib.import_module(name).SPEC


@dataclass
class Held:
    """What one process saw of one vendor. The same exchange is judged once."""

    vendor: str
    seen: dict[str, int] = field(default_factory=dict)
    judged: dict[Any, str] = field(default_factory=dict)
    not_compared: int = 0

    def hold(self, exchanges: Iterable[Recorded]) -> list[str]:
        """What does not agree with the spec, each once. Exchanges with a fault are left out."""
        spec = spec_of(self.vendor)
        wrong: dict[str, None] = {}
        for one in exchanges if spec else ():
            if one.fault is not None:
                continue
            key = (one.method, one.path, one.params, one.body, one.status, one.answer)
            if key not in self.judged:
                self.judged[key] = self.judge(spec, one) if spec else ""
            if self.judged[key]:
                wrong[self.judged[key]] = None
        return list(wrong)

    def judge(self, spec: Spec, one: Recorded) -> str:
        try:
            operation = spec.check(one)
        except AssertionError as error:
            return str(error)
        if operation == NOT_COMPARED:
            self.not_compared += 1
        else:
            self.seen[operation] = self.seen.get(operation, 0) + 1
        return ""

    def save(self, folder: Path, worker: str) -> None:
        spec = spec_of(self.vendor)
        told = {
            "used": sorted(spec.used) if spec else None,
            "seen": self.seen,
            "not_compared": self.not_compared,
        }
        (folder / f"{self.vendor}.{worker}.json").write_text(json.dumps(told))


def merged(folder: Path) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for file in sorted(folder.glob("*.json")):
        told = json.loads(file.read_text())
        one = found.setdefault(
            file.name.split(".")[0], {"used": told["used"], "seen": {}, "not_compared": 0}
        )
        one["not_compared"] += told["not_compared"]
        for operation, number in told["seen"].items():
            one["seen"][operation] = one["seen"].get(operation, 0) + number
    return found


def coverage_table(found: Mapping[str, Mapping[str, Any]]) -> Table:
    table = Table(title="Exchanges held to the vendors' specs", title_justify="left")
    table.add_column("Vendor")
    for name in ("Operations used", "Validated", "Exchanges"):
        table.add_column(name, justify="right")
    table.add_column("Used and not validated")
    for vendor, one in found.items():
        if one["used"] is None:
            table.add_row(vendor, "", "", "", "there is no spec")
            continue
        used, seen = set(one["used"]), set(one["seen"])
        missed = ", ".join(sorted(used - seen))
        if not seen and one["not_compared"]:
            missed = "not compared: the spec files are not here"
        exchanges = sum(one["seen"].values())
        table.add_row(vendor, str(len(used)), str(len(used & seen)), str(exchanges), missed)
    return table


def clear_last_run(config: pytest.Config) -> None:
    """By the first process, before it starts others."""
    if not hasattr(config, "workerinput"):
        shutil.rmtree(LAST_RUN, ignore_errors=True)


def show(console: Console) -> None:
    found = merged(LAST_RUN)
    if not found:
        console.print("Nothing is recorded: run `make test`, or pytest tests/connectors.")
        return
    console.print(coverage_table(found))
    if not SPECS.is_dir():
        console.print("The spec files are found by CHORD_VENDOR_SPECS.")


if __name__ == "__main__":
    show(Console())
