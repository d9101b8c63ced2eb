"""`chord destinations`: where events go besides the warehouse.

Belongs here: these commands, and what each prints. Does not belong here: rules
(`chord_platform.events`), how tables look (`presentation/destination_views.py`).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from chord_platform.cli import Session, pass_session
from chord_platform.cli.presentation.connection_options import (
    refuse_secrets_in_the_open,
    secret_option,
    set_option,
    values_of,
)
from chord_platform.cli.presentation.destination_options import choice_options, names_of
from chord_platform.cli.presentation.terminal import Progress, as_json, console, print_json
from chord_platform.errors import DestinationRefused

if TYPE_CHECKING:
    from chord_platform.bootstrap import Platform
    from chord_platform.events.destination import Choice, Destination

sources_option = click.option(
    "--sources", metavar="A,B", help="Whose events it gets; all of one environment."
)


@click.group()
def command() -> None:
    """Where events go besides the warehouse."""


@command.command()
@as_json
def types(as_json: bool) -> None:
    """Kinds of destinations and their settings."""
    from chord_platform.cli.presentation.destination_views import types_listing
    from chord_platform.events.destination_type import destination_types

    known = list(destination_types().values())
    if as_json:
        fields = [
            {"type": kind.name, "title": kind.title, "field": f.name, "secret": f.secret}
            for kind in known
            for f in kind.fields
        ]
        print_json(fields)
        return
    console().print(types_listing(known))


@command.command()
@click.argument("name")
@click.option("--type", "kind", required=True, help="See `chord destinations types`.")
@sources_option
@set_option
@secret_option
@choice_options
@click.option(
    "--from-the-beginning", is_flag=True, help="Also what the inbox still holds, not only new ones."
)
@pass_session
def add(
    session: Session,
    name: str,
    kind: str,
    sources: str | None,
    settings: tuple[str, ...],
    secrets: tuple[str, ...],
    from_the_beginning: bool,
    **chosen: Any,
) -> None:
    """Add a destination; it gets what its sources take in from now on."""
    from chord_platform.events.destination import Choice
    from chord_platform.events.destination_type import destination_type

    fields = destination_type(kind).fields
    refuse_secrets_in_the_open(settings, {field.name for field in fields if field.secret})
    made = session.platform.destinations.add(
        name,
        type=kind,
        sources=names_of(sources),
        values=values_of(settings, secrets),
        choice=replace(Choice(), **chosen),
        from_the_beginning=from_the_beginning,
        by=session.who,
    )
    click.echo(f"{made.name} gets the events of {', '.join(made.sources)}.")
    click.echo(f"See whether it takes them: chord destinations check {made.name}")


@command.command("set")
@click.argument("name")
@sources_option
@set_option
@secret_option
@choice_options
@pass_session
def set_values(
    session: Session,
    name: str,
    sources: str | None,
    settings: tuple[str, ...],
    secrets: tuple[str, ...],
    **chosen: Any,
) -> None:
    """Change settings; what it gets from now on follows the new ones. KEY= takes a value away."""
    from chord_platform.events.destination_type import destination_type

    if not (settings or secrets or chosen or sources is not None):
        raise click.UsageError("Give what to change: --set, --secret, --sources or a filter.")
    destinations = session.platform.destinations
    fields = destination_type(destinations.get(name).type).fields
    refuse_secrets_in_the_open(settings, {field.name for field in fields if field.secret})

    def altered(choice: Choice) -> Choice:
        return replace(choice, **chosen)

    after = destinations.set(
        name,
        values=values_of(settings, secrets),
        sources=names_of(sources) if sources is not None else None,
        alter=altered,
        by=session.who,
    )
    click.echo(f"{after.name} is changed.")


@command.command("list")
@as_json
@pass_session
def list_destinations(session: Session, as_json: bool) -> None:
    """All destinations, how they are and how far behind."""
    platform = session.platform
    found = platform.destinations.list()
    failed = platform.destinations.progress.failed_counts()
    if as_json:
        print_json([described(platform, each, failed) for each in found])
        return
    from chord_platform.cli.presentation.destination_views import listing

    behind = {each.name: platform.destinations.behind(each) for each in found}
    console().print(listing(found, behind=behind, failed=failed, now=datetime.now(UTC)))


@command.command()
@click.argument("name")
@as_json
@pass_session
def show(session: Session, name: str, as_json: bool) -> None:
    """One destination: status, settings, and what became of its events."""
    platform = session.platform
    found = platform.destinations.get(name)
    failed = platform.destinations.progress.failed_counts()
    if as_json:
        print_json(described(platform, found, failed))
        return
    from chord_platform.cli.presentation.destination_views import details
    from chord_platform.events.destination_type import destination_type

    behind = platform.destinations.behind(found)
    kind, now = destination_type(found.type), datetime.now(UTC)
    console().print(details(found, kind, behind=behind, failed=failed.get(name, 0), now=now))


def described(platform: Platform, found: Destination, failed: dict[str, int]) -> dict[str, Any]:
    from chord_platform.cli.presentation.terminal import plain

    return {
        **plain(found),
        "status": found.status,
        "behind": platform.destinations.behind(found),
        "failed_events": failed.get(found.name, 0),
    }


@command.command()
@click.argument("name")
@pass_session
def check(session: Session, name: str) -> None:
    """Send it something harmless that says what it is, and tell what was answered."""
    click.echo(session.platform.forwarding.check(name))


@command.command()
@click.argument("name")
@pass_session
def pause(session: Session, name: str) -> None:
    """Send it nothing; the inbox keeps what comes."""
    session.platform.destinations.pause(name, by=session.who)
    click.echo(f"{name} is paused; it goes on where it stood when it is resumed.")


@command.command()
@click.argument("name")
@pass_session
def resume(session: Session, name: str) -> None:
    """Go on where it stood."""
    session.platform.destinations.resume(name, by=session.who)
    click.echo(f"{name} gets its events again.")


@command.command()
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask.")
@pass_session
def remove(session: Session, name: str, yes: bool) -> None:
    """Remove it with its secrets and its failed events."""
    destinations = session.platform.destinations
    found = destinations.get(name)
    count = destinations.progress.failed_counts().get(name, 0)
    if not yes and not click.confirm(f"Remove {name} and its {count} failed events?", err=True):
        raise DestinationRefused("Nothing was changed.")
    destinations.remove(found.name, by=session.who)
    click.echo(f"{name} is removed.")


@command.command()
@click.argument("name")
@click.option("--limit", default=50, show_default=True, help="How many, oldest first.")
@as_json
@pass_session
def failed(session: Session, name: str, limit: int, as_json: bool) -> None:
    """Events that it refused for good, and why."""
    found = session.platform.destinations.progress.failed(name, limit=limit)
    if as_json:
        from chord_platform.cli.presentation.terminal import plain

        print_json([{**plain(each), "message": each.message} for each in found])
        return
    from chord_platform.cli.presentation.destination_views import failed_listing

    console().print(failed_listing(found, now=datetime.now(UTC)))


@command.command()
@click.argument("name")
@click.argument("ids", nargs=-1)
@pass_session
def replay(session: Session, name: str, ids: tuple[str, ...]) -> None:
    """Send its failed events again: all, or those of these ids."""
    session.platform.forwarding.replay(name, ids=ids, on_progress=click.echo)


@command.command()
@click.argument("name", required=False)
@pass_session
def forward(session: Session, name: str | None) -> None:
    """Forward here and now, also what Dagster would do in a moment."""
    forwarding, screen = session.platform.forwarding, console()
    if name:
        runs = [forwarding.forward(name, on_progress=Progress(screen))]
    else:
        runs = forwarding.forward_all(on_progress=Progress(screen))
    if not runs:
        click.echo("Nothing waits to be forwarded.")
    if problems := [f"{run.name}: {run.problem}" for run in runs if run.problem]:
        raise DestinationRefused("; ".join(problems))
