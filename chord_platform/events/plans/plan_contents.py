"""A plan as the contents of its files, to be written or carried elsewhere.

Belongs here: from values to files' contents, names of files, writing a plan's folder.
Does not belong here: reading one (`plan_files.py`), Segment's form (`segment_rules.py`).
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Any

from chord_platform.errors import PlanRefused
from chord_platform.events.plans.plan import Plan, PlannedEvent, Thresholds
from chord_platform.events.plans.plan_files import PLAN_JSON
from chord_platform.events.plans.plan_text import plan_text

Content = dict[str, Any]

USUAL = Thresholds(
    violation_rate={"hour": 0.2, "day": 0.1, "week": 0.05}, least_events=20, volume_deviations=4
)
"""For a plan that comes from where there are no thresholds."""


def plan_content(plan: Plan) -> Content:
    said: Content = {"name": plan.name, "title": plan.title, "description": plan.description}
    said["severity"] = plan.severity
    said["thresholds"] = asdict(plan.thresholds)
    expected = {event.name: event.expected_within for event in plan.events}
    hours = {
        name: {"within_hours": within / timedelta(hours=1)}
        for name, within in expected.items()
        if within is not None
    }
    return {**said, "mandatory": hours} if hours else said


def event_content(event: PlannedEvent, *, plan: Plan) -> Content:
    """Without what it shares with the plan or leaves unsaid. A copy: who has it may change it."""
    said: Content = {"event": event.name, "call": event.call, "description": event.description}
    said["sides"] = list(event.sides)
    if event.labels:
        said["labels"] = dict(event.labels)
    if event.also_called:
        said["also_called"] = list(event.also_called)
    if event.severity != plan.severity:
        said["severity"] = event.severity
    if event.thresholds != plan.thresholds:
        said["thresholds"] = asdict(event.thresholds)
    if event.extra_rules:
        said["extra_rules"] = [
            {"rule": "item_like_the_event", "items": rule.items, "same": list(rule.same)}
            for rule in event.extra_rules
        ]
    said["versions"] = {}
    for number, version in sorted(event.versions.items()):
        schemas = {"schema": deepcopy(version.schema)}
        if version.back_end_schema is not None:
            schemas["back_end_schema"] = deepcopy(version.back_end_schema)
        said["versions"][str(number)] = schemas
    return said


def contents(plan: Plan) -> dict[str, Content]:
    """By name of file; `plan.json` is not among them."""
    return named(event_content(event, plan=plan) for event in plan.events)


def named(events: Iterable[Content]) -> dict[str, Content]:
    files: dict[str, Content] = {}
    for said in events:
        stem = re.sub(r"[^a-z0-9]+", "-", said["event"].lower()).strip("-") or "event"
        stem = "plan-event" if f"{stem}.json" == PLAN_JSON else stem
        name, number = f"{stem}.json", 2
        while name in files:
            name, number = f"{stem}-{number}.json", number + 1
        files[name] = said
    return files


def write_plan(
    folder: Path, said: Content, files: Mapping[str, Content], *, replacing: bool
) -> None:
    """Beside the folder first and renamed then: a reader meets the old plan, the new one or, for a
    moment, none; never half of one.

    Raises:
        PlanRefused: there is a plan already, and it may not be replaced.
    """
    if folder.exists() and not replacing:
        raise PlanRefused(f"{folder} is there already.", hint="Replace it with --replace.")
    folder.parent.mkdir(parents=True, exist_ok=True)
    arriving = folder.with_name(f".{folder.name}.new")
    leaving = folder.with_name(f".{folder.name}.old")
    for each in (arriving, leaving):
        if each.exists():
            shutil.rmtree(each)
    arriving.mkdir()
    for name, content in {PLAN_JSON: said, **files}.items():
        (arriving / name).write_text(plan_text(content), encoding="utf-8")
    if folder.exists():
        folder.rename(leaving)
    arriving.rename(folder)
    if leaving.exists():
        shutil.rmtree(leaving)
