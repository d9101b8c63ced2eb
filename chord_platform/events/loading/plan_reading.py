"""Reads each source's plan for the checks, and says which cannot be read.

Belongs here: one source's trouble kept apart from the others. Does not belong here: judging
messages (`judging.py`), what is asked of an event (`verdicts.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from chord_platform.errors import PlatformError
from chord_platform.events.loading.verdicts import Verdict
from chord_platform.events.plans.plan import Plan
from chord_platform.events.source import Source

PLAN_CAN_BE_READ = "plan_can_be_read"
TABLE = "tracks"
"""Of all events of a source: a plan that cannot be read names none."""


def read_plans(
    sources: Iterable[Source], load: Callable[[str], Plan]
) -> tuple[dict[str, Plan], list[Verdict]]:
    """Plans by the source's name, without those that cannot be read; a verdict for each source
    that has a plan."""
    plans: dict[str, Plan] = {}
    said: list[Verdict] = []
    for source in sources:
        if source.plan is None:
            continue
        try:
            plans[source.name] = load(source.plan)
            said.append(verdict(source, f"The plan {source.plan} can be read.", passed=True))
        except PlatformError as error:
            because = (
                f"The plan {source.plan} cannot be read: {error.what} What {source.name} sends"
                " meanwhile stands in quarantine; when the plan is in order:"
                f" chord events replay --source {source.name}"
            )
            said.append(verdict(source, because, passed=False))
    return plans, said


def verdict(source: Source, description: str, *, passed: bool) -> Verdict:
    return Verdict(
        source=source.name,
        table=TABLE,
        event="all events",
        check=PLAN_CAN_BE_READ,
        passed=passed,
        severity="error",
        description=description,
    )
