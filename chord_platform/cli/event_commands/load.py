"""`chord events load`: what arrived, moved into the warehouse now.

Belongs here: what is printed. Does not belong here: loading (`events/loading/`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from chord_platform.cli import Session, pass_session
from chord_platform.cli.presentation.terminal import Progress, as_json, console, print_json

if TYPE_CHECKING:
    from chord_platform.events.loading.loader import LoadResult


@click.command()
@click.option(
    "--wait", type=click.FloatRange(min=0), default=600.0, show_default=True, metavar="SECONDS"
)
@as_json
@pass_session
def command(session: Session, wait: float, as_json: bool) -> None:
    """Load what arrived into the warehouse; the `event_inbox` sensor does it all the time."""
    from rich.console import Console

    tell = Progress(Console(stderr=True, highlight=False))
    result = session.platform.loader.load(
        holder="chord events load",
        wait_seconds=wait,
        on_progress=(lambda _: None) if as_json else tell,
    )
    if as_json:
        print_json(as_told(result))
    else:
        print_load(result)


def as_told(result: LoadResult) -> dict[str, Any]:
    return {
        "received": result.received,
        "loaded": result.loaded,
        "duplicates": result.duplicates,
        "blocked": result.blocked,
        "violations": result.violations,
        "unreadable_plans": dict(result.unreadable_plans),
        "sources": {
            name: {
                "received": each.received,
                "loaded": each.loaded,
                "blocked": each.blocked,
                "violations": each.violations,
                "lag_seconds": result.lag_seconds(name),
                "rows": each.rows,
            }
            for name, each in result.sources.items()
        },
    }


def print_load(result: LoadResult) -> None:
    from rich.table import Table

    out = console()
    if not result.received:
        out.print("Nothing has arrived since the last load.")
        return
    table = Table("source", "received", "loaded", "blocked", "violations", "lag", "tables")
    for name, each in sorted(result.sources.items()):
        lag = result.lag_seconds(name)
        table.add_row(
            name,
            f"{each.received:,}",
            f"{each.loaded:,}",
            f"{each.blocked:,}",
            f"{each.violations:,}",
            "" if lag is None else f"{lag:,.0f} s",
            str(len(each.rows)),
        )
    out.print(table)
    out.print(
        f"{result.received:,} received, {result.loaded:,} loaded, {result.duplicates:,} duplicates,"
        f" {result.blocked:,} blocked. Readers see them after the next `chord models build`."
    )
    for name, because in result.unreadable_plans.items():
        click.echo(
            f"{name}: {because} All of it is in quarantine; when the plan is in order:"
            f" `chord events replay --source {name}`.",
            err=True,
        )
