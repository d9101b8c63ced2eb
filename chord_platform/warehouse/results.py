"""What a build tells: its progress while it runs, and its result.

Belongs here: values. Does not belong here: building (`build.py`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from chord_platform.errors import CheckFailed
from chord_platform.warehouse.checks import CheckOutcome
from chord_platform.warehouse.header import Materialized

if TYPE_CHECKING:
    from chord_platform.warehouse.publish import Published

Stage = Literal["waiting", "model", "check", "committing", "publishing", "published"]


@dataclass(frozen=True)
class Progress:
    """What is about to be done; `done` of `total` models and checks are behind it."""

    stage: Stage
    what: str
    done: int = 0
    total: int = 0


OnProgress = Callable[[Progress], None]


@dataclass(frozen=True)
class ModelResult:
    """how: a view is replaced; a table rebuilt whole; an incremental one refreshed when its
    definition is the same. changed: readers see other rows (a view: another query)."""

    name: str
    materialized: Materialized
    how: Literal["replaced", "rebuilt", "refreshed"]
    rows: int
    seconds: float
    changed: bool


@dataclass(frozen=True)
class BuildResult:
    """committed: False when a blocking check failed; then nothing in the warehouse changed."""

    models: tuple[ModelResult, ...]
    checks: tuple[CheckOutcome, ...]
    committed: bool
    removed: tuple[str, ...] = ()
    seconds: float = 0.0
    waited_seconds: float = 0.0
    lock_seconds: float = 0.0
    published: Published | None = None

    @property
    def blocking_failures(self) -> tuple[CheckOutcome, ...]:
        return tuple(check for check in self.checks if check.blocking and not check.passed)

    @property
    def warnings(self) -> tuple[CheckOutcome, ...]:
        return tuple(check for check in self.checks if not check.blocking and not check.passed)

    def raise_for_failure(self) -> None:
        if failures := self.blocking_failures:
            named = "; ".join(
                f"{check.model}: {check.description} ({check.count} offending rows)"
                for check in failures
            )
            raise CheckFailed(
                f"the build was rolled back and nothing was published, since {named}",
                hint="Look at the offending rows, then correct the model or its source.",
            )
