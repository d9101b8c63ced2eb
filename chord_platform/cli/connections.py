"""`chord connections`: the stores and accounts that data comes from.

Belongs here: these commands, and what each prints. Does not belong here: rules
(`chord_platform.connections`), how tables look (`presentation/connection_views.py`).
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from chord_platform.cli import Session, orchestrator, pass_session
from chord_platform.cli.connection_commands.webhooks import webhooks
from chord_platform.cli.presentation.connection_options import (
    Moment,
    refuse_secrets_in_the_open,
    schedule_option,
    secret_option,
    set_option,
    values_of,
)
from chord_platform.cli.presentation.setup_report import report
from chord_platform.cli.presentation.terminal import as_json, console, print_json
from chord_platform.errors import ConnectionRefused


@click.group()
def command() -> None:
    """Stores and accounts that data comes from."""


command.add_command(webhooks)


@command.command()
@click.argument("name")
@click.option("--connector", required=True, help="Its vendor; see `chord connectors list`.")
@set_option
@secret_option
@schedule_option
@click.option("--start", is_flag=True, help="Start its schedule as soon as its tests pass.")
@pass_session
def add(
    session: Session,
    name: str,
    connector: str,
    settings: tuple[str, ...],
    secrets: tuple[str, ...],
    schedule: str | None,
    start: bool,
) -> None:
    """Add a connection and run its setup tests."""
    connections = session.platform.connections
    fields = connections.connector(connector).fields
    refuse_secrets_in_the_open(settings, {field.name for field in fields if field.secret})
    checked = connections.add(
        name,
        connector=connector,
        values=values_of(settings, secrets),
        schedule=schedule,
        start=start,
        by=session.who,
    )
    orchestrator.added(session.settings, checked.connection)
    orchestrator.started(session.settings, checked.connection)
    report(checked)


@command.command("set")
@click.argument("name")
@set_option
@secret_option
@schedule_option
@pass_session
def set_values(
    session: Session,
    name: str,
    settings: tuple[str, ...],
    secrets: tuple[str, ...],
    schedule: str | None,
) -> None:
    """Change settings and run the setup tests again. KEY= takes a value away."""
    if not settings and not secrets and schedule is None:
        raise click.UsageError("Give --set, --secret or --schedule.")
    connections = session.platform.connections
    fields = connections.connector_of(connections.get(name)).fields
    refuse_secrets_in_the_open(settings, {field.name for field in fields if field.secret})
    values = values_of(settings, secrets)
    checked = connections.set(name, values=values, schedule=schedule, by=session.who)
    if not values:
        seen = connections.why(checked.connection.name).overview
        inherited = " (default)" if seen.inherits_schedule else ""
        click.echo(f"{checked.connection.name} now follows {seen.schedule}{inherited}, UTC.")
        return
    report(checked)


@command.command("apply")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@pass_session
def apply_file(session: Session, file: Path) -> None:
    """Make the connections of a YAML file so; what it does not name stays."""
    from chord_platform.connections import apply_file as applying
    from chord_platform.settings import read_environment

    connections = session.platform.connections
    changes = applying.plan(connections, file, environment=read_environment())
    signs = {"add": "+", "change": "~", "start": "~", "same": "="}
    for change in changes:
        said = ", ".join(change.differences) or "as it should be"
        click.echo(f"{signs[change.kind]} {change.wanted.name}: {said}")
    failed = []
    for change in changes:
        checked = applying.apply(connections, change, by=session.who).checked
        if checked is None:
            continue
        orchestrator.added(session.settings, checked.connection)
        if change.starts:
            orchestrator.started(session.settings, checked.connection)
        try:
            report(checked)
        except ConnectionRefused as error:
            failed.append(str(error))
    if failed:
        raise ConnectionRefused(" ".join(failed))


@command.command("list")
@as_json
@pass_session
def list_connections(session: Session, as_json: bool) -> None:
    """All connections and how they are."""
    platform = session.platform
    seen = platform.connections.overviews(dagster=orchestrator.facts(platform))
    if as_json:
        print_json(seen)
        return
    from chord_platform.cli.presentation.connection_views import listing

    console().print(listing(seen, now=datetime.now(UTC)))


@command.command()
@click.argument("name")
@as_json
@pass_session
def show(session: Session, name: str, as_json: bool) -> None:
    """One connection: statuses, schedule, settings."""
    platform = session.platform
    seen = platform.connections.why(name, dagster=orchestrator.facts(platform)).overview
    if as_json:
        print_json(seen)
        return
    from chord_platform.cli.presentation.connection_views import details

    connector = platform.connections.connector_of(seen.connection)
    console().print(details(seen, connector, now=datetime.now(UTC)))


@command.command()
@click.argument("name")
@pass_session
def check(session: Session, name: str) -> None:
    """Run the setup tests now."""
    report(session.platform.connections.check(name, by=session.who))


@command.command()
@click.argument("name")
@click.option("--table", "tables", metavar="T", multiple=True, help="Only this; may be repeated.")
@click.option("--full-refresh", is_flag=True, help="Read anew from the beginning.")
@click.option("--from", "since", metavar="D", type=Moment(), help="Backfill: changes since then.")
@click.option("--to", "until", metavar="D", type=Moment(), help="Backfill: changes until then.")
@pass_session
def sync(
    session: Session,
    name: str,
    tables: tuple[str, ...],
    full_refresh: bool,
    since: datetime | None,
    until: datetime | None,
) -> None:
    """Sync once, here and now; also a paused connection, which stays paused."""
    from chord_platform.cli.presentation.connection_views import sync_result
    from chord_platform.cli.presentation.terminal import Progress
    from chord_platform.connections.requests import SyncOptions

    platform, screen = session.platform, console()
    connection = platform.connections.get(name)
    options = SyncOptions(
        tables=frozenset(tables) or None, full_refresh=full_refresh, since=since, until=until
    )
    result = platform.connections.sync(
        name, request=options, manual=True, by=session.who, on_progress=Progress(screen)
    )
    screen.print(sync_result(result))
    orchestrator.synced(platform, connection, result)


@command.command()
@click.argument("name")
@pass_session
def pause(session: Session, name: str) -> None:
    """Stop its schedule; a running sync comes to its end."""
    connection = session.platform.connections.pause(name, by=session.who)
    orchestrator.paused(session.platform, connection)
    held = connection.pause
    if held:
        click.echo(f"{connection.name} is paused by {held.by}, because {held.because}.")


@command.command()
@click.argument("name")
@pass_session
def resume(session: Session, name: str) -> None:
    """Run the setup tests, then start its schedule."""
    checked = session.platform.connections.resume(name, by=session.who)
    orchestrator.started(session.settings, checked.connection)
    report(checked)


@command.command()
@click.argument("name")
@click.option("--keep-data", "keep", flag_value="keep", help="Its rows stay in the warehouse.")
@click.option("--drop-data", "keep", flag_value="drop", help="Its rows and their history go.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@pass_session
def disconnect(session: Session, name: str, keep: str | None, yes: bool) -> None:
    """Remove a connection and its credentials."""
    if keep is None:
        raise click.UsageError("Say what becomes of its rows: --keep-data or --drop-data.")
    connections = session.platform.connections
    connection = connections.get(name)
    if not yes:
        fate = "and keep its rows" if keep == "keep" else "and DELETE its rows and their history"
        if not click.confirm(f"Disconnect {connection.name} {fate}?", err=True):
            raise ConnectionRefused("Nothing was changed.")
    dropped = connections.disconnect(name, keep_data=keep == "keep", by=session.who)
    orchestrator.removed(session.settings, connection)
    click.echo(f"{connection.name} is disconnected; its credentials are gone.")
    if keep == "keep":
        click.echo(f"Its rows stay in raw_{connection.connector}, under that name.")
        return
    for table, rows in dropped.items():
        click.echo(f"  {rows:>12,} rows out of raw_{connection.connector}.{table}")
    click.echo("Models show it after their next build: chord models build.")


@command.command()
@click.argument("name")
@as_json
@pass_session
def why(session: Session, name: str, as_json: bool) -> None:
    """Why it did or did not sync, in one screen."""
    platform = session.platform
    answer = platform.connections.why(name, dagster=orchestrator.facts(platform))
    if as_json:
        print_json(answer)
        return
    from chord_platform.cli.presentation.connection_views import why_screen

    console().print(why_screen(answer, now=datetime.now(UTC)))


@command.command()
@click.argument("name")
@pass_session
def repair(session: Session, name: str) -> None:
    """Clear a stuck load package; the next sync starts from the warehouse's own cursors."""
    found = session.platform.connections.repair(name)
    click.echo("Cleared; nothing is lost. Sync again." if found else "There was nothing to clear.")


@command.command()
@pass_session
def reseal(session: Session) -> None:
    """Seal every credential with the newest key, after it was put before the old one."""
    platform = session.platform
    count = platform.connections.reseal(by=session.who)
    count += platform.destinations.reseal(by=session.who)
    click.echo(f"{count} credentials are sealed with the first key; the others may go.")
