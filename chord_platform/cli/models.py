"""`chord models`: the SQL models listed, built and tested, without Dagster.

Belongs here: what is printed. Does not belong here: building (`chord_platform.warehouse`).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from chord_platform.cli import Session, pass_session
from chord_platform.cli.presentation.terminal import as_json, console, print_json

if TYPE_CHECKING:
    from chord_platform.warehouse.checks import CheckOutcome
    from chord_platform.warehouse.results import BuildResult, Progress
    from chord_platform.warehouse.testing import CaseOutcome

FAILED = 1
selection: Callable[..., Any] = click.option(
    "--select",
    "-s",
    multiple=True,
    metavar="MODEL",
    help="A model's name, `schema.*`, `+name` with all it reads, `name+` with all that read it.",
)


@click.group()
def command() -> None:
    """The SQL models: list, build, test."""


@command.command("list")
@selection
@as_json
@pass_session
def list_models(session: Session, select: tuple[str, ...], as_json: bool) -> None:
    """Each model after those that it reads."""
    from rich.table import Table

    from chord_platform.warehouse.models import select_models
    from chord_platform.warehouse.read_models import read_models

    models, checks = read_models(session.settings.sql_dir)
    chosen = select_models(models, select or None)
    rows = [
        {
            "name": model.name,
            "materialized": model.materialized,
            "key": list(model.key),
            "description": model.description,
            "reads": sorted(model.reads),
            "columns": [
                {"name": column.name, "type": column.type, "description": column.description}
                for column in model.columns
            ],
            "checks": [check.name for check in checks if check.model == model.name],
            "path": str(model.path),
        }
        for model in chosen
    ]
    if as_json:
        print_json(rows)
        return
    table = Table("model", "as", "key", "checks", "one row per")
    for row in rows:
        table.add_row(
            row["name"],
            row["materialized"],
            ", ".join(row["key"]),
            str(len(row["checks"])),
            row["description"],
        )
    console().print(table)


@command.command("build")
@selection
@click.option("--full-refresh", is_flag=True, help="Build incremental models anew, too.")
@click.option(
    "--wait", type=click.FloatRange(min=0), default=600.0, show_default=True, metavar="SECONDS"
)
@as_json
@pass_session
def build_models(
    session: Session, select: tuple[str, ...], full_refresh: bool, wait: float, as_json: bool
) -> None:
    """Build the models, run their checks and publish, all of it or nothing."""
    from chord_platform.warehouse import Warehouse

    settings = session.settings
    warehouse = Warehouse(settings.warehouse_path, settings.published_path, settings.sql_dir)
    with ProgressLine(shown=not as_json) as line:
        result = warehouse.build(
            now=datetime.now(UTC),
            select=select or None,
            full_refresh=full_refresh,
            holder="chord models build",
            wait_seconds=wait,
            on_progress=line.tell,
        )
    if as_json:
        print_json(result)
    else:
        print_build(result)
    result.raise_for_failure()


class ProgressLine:
    """A bar on stderr while a person watches; nothing in a pipe or beside JSON."""

    def __init__(self, *, shown: bool) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
        from rich.progress import Progress as Bar

        stderr = Console(stderr=True)
        self.bar = Bar(
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TextColumn("{task.description}"),
            console=stderr,
            transient=True,
            disable=not (shown and stderr.is_terminal),
        )
        self.task = self.bar.add_task("reading the models", total=None)

    def __enter__(self) -> ProgressLine:
        self.bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.bar.stop()

    def tell(self, progress: Progress) -> None:
        self.bar.update(
            self.task,
            description=progress.what,
            completed=progress.done,
            total=progress.total or None,
        )


def print_build(result: BuildResult) -> None:
    from rich.table import Table

    out = console()
    if result.committed:
        table = Table("model", "as", "rows", "seconds", "")
        for model in result.models:
            news = "changed" if model.changed else ""
            table.add_row(
                model.name, model.materialized, f"{model.rows:,}", f"{model.seconds:.2f}", news
            )
        out.print(table)
        for name in result.removed:
            out.print(f"{name} was dropped: its file is gone.")
    broken = [check for check in result.checks if not check.passed]
    for check in broken:
        print_broken(check)
    passed = len(result.checks) - len(broken)
    published = f", read copy {result.published.outcome}" if result.published else ""
    out.print(
        f"{len(result.models)} models, {passed} of {len(result.checks)} checks passed,"
        f" {result.seconds:.1f} s, warehouse held for {result.lock_seconds:.1f} s{published}."
    )


def print_broken(check: CheckOutcome) -> None:
    from rich.markup import escape
    from rich.table import Table

    weight = "broken" if check.blocking else "warning"
    title = f"{weight}: {check.model}, {check.name}: {check.description} {check.count:,} rows"
    table = Table(*(check.sample[0] if check.sample else ()), title=escape(title))
    table.title_justify = "left"
    for row in check.sample:
        table.add_row(*(escape(str(value)) for value in row.values()))
    console().print(table)


@command.command("test")
@selection
@as_json
@click.pass_context
def test_models(context: click.Context, select: tuple[str, ...], as_json: bool) -> None:
    """Run the models' unit tests, in memory."""
    from chord_platform.warehouse.testing import run_model_tests

    session = context.ensure_object(Session)
    outcomes = list(run_model_tests(session.settings.sql_dir, select=select or None))
    if as_json:
        print_json([{**vars(outcome), "passed": outcome.passed} for outcome in outcomes])
    else:
        print_tests(outcomes)
    if not all(outcome.passed for outcome in outcomes):
        context.exit(FAILED)


def print_tests(outcomes: list[CaseOutcome]) -> None:
    from rich.markup import escape

    out = console()
    for outcome in outcomes:
        mark = "[green]passed[/]" if outcome.passed else "[red]failed[/]"
        out.print(f"{mark}  {outcome.model}: {escape(outcome.name)}")
        for line in outcome.difference.splitlines():
            out.print(f"          {escape(line)}")
    failed = sum(not outcome.passed for outcome in outcomes)
    out.print(f"{len(outcomes)} cases, {failed} failed.")
