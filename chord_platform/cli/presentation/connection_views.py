"""How connections look in the terminal.

Belongs here: tables and screens of connections. Does not belong here: asking for them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from rich import box
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from chord_platform.cli.presentation import words

if TYPE_CHECKING:
    from chord_platform.connections.connection import Connection
    from chord_platform.connections.overview import Overview, Why
    from chord_platform.connections.runs import Run
    from chord_platform.connections.setup_tests import SetupReport
    from dlt_pipelines.connector import Connector
    from dlt_pipelines.results import SyncResult

SEALED = "set, sealed"


def indented(renderable: RenderableType) -> Padding:
    return Padding(renderable, (0, 0, 0, 2), expand=False)


def new_table(*headings: str, right: Iterable[str] = ()) -> Table:
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, header_style="bold")
    for heading in headings:
        justify = "right" if heading in set(right) else "left"
        table.add_column(heading, justify=justify, no_wrap=heading != "Note", overflow="fold")
    return table


def grid(rows: Mapping[str, RenderableType | None]) -> Table:
    made = Table.grid(padding=(0, 2))
    made.add_column(style="dim", no_wrap=True)
    made.add_column(overflow="fold")
    for name, value in rows.items():
        if value is not None:
            made.add_row(name, value)
    return made


def listing(seen: Sequence[Overview], *, now: datetime) -> RenderableType:
    if not seen:
        return Text(
            "No connection yet. Add one: chord connections add NAME --connector CONNECTOR\n"
            "Which connectors there are: chord connectors list"
        )
    table = new_table("Name", "Connector", "Setup", "Sync", "Last synced", "Next", "Note")
    for each in seen:
        connection = each.connection
        table.add_row(
            Text(connection.name, style="bold"),
            connection.connector,
            words.status(connection.setup.value),
            words.status(each.sync.value),
            words.ago(connection.last_synced_at, now=now),
            words.ahead(each.next_due, now=now),
            note(each),
        )
    return table


def note(seen: Overview) -> str:
    """The one thing to know: what is wrong goes before who paused it."""
    trouble, pause = seen.connection.trouble, seen.pause
    if trouble:
        whose = "" if trouble.fault.value == "settings" else f"{trouble.fault.value}: "
        return f"{whose}{trouble.reason}"
    if pause:
        return f"{pause.by}: {pause.because}"
    return ""


def details(seen: Overview, connector: Connector, *, now: datetime) -> RenderableType:
    connection, trouble, pause = seen.connection, seen.connection.trouble, seen.pause
    inherited = " (default)" if seen.inherits_schedule else ""
    known = {
        "connector": f"{connector.title} ({connector.name})",
        "account": connection.account or None,
        "setup": words.status(connection.setup.value),
        "sync": words.status(seen.sync.value),
        "schedule": f"{seen.schedule}{inherited}, UTC",
        "next": words.ahead(seen.next_due, now=now),
        "last synced": both(connection.last_synced_at, now=now),
        "last checked": both(connection.last_checked_at, now=now),
        "added": words.moment(connection.added_at),
        "created": words.moment(connection.created_at) if connection.created_at else None,
        "paused": f"by {pause.by}, {words.moment(pause.at)}: {pause.because}" if pause else None,
        "fault": f"{trouble.fault.value}, since {words.moment(trouble.since)}" if trouble else None,
        "reason": Text(trouble.reason, style="red") if trouble else None,
        "next step": trouble.next_step if trouble else None,
        "warning": warning(connection),
    }
    return Group(
        Text(connection.name, style="bold"),
        indented(grid(known)),
        Text("\nSettings", style="bold"),
        indented(grid(settings_of(connection, connector))),
    )


def warning(connection: Connection) -> Text | None:
    threat = connection.pauses_after()
    if threat is None:
        return None
    return Text(f"It pauses itself if it still fails after {words.moment(threat)}.", "yellow")


def settings_of(connection: Connection, connector: Connector) -> dict[str, RenderableType]:
    from chord_platform.connections.values import PLATFORM_FIELDS

    shown: dict[str, RenderableType] = {}
    for field in (*connector.fields, *PLATFORM_FIELDS):
        if field.secret:
            is_set = field.name in connection.secrets
            shown[field.name] = SEALED if is_set else missing(is_required=field.required)
        elif value := connection.settings.get(field.name):
            shown[field.name] = value
        elif field.default is not None:
            shown[field.name] = Text.assemble(field.default, (" (default)", "dim"))
        else:
            shown[field.name] = missing(is_required=field.required)
    return shown


def missing(*, is_required: bool) -> Text:
    return Text("not given", style="red") if is_required else Text(words.NONE, style="dim")


def both(at: datetime | None, *, now: datetime) -> str:
    return f"{words.moment(at)} ({words.ago(at, now=now)})" if at else words.NONE


def setup_tests(report: SetupReport) -> RenderableType:
    table = Table.grid(padding=(0, 2))
    for is_message in (False, False, True):
        table.add_column(no_wrap=not is_message)
    for test in report.tests:
        style = "dim" if test.outcome.value == "skipped" else ""
        message = "" if test.outcome.value == "failed" else test.message
        table.add_row(words.sign(test.outcome.value), Text(test.name, style=style), message)
    return indented(table)


def sync_result(result: SyncResult) -> RenderableType:
    numbers = ("Received", "New", "Changed", "Deleted", "Unchanged", "Rows now")
    table = new_table("Table", *numbers, right=numbers)
    for name, rows in sorted(result.tables.items()):
        counts = (rows.received, rows.inserted, rows.updated, rows.deleted, rows.unchanged)
        table.add_row(name, *(words.number(count) for count in (*counts, rows.total)))
    parts: list[RenderableType] = [table]
    for table_name, (ours, theirs) in sorted(result.reconciliation.items()):
        if ours != theirs:
            line = f"! {table_name}: {ours:,} rows here, the vendor counts {theirs:,}"
            parts.append(Text(line, style="yellow"))
    for change in result.schema_changes:
        parts.append(Text(f"~ {change}", style="cyan"))
    for table_name, messages in sorted(result.warnings.items()):
        parts += [Text(f"! {table_name}: {message}", style="yellow") for message in messages]
    parts += [Text(f"  {message}", style="dim") for message in result.notes]
    parts.append(Text(sync_line(result), style="dim"))
    return Group(*parts)


def sync_line(result: SyncResult) -> str:
    waited = f", {words.seconds(result.waited_seconds)} of it waiting for the vendor"
    return (
        f"{words.seconds(result.seconds)}{waited if result.waited_seconds >= 0.1 else ''};"
        f" {words.number(result.api_requests)} API requests; {words.size(result.bytes)};"
        f" the warehouse was held for {words.seconds(result.lock_seconds)}"
    )


def runs_table(runs: Sequence[Run], *, now: datetime) -> RenderableType:
    if not runs:
        return Text("No sync has run yet.", style="dim")
    table = new_table(
        "Started", "Status", "By", "What", "Rows", "Took", "Note", right=("Rows", "Took")
    )
    for run in runs:
        table.add_row(
            words.ago(run.started_at, now=now),
            words.status(run.status),
            run.started_by,
            str(run.options),
            words.number(run.rows_received),
            words.seconds(run.seconds),
            run.error or warnings_line(run.summary),
        )
    return table


def warnings_line(summary: Mapping[str, Any]) -> str:
    count = sum(len(messages) for messages in summary.get("warnings", {}).values())
    changes = len(summary.get("schema_changes", ()))
    said = [f"{count} warnings"] if count else []
    said += [f"{changes} schema changes"] if changes else []
    return ", ".join(said)


def why_screen(why: Why, *, now: datetime) -> RenderableType:
    seen = why.overview
    connection = seen.connection
    head = Text.assemble(
        (connection.name, "bold"),
        "  ",
        words.status(connection.setup.value),
        "  ",
        words.status(seen.sync.value),
    )
    facts = grid(
        {
            "why": Text(why.verdict, style="bold"),
            "next step": why.next_step,
            "warning": warning(connection),
            "next sync": f"{words.ahead(seen.next_due, now=now)} ({seen.schedule}, UTC)",
            "last synced": both(connection.last_synced_at, now=now),
        }
    )
    parts: list[RenderableType] = [head, indented(facts)]
    for request in why.requests:
        asked = f"{request.requested_by} asked {words.ago(request.requested_at, now=now)}"
        state = "at work" if request.run_id else f"waiting, {request.attempts} attempts so far"
        parts.append(Text(f"  request      {request.options}: {asked}, {state}", style="cyan"))
    parts += [Text("\nLast syncs", style="bold"), indented(runs_table(why.runs, now=now))]
    changes = Table.grid(padding=(0, 2))
    for entry in why.audit:
        changes.add_row(words.ago(entry.at, now=now), entry.what, Text(f"by {entry.who}", "dim"))
    parts += [Text("Last changes", style="bold"), indented(changes)]
    return Group(*parts)
