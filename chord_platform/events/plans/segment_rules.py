"""Plans in the form of Segment's Tracking Plan API: a list of rules, each with a JSON Schema.

Belongs here: to and from that form, and its limits.
Does not belong here: the spreadsheet (`segment_csv.py`), files (`plan_contents.py`).

What Segment's form has no place for (sides, spellings, thresholds, a shape of the back end alone)
travels as `x-chord` inside the schema, which validators step over, so that a plan comes back as it
went. A plan made at Segment has none of it: its events are for both sides.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from chord_platform.errors import PlanRefused
from chord_platform.events.plans.file_format import DRAFT_07
from chord_platform.events.plans.plan import FIXED_NAMES, SIDES, Plan
from chord_platform.events.plans.plan_contents import USUAL, Content, event_content, plan_content

TYPES: Mapping[str, str] = {
    "TRACK": "track",
    "PAGE": "page",
    "SCREEN": "screen",
    "IDENTIFY": "identify",
    "GROUP": "group",
    "COMMON": "common",
}
TYPE_OF = {call: name for name, call in TYPES.items()}
NAMED = ("TRACK", "PAGE", "SCREEN")
EXTRAS = "x-chord"
MOST_RULES = 2_000
MOST_RULES_AN_UPDATE = 200


def rules_of(plan: Plan) -> Content:
    """Raises:
    PlanRefused: more rules than Segment takes.
    """
    rules = []
    for event in plan.events:
        said = event_content(event, plan=plan)
        extras = {
            name: said[name]
            for name in ("sides", "also_called", "severity", "thresholds", "extra_rules")
            if name in said
        }
        for number, version in said["versions"].items():
            own = dict(extras)
            if "back_end_schema" in version:
                own["back_end_schema"] = version["back_end_schema"]
            schema = {"$schema": DRAFT_07, **version["schema"], "description": event.description}
            schema |= {"labels": said.get("labels", {}), EXTRAS: own}
            kind = TYPE_OF[event.call]
            key = event.name if kind in NAMED else None
            rules.append({"key": key, "type": kind, "version": int(number), "jsonSchema": schema})
    within(len(rules))
    return {
        "name": plan.title,
        "description": plan.description,
        "type": "LIVE",
        "rules": rules,
        EXTRAS: plan_content(plan),
    }


def within(rules: int) -> None:
    if rules > MOST_RULES:
        raise PlanRefused(
            f"A plan at Segment has at most {MOST_RULES} rules, and here are {rules}.",
            hint="Divide it into several plans.",
        )


def contents_of(document: Any, *, name: str) -> tuple[Content, list[Content]]:
    """`plan.json` and the events' contents, of an answer of the API or an export of ours.

    Raises:
        PlanRefused: says which rule, and why.
    """
    answer = document if isinstance(document, dict) else {}
    inner = answer.get("data", answer)
    rules = inner.get("rules") if isinstance(inner, dict) else None
    rules = document if isinstance(document, list) else rules
    if not isinstance(rules, list):
        raise PlanRefused(
            "There is no list of rules.", hint="Give an answer of Segment's Tracking Plan API."
        )
    within(len(rules))
    plan = plan_said(answer, name=name)
    events: dict[tuple[str, str], Content] = {}
    for position, rule in enumerate(rules):
        add_rule(events, rule, place=f"rules.{position}")
    return plan, list(events.values())


def plan_said(answer: Mapping[str, Any], *, name: str) -> Content:
    extras = answer.get(EXTRAS)
    carried = dict(extras) if isinstance(extras, dict) else {}
    described = {
        "title": str(answer.get("name") or name),
        "description": str(answer.get("description") or ""),
        "severity": "warning",
        "thresholds": {
            "violation_rate": dict(USUAL.violation_rate),
            "least_events": USUAL.least_events,
            "volume_deviations": USUAL.volume_deviations,
        },
    }
    return {**described, **carried, "name": name}


def add_rule(events: dict[tuple[str, str], Content], rule: Any, *, place: str) -> None:
    if not isinstance(rule, dict):
        raise refused(place, "a rule is an object")
    kind, version = rule.get("type"), rule.get("version", 1)
    if not isinstance(kind, str) or kind not in TYPES:
        raise refused(f"{place}.type", f"{kind!r} is none of {', '.join(TYPES)}")
    if type(version) is not int:
        raise refused(f"{place}.version", "a version is a whole number")
    schema = rule.get("jsonSchema")
    if not isinstance(schema, dict):
        raise refused(f"{place}.jsonSchema", "a schema is an object")
    call = TYPES[kind]
    event = event_name(rule.get("key"), call=call, place=f"{place}.key")
    own = {name: part for name, part in schema.items() if name not in CARRIED}
    extras = schema.get(EXTRAS)
    extras = dict(extras) if isinstance(extras, dict) else {}
    versions = events.get((call, event), {}).get("versions", {})
    if str(version) in versions:
        raise refused(place, f"version {version} of {event!r} is there twice")
    schemas: Content = {"schema": own}
    if "back_end_schema" in extras:
        schemas["back_end_schema"] = extras.pop("back_end_schema")
    if versions and version < max(map(int, versions)):
        versions[str(version)] = schemas  # what the newest version says of the event stays
        return
    said: Content = {"event": event, "call": call}
    said["description"] = str(schema.get("description") or "")
    if labels := labels_of(schema.get("labels"), place=f"{place}.jsonSchema.labels"):
        said["labels"] = labels
    said = {**said, "sides": list(SIDES), **extras}
    events[call, event] = {**said, "versions": {**versions, str(version): schemas}}


CARRIED = ("description", "labels", EXTRAS)


def event_name(key: Any, *, call: str, place: str) -> str:
    if call != "track":
        fixed = FIXED_NAMES[call]  # type: ignore[index]
        if key not in (None, "", fixed):
            raise refused(place, f"a {call} call is held to {fixed!r} only, not to {key!r}")
        return fixed
    if not isinstance(key, str) or not key:
        raise refused(place, "a track event needs a name")
    return key


def labels_of(said: Any, *, place: str) -> dict[str, str]:
    if said in (None, {}):
        return {}
    if not isinstance(said, dict) or not all(isinstance(each, str) for each in said.values()):
        raise refused(place, "labels are texts by name")
    return dict(said)


def updates(rules: list[Content]) -> Iterable[list[Content]]:
    """As many requests as the API needs."""
    for start in range(0, len(rules), MOST_RULES_AN_UPDATE):
        yield rules[start : start + MOST_RULES_AN_UPDATE]


def refused(place: str, reason: str) -> PlanRefused:
    return PlanRefused(f"At {place}: {reason}.", hint="Nothing of it is imported.")
