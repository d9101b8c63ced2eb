"""`chord demo`: emulated vendors become modelled and checked tables, through Dagster.

Belongs here: the demo's steps, their progress, the table at the end.
Does not belong here: the vendors (`vendor_emulator/`), any work that Dagster does.

Each later run lets a day pass at the vendors and syncs what changed.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from shlex import quote
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from chord_platform.cli import Session, pass_session
from chord_platform.cli.presentation.demo_world import DemoWorld
from chord_platform.errors import PlatformError

if TYPE_CHECKING:
    import dagster as dg
    from rich.console import Console

    from chord_platform.bootstrap import Platform

ORDERS, DAYS = 2000, 548
NAMES = {"shopify": "demo_shop", "chord_oms": "demo_oms"}
"""The others are named after their connector."""
SCHEDULE = "*/15 * * * *"
BY = "chord demo"
SHOWN_MARTS = 30
HIDDEN = ("staging", "intermediate")
ROWS = "rows"
QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
NUMBERS = (ROWS, "rows_inserted", "rows_updated", "rows_deleted")


class Checked(NamedTuple):
    """why: what the check says of itself, where it says anything."""

    asset: str
    name: str
    has_passed: bool
    is_warning: bool
    why: str


@dataclass
class Outcome:
    """What Dagster's runs reported, by asset."""

    tables: dict[str, dict[str, Any]] = field(default_factory=dict)
    checks: list[Checked] = field(default_factory=list)
    reconciled: list[tuple[str, int, int, bool]] = field(default_factory=list)

    @property
    def failed(self) -> list[Checked]:
        return [check for check in self.checks if not check.has_passed]

    @property
    def breaches(self) -> list[Checked]:
        """Failed checks that are errors and not warnings."""
        return [check for check in self.failed if not check.is_warning]

    def take(self, result: dg.ExecuteInProcessResult) -> None:
        for event in result.all_events:
            if event.is_step_materialization:
                made = event.step_materialization_data.materialization
                metadata = {name: value.value for name, value in made.metadata.items()}
                self.tables[".".join(made.asset_key.path)] = metadata
            elif event.event_type_value == "ASSET_CHECK_EVALUATION":
                check: Any = event.asset_check_evaluation_data
                name = ".".join(check.asset_key.path)
                metadata = {key: value.value for key, value in check.metadata.items()}
                why = str(metadata.get("warnings") or "").removeprefix("- ").replace("\n- ", "; ")
                is_warning = check.severity.value == "WARN"
                self.checks.append(Checked(name, check.check_name, check.passed, is_warning, why))
                if "rows_at_the_vendor" in metadata:
                    pair = metadata["rows_here"], metadata["rows_at_the_vendor"]
                    self.reconciled.append((name, *pair, check.passed))


@click.command()
@click.option("--orders", default=ORDERS, show_default=True, help="Size of the emulated business.")
@click.option("--days", default=DAYS, show_default=True, help="Days that it has existed.")
@click.option(
    "--only",
    multiple=True,
    metavar="CONNECTOR",
    help="Connect and sync this data source alone; may be repeated.",
)
@click.option("--all", "every", is_flag=True, help="Show every table at the end.")
@pass_session
def command(
    session: Session, orders: int, days: int, *, only: tuple[str, ...], every: bool
) -> None:
    """Watch a brand's fourteen data sources become checked tables.

    Emulated vendors start on loopback, are connected and synced through Dagster, the models
    are built and checked. Run it again: a day has passed at the vendors, and only that is synced.
    """
    from chord_platform.cli.presentation.terminal import console

    refuse_unknown(only)
    began = time.perf_counter()
    world = DemoWorld(session.settings.home / "demo", orders=orders, days=days)
    is_first = not world.exists
    say = Steps(console())
    say.headline("The demo business opens" if is_first else "A day passes at the demo business")
    with say.step("The emulated vendors and a PostgreSQL for the Chord OMS start on loopback"):
        world.__enter__()
    try:
        if not is_first:
            with say.step("Orders, edits, refunds and deletions of a new day"):
                world.next_day()
        vendors = world.addresses["vendors"]
        chosen = {name: vendors[name] for name in only or vendors}
        outcome = run_through_dagster(session, chosen, say)
    finally:
        world.close()
    show(say.console, outcome, every=every, seconds=time.perf_counter() - began)
    where_to_look(say.console, session)
    if outcome.breaches:
        raise PlatformError(
            f"{len(outcome.breaches)} checks failed.", hint="The table above names them."
        )


def refuse_unknown(only: tuple[str, ...]) -> None:
    from dlt_pipelines.catalog import connector
    from dlt_pipelines.errors import SettingsRefused

    try:
        for name in only:
            connector(name)
    except SettingsRefused as error:
        raise click.BadParameter(str(error), param_hint="--only") from error


def run_through_dagster(
    session: Session, vendors: dict[str, dict[str, str]], say: Steps
) -> Outcome:
    """`vendors`: by connector, what reaches its emulated vendor."""
    with say.step("The store is migrated, Dagster's home installed"):
        platform = session.platform
        import dagster as dg

        from chord_dagster.definitions import build_definitions
        from chord_dagster.home import install_dagster_home
        from chord_dagster.resources import PlatformResource

        install_dagster_home(platform.settings)
        definitions = build_definitions(platform=PlatformResource(home=str(platform.settings.home)))
    connections = names_of(vendors)
    with say.step(f"{len(connections)} connections pass their setup tests"):
        for name, connector in connections.items():
            connect(platform, name, connector, vendors[connector])
    outcome = Outcome()
    with dg.DagsterInstance.from_config(str(platform.settings.dagster_home)) as instance:
        for name, connector in connections.items():
            with say.step(f"Dagster job sync_{connector}, partition {name}"):
                run(definitions, instance, f"sync_{connector}", outcome, partition=name)
        with say.step("Dagster job build_models: models, checks, published copy"):
            run(definitions, instance, "build_models", outcome)
    return outcome


def names_of(connectors: Iterable[str]) -> dict[str, str]:
    """Each connector's connection in the demo, by the connection's name."""
    return {NAMES.get(connector, f"demo_{connector}"): connector for connector in connectors}


def connect(platform: Platform, name: str, connector: str, values: dict[str, str]) -> None:
    """Adds the connection, or gives it the address that the vendor has today."""
    from chord_dagster.instance import register_partition
    from chord_platform.connections.connection import Setup

    connections = platform.connections
    if any(connection.name == name for connection in connections.list()):
        checked = connections.set(name, values=values, by=BY)
    else:
        checked = connections.add(
            name, connector=connector, values=values, schedule=SCHEDULE, start=True, by=BY
        )
    if checked.connection.setup is not Setup.CONNECTED:
        raise PlatformError(
            f"{name} did not pass its setup tests.", hint=f"chord connections why {name}"
        )
    register_partition(platform.settings, connector, name)


def run(
    definitions: dg.Definitions,
    instance: dg.DagsterInstance,
    job: str,
    outcome: Outcome,
    *,
    partition: str | None = None,
) -> None:
    result = definitions.resolve_job_def(job).execute_in_process(
        instance=instance, partition_key=partition, raise_on_error=False, run_config=QUIET
    )
    outcome.take(result)
    if not result.success:
        said = [event.message for event in result.all_events if event.is_failure]
        reason = next((text for text in said if text), "no reason was given")
        raise PlatformError(
            f"the Dagster job {job} failed: {reason}", hint="make up shows its run."
        )


class Steps:
    """Each step with what it took, a spinner while it runs."""

    def __init__(self, console: Console) -> None:
        self.console = console

    def headline(self, text: str) -> None:
        self.console.print(f"\n[bold]{text}[/bold]")

    @contextmanager
    def step(self, text: str) -> Iterator[None]:
        began = time.perf_counter()
        with self.console.status(text):
            yield
        seconds = time.perf_counter() - began
        self.console.print(f"  [green]✓[/green] {text} [dim]{seconds:.1f} s[/dim]")


def show(console: Console, outcome: Outcome, *, every: bool, seconds: float) -> None:
    from rich.markup import escape
    from rich.table import Table

    theirs = {name: (ours, vendors, passed) for name, ours, vendors, passed in outcome.reconciled}
    table = Table(title="Rows", title_justify="left", header_style="bold")
    table.add_column("")
    for heading in ("tables", "rows", "new", "changed", "deleted", "compared with the vendor"):
        table.add_column(heading, justify="right")
    for schema, tables in by_schema(outcome).items():
        if schema.startswith("raw_"):
            sums = (sum(numbers.get(key) or 0 for _, numbers in tables) for key in NUMBERS)
            asked = [theirs[name] for name, _ in tables if name in theirs]
            agreed = sum(passed for *_, passed in asked)
            told = f"{agreed} of {len(asked)} tables agree" if asked else ""
            table.add_row(f"[bold]{schema}[/bold]", number(len(tables)), *map(number, sums), told)
        shown = tables if every else tables[: 0 if schema.startswith("raw_") else SHOWN_MARTS]
        for name, numbers in shown:
            sums = (number(numbers.get(key)) for key in NUMBERS)
            told = compared(*theirs[name]) if name in theirs else ""
            table.add_row(f"  {name}" if every else name, "", *sums, told)
        if every or not schema.startswith("raw_"):
            table.add_section()
    console.print()
    console.print(table)
    agreed = sum(passed for *_, passed in outcome.reconciled)
    passed = len(outcome.checks) - len(outcome.failed)
    console.print(
        "Reconciled with the vendors' own counts:"
        f" [bold]{agreed} of {len(outcome.reconciled)}[/bold] tables."
        f" Checks passed: [bold]{passed} of {len(outcome.checks)}[/bold]."
        f" Seconds in all: [bold]{seconds:.1f}[/bold]."
    )
    for check in outcome.failed:
        word = "[yellow]warning[/yellow]" if check.is_warning else "[red]failed[/red]"
        console.print(f"  {word} {check.asset}: {escape(check.why) or check.name}")


def by_schema(outcome: Outcome) -> dict[str, list[tuple[str, dict[str, Any]]]]:
    """What vendors sent and what the marts are; in each, what changed most comes first."""
    found: dict[str, list[tuple[str, dict[str, Any]]]] = {}
    for name, numbers in outcome.tables.items():
        schema = name.partition(".")[0]
        numbers[ROWS] = numbers.get("dagster/partition_row_count", numbers.get("dagster/row_count"))
        if schema not in HIDDEN and numbers[ROWS]:
            found.setdefault(schema, []).append((name, numbers))
    for tables in found.values():
        tables.sort(key=lambda item: (-changes(item[1]), -item[1][ROWS], item[0]))
    raw_first = sorted(found, key=lambda schema: (not schema.startswith("raw_"), schema))
    return {schema: found[schema] for schema in raw_first}


def changes(numbers: dict[str, Any]) -> int:
    return sum(numbers.get(key) or 0 for key in NUMBERS[1:])


def number(value: Any) -> str:
    return "" if value is None else f"{value:,}"


def compared(ours: int, vendors: int, agrees: bool) -> str:
    """Both of what was created some minutes before the sync: newer ones may be on their way. More
    rows here than there agree where the vendor forgets rows without telling."""
    sign = "=" if ours == vendors else "≥" if agrees else "≠"
    colour = "green" if agrees else "red"
    return f"{ours:,} [{colour}]{sign}[/{colour}] {vendors:,}"


def where_to_look(console: Console, session: Session) -> None:
    from chord_platform.settings import read_settings

    home = session.settings.home
    is_elsewhere = home != read_settings().home
    console.print(
        "\n[bold]Where to look next[/bold]\n"
        + (f"  export CHORD_HOME={quote(str(home))}\n" if is_elsewhere else "")
        + "  make up DEMO=1              Dagster's page, with these vendors running\n"
        "  .venv/bin/chord connections list\n"
        '  .venv/bin/chord query "select source, count(*) as orders, sum(total_amount) as total\n'
        '                     from marts.fct_orders where is_completed group by source"\n'
        "  make demo                   a day passes at the vendors, and only that is synced\n"
        f"Everything is kept in {home}."
    )
