"""`chord events violations`: what messages had otherwise than their plan says.

Belongs here: what is printed. Does not belong here: counting (`events/loading/`).
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import click

from chord_platform.cli import Session, pass_session
from chord_platform.cli.presentation.terminal import as_json, console, print_json

PERIODS = {
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(days=7),
}


@click.command()
@click.option("--source", metavar="S", help="Only this source's.")
@click.option("--event", metavar="NAME", help="Only this event's.")
@click.option("--over", type=click.Choice(list(PERIODS)), default="week", show_default=True)
@as_json
@pass_session
def command(
    session: Session, source: str | None, event: str | None, over: str, as_json: bool
) -> None:
    """Violations of tracking plans, most frequent first, with message ids to look for."""
    from chord_platform.events.loading.inspecting import violations_since

    platform = session.platform
    name = platform.sources.get(source).name if source else None
    since = datetime.now(UTC) - PERIODS[over]
    found = violations_since(platform.warehouse, since=since, source=name, event=event)
    if as_json:
        print_json(found)
        return
    from rich.markup import escape
    from rich.table import Column, Table

    table = Table(
        Column("source", overflow="fold"),
        "event",
        Column("field", overflow="fold"),
        "type",
        "count",
        "last seen, UTC",
        "description",
        "such as",
    )
    for each in found:
        table.add_row(
            each.source,
            escape(each.event),
            escape(each.field),
            each.type,
            f"{each.count:,}",
            f"{each.last_seen_at:%Y-%m-%d %H:%M}",
            escape(each.description),
            escape(", ".join(each.sample_message_ids[:2])),
        )
    console().print(table if found else f"No violation was seen in the last {over}.")
