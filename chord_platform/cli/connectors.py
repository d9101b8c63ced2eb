"""`chord connectors`: which vendors there are, and what each needs.

Belongs here: these commands. Does not belong here: the catalog (`dlt_pipelines.catalog`).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from chord_platform.cli import Session, pass_session
from chord_platform.cli.presentation.terminal import as_json, console, print_json

if TYPE_CHECKING:
    from chord_platform.settings import Settings
    from dlt_pipelines.connector import Connector


@click.group()
def command() -> None:
    """Vendors that data can come from."""


@command.command("list")
@as_json
@pass_session
def list_connectors(session: Session, as_json: bool) -> None:
    """All connectors."""
    from chord_platform.cli.presentation.connection_views import new_table
    from dlt_pipelines.catalog import connectors

    known = sorted(connectors().values(), key=lambda each: (each.category, each.name))
    if as_json:
        print_json([described(each, session.settings) for each in known])
        return
    table = new_table("Name", "Title", "Category", "Tables", "Models", "Note", right=("Tables",))
    for each in known:
        row = (each.title, each.category, str(len(each.tables)))
        table.add_row(each.name, *row, models_of(each, session.settings), each.description)
    console().print(table)
    number = sum(len(each.tables) for each in known)
    click.echo(
        f"\n{len(known)} connectors, {number} tables. What one needs, step by step:"
        " chord connectors show NAME"
    )


@command.command()
@click.argument("name")
@as_json
@pass_session
def show(session: Session, name: str, as_json: bool) -> None:
    """Setup guide, settings and tables of one connector."""
    from dlt_pipelines.catalog import connector

    found = connector(name)
    if as_json:
        print_json(described(found, session.settings))
        return
    from chord_platform.cli.presentation.connector_views import guide

    console().print(guide(found))


@command.command()
@click.option(
    "--write",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="Where the pages go; docs/connectors of the project if not given.",
)
@click.option("--check", "only_check", is_flag=True, help="Write nothing; name outdated pages.")
@pass_session
def docs(session: Session, folder: Path | None, only_check: bool) -> None:
    """A page of documentation for each connector."""
    from chord_platform.cli.presentation.connector_pages import pages
    from chord_platform.errors import PagesOutdated
    from dlt_pipelines.catalog import connectors

    known = connectors()
    modelled = {name: models_of(each, session.settings) for name, each in known.items()}
    made = pages(known, modelled)
    folder = folder or session.settings.project_root / "docs" / "connectors"
    there = {file.name: file.read_text() for file in folder.glob("*.md")}
    outdated = sorted(name for name in {*made, *there} if made.get(name) != there.get(name))
    if only_check:
        if outdated:
            raise PagesOutdated(
                f"{', '.join(outdated)} in {folder.name} are not as the connectors say.",
                hint="Write them anew with `chord connectors docs`.",
            )
        click.echo(f"{len(made)} pages are up to date.")
        return
    folder.mkdir(parents=True, exist_ok=True)
    for name in outdated:
        if name in made:
            (folder / name).write_text(made[name])
        else:
            (folder / name).unlink()
    click.echo(f"{len(made)} pages, {len(outdated)} of them changed.")


def models_of(connector: Connector, settings: Settings) -> str:
    """What becomes of its raw tables: part of the models, typed views of their own, or neither."""
    if not is_modelled(connector, settings):
        return "coming"
    view = f"stg_{connector.name}__"
    folders = [each for each in settings.sql_dir.iterdir() if each.name != "staging"]
    built_on = any(view in file.read_text() for folder in folders for file in folder.rglob("*.sql"))
    return "modelled" if built_on else "staged"


def is_modelled(connector: Connector, settings: Settings) -> bool:
    """Whether staging models stand in `sql/` for it."""
    return (settings.sql_dir / "staging" / connector.name).is_dir()


def described(connector: Connector, settings: Settings) -> dict[str, Any]:
    return {
        "name": connector.name,
        "title": connector.title,
        "description": connector.description,
        "category": connector.category,
        "ingestion": list(connector.ingestion),
        "modelled": is_modelled(connector, settings),
        "models": models_of(connector, settings),
        "fields": [
            {
                "name": field.name,
                "label": field.label,
                "help": field.help,
                "secret": field.secret,
                "required": field.required,
                "default": field.default,
                "pattern": field.pattern,
            }
            for field in connector.fields
        ],
        "tables": [
            {
                "name": table.name,
                "description": table.description,
                "primary_key": list(table.primary_key),
                "cursor": table.cursor,
                "write": table.write,
                "deletes": table.deletes,
                "parent": table.parent[0] if table.parent else None,
            }
            for table in connector.tables
        ],
        "setup_guide": connector.setup_guide,
    }
