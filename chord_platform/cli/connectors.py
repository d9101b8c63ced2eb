"""`chord connectors`: which vendors there are, and what each needs.

Belongs here: these commands. Does not belong here: the catalog (`dlt_pipelines.catalog`).
"""

from __future__ import annotations

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

    known = connectors().values()
    if as_json:
        print_json([described(each, session.settings) for each in known])
        return
    table = new_table("Name", "Title", "Category", "Tables", "Models", "Note", right=("Tables",))
    for each in known:
        modelled = "modelled" if is_modelled(each, session.settings) else "raw tables only"
        row = (each.title, each.category, str(len(each.tables)), modelled, each.description)
        table.add_row(each.name, *row)
    console().print(table)
    click.echo("What one needs, step by step: chord connectors show NAME")


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
