"""How a connector looks in the terminal: what it needs, what it brings.

Belongs here: its one screen. Does not belong here: connections (`connection_views.py`).
"""

from __future__ import annotations

import textwrap

from rich.console import Group, RenderableType
from rich.text import Text

from chord_platform.cli.presentation.connection_views import indented, new_table
from dlt_pipelines.connector import Connector, Field, Table

DELETES = {"seen": "deletions seen", "marked": "deletions marked", "unseen": "deletions unseen"}


def guide(connector: Connector) -> RenderableType:
    """The setup guide as it was written: its commands are there to be copied."""
    fields = new_table("Setting", "Kind", "Default", "Note")
    for field in connector.fields:
        fields.add_row(field.name, kind(field), field.default or "", about(field))
    tables = new_table("Table", "Read", "Key", "Deletions", "Note")
    for table in connector.tables:
        key = ", ".join(table.primary_key)
        deletes = DELETES[table.deletes].removeprefix("deletions ")
        tables.add_row(table.name, reading(table), key, deletes, table.description)
    return Group(
        Text.assemble((connector.title, "bold"), f"  {connector.description}"),
        Text(f"{connector.category}; {', '.join(connector.ingestion)}", style="dim"),
        heading("How to connect it"),
        to_copy(connector.setup_guide.strip()),
        heading("Command"),
        to_copy(example(connector)),
        heading("Settings"),
        indented(fields),
        heading(f"Tables, in raw_{connector.name}"),
        indented(tables),
    )


def to_copy(text: str) -> Text:
    """Without padding: a blank after a backslash would break a command that is pasted."""
    return Text(textwrap.indent(text, "  "))


def heading(text: str) -> Text:
    return Text(f"\n{text}", style="bold")


def kind(field: Field) -> str:
    said = ["secret"] if field.secret else []
    is_needed = field.required and field.default is None
    return ", ".join([*said, "required" if is_needed else "optional"])


def about(field: Field) -> str:
    return f"{field.label}. {field.help}" if field.help else field.label


def reading(table: Table) -> str:
    if table.parent:
        return f"with {table.parent[0]}"
    return f"changes by {table.cursor}" if table.cursor else "whole"


def example(connector: Connector) -> str:
    """With every required setting, and a secret where one of several is enough."""
    lines = [f"chord connections add my_{connector.name} --connector {connector.name}"]
    needed = [field for field in connector.fields if field.required and field.default is None]
    secrets = [field for field in connector.fields if field.secret]
    if not any(field.secret for field in needed):
        needed += secrets[:1]
    for field in needed:
        variable = f"{connector.name}_{field.name}".upper()
        given = f"--secret {field.name}=env:{variable}" if field.secret else f"--set {field.name}="
        lines.append(f"    {given}" if field.secret else f"    {given}...")
    return " \\\n".join(lines)
