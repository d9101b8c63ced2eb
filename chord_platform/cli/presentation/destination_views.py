"""How destinations look in the terminal.

Belongs here: tables and screens of destinations. Does not belong here: asking for them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from rich.console import Group, RenderableType
from rich.text import Text

from chord_platform.cli.presentation import words
from chord_platform.cli.presentation.connection_views import SEALED, grid, indented, new_table
from chord_platform.events.destination import FATES, Destination, FailedEvent
from chord_platform.events.destination_type import DestinationType

COLOURS = {"ok": "green", "failing": "red", "paused": "yellow"}
SAID = {
    "delivered": "delivered",
    "failed": "failed (refused for good)",
    "blocked": "blocked by the tracking plan",
    "other_event": "not chosen by event",
    "consent": "without consent",
    "other_side": "left to the other side's copy",
    "integrations": "excluded by their sender",
    "repeated": "repeated",
}


def status(found: Destination) -> Text:
    return Text(f"● {found.status}", style=COLOURS[found.status])


def types_listing(known: Sequence[DestinationType]) -> RenderableType:
    parts: list[RenderableType] = []
    for kind in known:
        parts.append(Text.assemble((kind.name, "bold"), f"  {kind.title}: {kind.description}"))
        rows: dict[str, RenderableType | None] = {}
        for field in kind.fields:
            given = "--secret" if field.secret else "--set"
            default = f" Default: {field.default}." if field.default else ""
            rows[f"{given} {field.name}"] = f"{field.help}{default}"
        parts.append(indented(grid(rows)))
    return Group(*parts)


def listing(
    found: Sequence[Destination],
    *,
    behind: Mapping[str, int],
    failed: Mapping[str, int],
    now: datetime,
) -> RenderableType:
    if not found:
        return Text(
            "No destination yet. Add one: chord destinations add NAME --type T --sources A,B\n"
            "Which kinds there are: chord destinations types"
        )
    numbers = ("Behind", "Failed")
    table = new_table("Name", "Type", "Status", *numbers, "Last delivered", "Note", right=numbers)
    for each in found:
        table.add_row(
            Text(each.name, style="bold"),
            each.type,
            status(each),
            words.number(behind[each.name]),
            words.number(failed.get(each.name, 0)),
            words.ago(each.progress.last_delivered_at, now=now),
            note(each),
        )
    return table


def note(found: Destination) -> str:
    if found.pause:
        return f"{found.pause.by}: {found.pause.because}"
    return found.progress.problem or ""


def details(
    found: Destination, kind: DestinationType, *, behind: int, failed: int, now: datetime
) -> RenderableType:
    progress, pause, choice = found.progress, found.pause, found.choice
    since = progress.failing_since
    known: dict[str, RenderableType | None] = {
        "type": f"{kind.title} ({kind.name})",
        "status": status(found),
        "sources": ", ".join(found.sources),
        "paused": f"by {pause.by}, {words.moment(pause.at)}: {pause.because}" if pause else None,
        "failing since": f"{words.moment(since)} ({words.ago(since, now=now)})" if since else None,
        "problem": Text(progress.problem, style="red") if progress.problem else None,
        "next step": progress.next_step,
        "next attempt": words.ahead(progress.not_before, now=now) if progress.not_before else None,
        "behind": f"{behind:,} events wait in the inbox",
        "last delivered": words.ago(progress.last_delivered_at, now=now),
        "failed": f"{failed:,}; see `chord destinations failed {found.name}`" if failed else None,
        "only events": ", ".join(choice.events) or None,
        "not events": ", ".join(choice.not_events) or None,
        "consent": f"{', '.join(choice.consent)}; unstated: {choice.unstated}"
        if choice.consent
        else None,
        "sent by both sides": f"{choice.prefer} copy" if choice.prefer != "both" else "both copies",
        "violations": "forwarded" if choice.violations else None,
    }
    settings: dict[str, RenderableType | None] = {
        field.name: SEALED
        if field.secret and field.name in found.secrets
        else found.settings.get(field.name) or f"{field.default or words.NONE} (default)"
        for field in kind.fields
    }
    counts: dict[str, RenderableType | None] = {
        SAID[fate]: f"{progress.counts[fate]:,}" for fate in FATES if progress.counts.get(fate)
    }
    return Group(
        Text(found.name, style="bold"),
        indented(grid(known)),
        Text("\nSettings", style="bold"),
        indented(grid(settings)),
        Text("\nIts sources' events so far", style="bold"),
        indented(grid(counts or {"none": ""})),
    )


def failed_listing(found: Sequence[FailedEvent], *, now: datetime) -> RenderableType:
    if not found:
        return Text("It has refused nothing.")
    table = new_table("Message id", "Event", "Source", "Failed", "Attempts", "Note")
    for each in found:
        table.add_row(
            each.message_id,
            each.event,
            each.source,
            words.ago(each.failed_at, now=now),
            str(each.attempts),
            each.problem,
        )
    return table
