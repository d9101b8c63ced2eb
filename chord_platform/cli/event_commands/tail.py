"""`chord events tail`: what arrives, as it arrives.

Belongs here: this command. Does not belong here: reading (`events/tailing.py`), how an event looks
(`presentation/event_views.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from chord_platform.cli import Session, pass_session
from chord_platform.cli.presentation.terminal import as_json, console

if TYPE_CHECKING:
    from chord_platform.events.tailing import Envelope

TYPES = ("track", "page", "screen", "identify", "group", "alias")


@click.command()
@click.option("--source", metavar="S", help="Only this source's.")
@click.option("--type", "kind", type=click.Choice(TYPES), help="Only calls of this type.")
@click.option("--event", metavar="TEXT", help="Only events whose name has this in it.")
@click.option("--user", metavar="ID", help="Only this person's: user id, anonymous id or e-mail.")
@click.option("--last", default=10, show_default=True, help="How many of the past come first.")
@click.option("--follow/--no-follow", default=True, help="Wait for more, which is usual, or end.")
@click.option("--limit", type=click.IntRange(min=1), help="End after so many.")
@as_json
@pass_session
def command(
    session: Session,
    source: str | None,
    kind: str | None,
    event: str | None,
    user: str | None,
    last: int,
    follow: bool,
    limit: int | None,
    as_json: bool,
) -> None:
    """What arrives, as it arrives. --json: one whole envelope a line."""
    from chord_platform.events.tailing import Wanted

    platform = session.platform
    name = platform.sources.get(source).name if source else None
    wanted = Wanted(source=name, type=kind, event=event, user=user)
    show = printer(as_json=as_json, with_source=name is None)
    shown = 0
    for envelope in envelopes(platform.inbox, wanted, last=last, follow=follow):
        show(envelope)
        shown += 1
        if limit and shown >= limit:
            return
    if not shown and not as_json:
        click.echo("No such event in the newest files of the inbox.", err=True)


def envelopes(inbox: Any, wanted: Any, *, last: int, follow: bool) -> Iterator[Envelope]:
    from chord_platform.events.tailing import arriving, recent

    seen = recent(inbox, wanted, limit=last)
    yield from seen.envelopes
    if follow:
        for batch in arriving(inbox, wanted, after=seen.next):
            yield from batch


def printer(*, as_json: bool, with_source: bool) -> Any:
    if as_json:
        import orjson

        return lambda envelope: click.echo(orjson.dumps(envelope))
    from chord_platform.cli.presentation.event_views import line

    screen = console()
    return lambda envelope: screen.print(
        line(envelope, with_source=with_source), no_wrap=True, overflow="ellipsis"
    )
