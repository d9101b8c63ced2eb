"""Reads a plan's folder: `plan.json` and one file for each event.

Belongs here: from files to values, and why a file is refused.
Does not belong here: which plans there are (`library.py`), the files' shape (`file_format.py`).

One wrong file refuses the whole plan: half a plan would let through what it should not.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from chord_platform.errors import PlanRefused
from chord_platform.events.plans.compiled import validator
from chord_platform.events.plans.file_format import EVENT_FILE, PLAN_FILE
from chord_platform.events.plans.plan import (
    FIXED_NAMES,
    ItemLikeTheEvent,
    Plan,
    PlannedEvent,
    Thresholds,
    Version,
)

if TYPE_CHECKING:
    from jsonschema_rs import Draft7Validator, ValidationError

PLAN_JSON = "plan.json"
MOST_SHOWN = 300
Form = Literal["plan", "event"]


def stamp(folder: Path) -> object:
    """Differs when a file was written, added or taken away."""
    files = sorted(folder.glob("*.json"))
    return tuple((file.name, (seen := file.stat()).st_mtime_ns, seen.st_size) for file in files)


def read_plan(folder: Path) -> Plan:
    """Raises:
    PlanRefused: says which file, the place in it and the reason.
    """
    said = read_file(folder / PLAN_JSON, form="plan")
    files = [file for file in sorted(folder.glob("*.json")) if file.name != PLAN_JSON]
    contents = {file.name: read_file(file, form="event") for file in files}
    return plan_of(said, contents, place=folder)


def plan_of(
    said: Mapping[str, Any], contents: Mapping[str, Mapping[str, Any]], *, place: Path
) -> Plan:
    """A plan from files that are well-formed each by itself; place: the folder, for complaints."""
    thresholds = Thresholds(**said["thresholds"])
    plan = Plan(
        name=said["name"],
        title=said["title"],
        description=said.get("description", ""),
        severity=said["severity"],
        thresholds=thresholds,
        events=(),
    )
    by_name: dict[tuple[str, str], str] = {}
    events = []
    for file, content in contents.items():
        event = event_of(content, plan=plan, file=place / file)
        for name in (event.name, *event.also_called):
            other = by_name.setdefault((event.call, name), file)
            if other != file:
                raise refused(place / file, "event", f"{name!r} is also in {other}")
        events.append(event)
    mandatory = said.get("mandatory", {})
    known = {event.name for event in events if event.call == "track"}
    for name in mandatory:
        if name not in known:
            raise refused(place / PLAN_JSON, f"mandatory.{name}", "no event has this name")
    return replace(plan, events=tuple(expected(event, mandatory) for event in events))


def expected(event: PlannedEvent, mandatory: Mapping[str, Any]) -> PlannedEvent:
    if event.call != "track" or event.name not in mandatory:
        return event
    return replace(event, expected_within=timedelta(hours=mandatory[event.name]["within_hours"]))


def event_of(said: Mapping[str, Any], *, plan: Plan, file: Path) -> PlannedEvent:
    call, name = said["call"], said["event"]
    if name != FIXED_NAMES.get(call, name):
        raise refused(file, "event", f"a {call} call is named {FIXED_NAMES[call]!r} in a plan")
    if call != "track" and said.get("also_called"):
        raise refused(file, "also_called", "only track events have other spellings")
    if call == "common" and len(said["versions"]) > 1:
        raise refused(file, "versions", "what is common to all messages has one version")
    own = said.get("thresholds", {})
    rates = {**plan.thresholds.violation_rate, **own.get("violation_rate", {})}
    return PlannedEvent(
        name=name,
        call=call,
        description=said.get("description", ""),
        sides=tuple(said["sides"]),
        labels=said.get("labels", {}),
        also_called=tuple(said.get("also_called", ())),
        severity=said.get("severity", plan.severity),
        thresholds=replace(plan.thresholds, **{**own, "violation_rate": rates}),
        extra_rules=tuple(
            ItemLikeTheEvent(items=rule["items"], same=tuple(rule["same"]))
            for rule in said.get("extra_rules", ())
        ),
        versions={
            int(number): Version(
                schema=checked(version["schema"], file=file, place=f"versions.{number}.schema"),
                back_end_schema=checked(
                    version["back_end_schema"],
                    file=file,
                    place=f"versions.{number}.back_end_schema",
                )
                if "back_end_schema" in version
                else None,
            )
            for number, version in said["versions"].items()
        },
    )


def checked(schema: Mapping[str, Any], *, file: Path, place: str) -> Mapping[str, Any]:
    """Compiles it once to see that it can be; what uses it compiles it when it is needed."""
    from jsonschema_rs import ValidationError

    try:
        validator(schema)
    except (ValidationError, ValueError) as error:
        inner, reason = deepest(error) if isinstance(error, ValidationError) else ("", str(error))
        raise refused(file, f"{place}.{inner}" if inner else place, reason) from error
    return schema


def deepest(error: ValidationError) -> tuple[str, str]:
    """Place and reason. Where none of several forms fits, the one that was met furthest tells."""
    place = list(error.instance_path)
    while error.kind.name == "anyOf":
        below = [each for branch in error.kind.as_dict()["context"] for each in branch]
        inner = max(below, key=lambda each: len(each.instance_path))
        if len(inner.instance_path) <= len(error.instance_path):
            break
        error, place = inner, list(inner.instance_path)
    return ".".join(map(str, place)), error.message


def read_file(file: Path, *, form: Form) -> dict[str, Any]:
    try:
        said = json.loads(file.read_text(encoding="utf-8"), object_pairs_hook=without_doubles)
    except OSError as error:
        raise refused(file, "", error.strerror or "cannot be read") from error
    except (ValueError, RecursionError) as error:
        raise refused(file, "", str(error)) from error
    held_to_form(said, form=form, file=file)
    return said


def held_to_form(said: Any, *, form: Form, file: Path) -> None:
    for error in check_of(form).iter_errors(said):
        raise refused(file, ".".join(map(str, error.instance_path)), error.message)


def without_doubles(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """JSON lets a name stand twice and readers differ on which counts."""
    said: dict[str, Any] = {}
    for name, value in pairs:
        if name in said:
            raise ValueError(f"{name!r} stands twice in one object")
        said[name] = value
    return said


@cache
def check_of(form: Form) -> Draft7Validator:
    return validator(PLAN_FILE if form == "plan" else EVENT_FILE)


def refused(file: Path, place: str, reason: str) -> PlanRefused:
    where = f"{file}, at {place}" if place else str(file)
    if len(reason) > MOST_SHOWN:  # the validator writes whole objects out
        reason = f"{reason[: MOST_SHOWN // 2]} ... {reason[-MOST_SHOWN // 2 :]}"
    return PlanRefused(
        f"{where}: {reason.rstrip('.')}.", hint="Correct the file; nothing of it is used."
    )
