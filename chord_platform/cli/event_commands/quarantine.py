"""`chord events quarantine`: what was blocked and why.

Belongs here: what is printed. Does not belong here: blocking (`events/loading/`, plans).
"""

from __future__ import annotations

import click

from chord_platform.cli import Session, pass_session
from chord_platform.cli.presentation.terminal import as_json, console, print_json


@click.command()
@click.option("--source", metavar="S", help="Only this source's.")
@click.option("--event", metavar="NAME", help="Only this event's.")
@click.option("--limit", type=click.IntRange(min=1), default=50, show_default=True)
@click.option("--replayed", is_flag=True, help="Those that were let in after all, too.")
@as_json
@pass_session
def command(
    session: Session,
    source: str | None,
    event: str | None,
    limit: int,
    replayed: bool,
    as_json: bool,
) -> None:
    """Blocked messages, newest first. --json: with the whole message each."""
    from chord_platform.events.loading.inspecting import quarantined

    platform = session.platform
    name = platform.sources.get(source).name if source else None
    found = quarantined(
        platform.warehouse, source=name, event=event, limit=limit, with_replayed=replayed
    )
    if as_json:
        print_json(found)
        return
    from rich.markup import escape
    from rich.table import Column, Table

    table = Table(
        Column("source", overflow="fold"),
        "event",
        "message",
        "received, UTC",
        Column("why", overflow="fold"),
        "let in, UTC",
    )
    for each in found:
        table.add_row(
            each.source,
            escape(each.event),
            escape(each.message_id),
            f"{each.received_at:%Y-%m-%d %H:%M:%S}",
            escape("; ".join(each.reasons)),
            f"{each.replayed_at:%Y-%m-%d %H:%M}" if each.replayed_at else "",
        )
    console().print(table if found else "Nothing is in quarantine.")
    if found:
        console().print("Correct the plan or the source's rules, then `chord events replay`.")
