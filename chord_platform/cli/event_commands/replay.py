"""`chord events replay`: the quarantine judged again.

Belongs here: what is printed. Does not belong here: judging (`events/loading/replay.py`).
"""

from __future__ import annotations

import click

from chord_platform.cli import Session, pass_session
from chord_platform.cli.presentation.terminal import as_json, print_json


@click.command()
@click.option("--source", metavar="S", help="Only this source's.")
@click.option("--event", metavar="NAME", help="Only this event's.")
@click.option(
    "--wait", type=click.FloatRange(min=0), default=600.0, show_default=True, metavar="SECONDS"
)
@as_json
@pass_session
def command(
    session: Session, source: str | None, event: str | None, wait: float, as_json: bool
) -> None:
    """Judge blocked messages again, once a plan or a source's rules were corrected.

    The models do not follow by themselves; after the job `replay_events` of Dagster they do.
    """
    from chord_platform.events.loading.replay import replay

    platform = session.platform
    name = platform.sources.get(source).name if source else None
    result = replay(
        platform.loader, source=name, event=event, holder="chord events replay", wait_seconds=wait
    )
    if as_json:
        rows = {f"{s}.{table}": count for (s, table), count in sorted(result.rows.items())}
        told = {"judged": result.judged, "let_in": result.let_in, "rows": rows}
        unreadable = dict(result.unreadable_plans)
        print_json({**told, "still_blocked": result.still_blocked, "unreadable_plans": unreadable})
        return
    if not result.judged:
        click.echo("Nothing of that kind is in quarantine that can be judged.")
    else:
        click.echo(
            f"{result.judged:,} judged again: {result.let_in:,} let in,"
            f" {result.still_blocked:,} still blocked."
        )
        if result.let_in:
            click.echo(
                "They are in the event tables. The models, and what readers see, follow with"
                " `chord models build`."
            )
    for name, because in result.unreadable_plans.items():
        click.echo(f"{name}: {because} What is of it stays as it is.", err=True)
