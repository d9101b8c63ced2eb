"""How tracking plans look in the terminal.

Belongs here: tables and screens of plans. Does not belong here: asking for them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich.console import Group, RenderableType
from rich.text import Text

from chord_platform.cli.presentation.connection_views import grid, new_table

if TYPE_CHECKING:
    from chord_platform.events.plans import Plan, PlannedEvent
    from chord_platform.events.plans.differences import Difference
    from chord_platform.events.plans.dry_run import DryRun, Foreseen
    from chord_platform.events.plans.plan import Side


def listing(found: Sequence[tuple[Plan, bool]]) -> RenderableType:
    table = new_table("Name", "Title", "Front-end", "Back-end", "Whose", "Note", right=NUMBERS)
    for plan, is_own in found:
        table.add_row(
            Text(plan.name, style="bold"),
            plan.title,
            tracked(plan, "front-end"),
            tracked(plan, "back-end"),
            "yours" if is_own else "ships",
            plan.description,
        )
    return table


NUMBERS = ("Front-end", "Back-end", "Required", "Properties", "Messages", "Blocked", "Violations")


def tracked(plan: Plan, side: Side) -> str:
    return str(sum(event.call == "track" for event in plan.events_of(side)))


def details(plan: Plan, events: Sequence[PlannedEvent]) -> RenderableType:
    table = new_table(
        "Event", "Call", "Sides", "Required", "Properties", "Expected", "Note", right=NUMBERS
    )
    for event in events:
        payload = payload_of(event)
        hours = event.expected_within
        table.add_row(
            Text(event.name, style="bold" if event.severity == "error" else ""),
            event.call,
            " and ".join(event.sides),
            str(len(payload.get("required", ()))),
            str(len(payload.get("properties", {}))),
            f"within {hours.total_seconds() / 3600:g} h" if hours else "",
            event.description,
        )
    rates = plan.thresholds.violation_rate
    shares = ", ".join(f"{share:.0%} of the last {period}'s" for period, share in rates.items())
    about = {
        "Plan": Text(f"{plan.title} ({plan.name})", style="bold"),
        "About": plan.description,
        "Complains": f"when more than {shares} messages break it",
    }
    return Group(grid(about), Text(), table)


def event_details(event: PlannedEvent, *, side: Side | None) -> RenderableType:
    rules = [
        f"{rule.items} holds an item of the same {', '.join(rule.same)}"
        for rule in event.extra_rules
    ]
    about = {
        "Event": Text(event.name, style="bold"),
        "About": event.description,
        "Also called": ", ".join(event.also_called) or None,
        "Sides": ", ".join(event.sides),
        "Labels": ", ".join(f"{name}:{value}" for name, value in event.labels.items()) or None,
        "Rule": "; ".join(rules) or None,
    }
    parts: list[RenderableType] = [grid(about)]
    for number, version in sorted(event.versions.items()):
        named = {"": version.schema}
        if version.back_end_schema is not None and side != "front-end":
            named[", as the back end may send it"] = version.back_end_schema
        for which, schema in named.items():
            table = new_table("Property", "Type", "Required")
            for place, kind, is_required in rows(
                schema.get("properties", {}).get(event.payload, {})
            ):
                table.add_row(place, kind, "required" if is_required else "")
            parts += [Text(f"\nVersion {number}{which}"), table]
    return Group(*parts)


def payload_of(event: PlannedEvent) -> Mapping[str, Any]:
    return event.oldest.schema.get("properties", {}).get(event.payload, {})


def rows(schema: Any, above: str = "") -> Iterator[tuple[str, str, bool]]:
    if not isinstance(schema, dict):
        return
    required = schema.get("required", ())
    for name, below in schema.get("properties", {}).items():
        said = below if isinstance(below, dict) else {}
        place = f"{above}{name}"
        yield place, type_of(said), name in required
        yield from rows(said, f"{place}.")
        if isinstance(said.get("items"), dict):
            yield from rows(said["items"], f"{place}.$.")


def type_of(schema: Mapping[str, Any]) -> str:
    kinds = schema.get("type", "any")
    text = kinds if isinstance(kinds, str) else " or ".join(kinds)
    if isinstance(schema.get("items"), dict) and "type" in schema["items"]:
        text += f" of {type_of(schema['items'])}"
    if "enum" in schema:
        return f"{text}: {', '.join(map(str, schema['enum']))}"
    return f"{text} {schema['pattern']}" if "pattern" in schema else text


def compared(found: Sequence[Difference]) -> RenderableType:
    if not found:
        return Text("The two plans say the same.")
    table = new_table("Event", "What", "", "May break", "Note")
    for each in found:
        breaks = Text("yes", style="yellow") if each.may_break else ""
        table.add_row(
            Text(each.event, style="bold"), each.what, each.kind, breaks, each.description
        )
    breaking = sum(each.may_break for each in found)
    return Group(
        table, Text(f"\n{len(found)} differences, {breaking} of which may break messages.")
    )


def foreseen(result: DryRun, *, sources: Sequence[str], days: int) -> RenderableType:
    held = ", ".join(sources)
    said = f"{result.messages} messages of the past {days} days from {held}"
    said += ", from the inbox and from quarantine as last published."
    if result.unread:
        said += f" {result.unread} records could not be judged."
    if not result.changed:
        return Text(f"{said}\nThe plan would change nothing.")
    table = new_table("Source", "Event", "Messages", "Blocked", "Unplanned", "Note", right=NUMBERS)
    table.columns[-1].no_wrap = False
    for each in result.changed:
        table.add_row(
            each.source,
            Text(each.event, style="bold"),
            str(each.messages),
            moved(each.blocked_before, each.blocked_after),
            moved(each.unplanned_before, each.unplanned_after),
            "\n".join(changes(each)),
        )
    return Group(Text(said), Text(), table)


def moved(before: int, after: int) -> str:
    return str(after) if before == after else f"{before} -> {after}"


def changes(each: Foreseen) -> Iterable[str]:
    before, after = each.violations_before, each.violations_after
    for key in sorted({*before, *after}):
        if before[key] != after[key]:
            samples = ", ".join(each.samples.get(key, ()))
            like = f" (such as {samples})" if samples else ""
            yield f"{key[2]}: {before[key]} -> {after[key]}{like}"


def foreseen_as_json(result: DryRun, *, sources: Sequence[str]) -> dict[str, Any]:
    return {
        "since": result.since,
        "sources": list(sources),
        "covers": ["inbox", "published quarantine"],
        "messages": result.messages,
        "unread": result.unread,
        "changed": [
            {
                "source": each.source,
                "event": each.event,
                "messages": each.messages,
                "blocked": [each.blocked_before, each.blocked_after],
                "unplanned": [each.unplanned_before, each.unplanned_after],
                "violations": [
                    {
                        "field": key[0],
                        "type": key[1],
                        "description": key[2],
                        "count": [each.violations_before[key], each.violations_after[key]],
                        "sample_message_ids": each.samples.get(key, []),
                    }
                    for key in sorted({*each.violations_before, *each.violations_after})
                ],
            }
            for each in result.changed
        ],
    }
