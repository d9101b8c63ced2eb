"""A page of documentation for each connector, written from what the connector says of itself.

Belongs here: Markdown, the same for the same catalog. Does not belong here: the terminal's screens
(`connector_views.py`), writing files (the command).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta

from chord_platform.cli.presentation.connector_guides import as_markdown
from chord_platform.cli.presentation.connector_views import example, kind
from dlt_pipelines.connector import Connector, Table

OVERVIEW = "README.md"
MADE = "<!-- Written by `chord connectors docs` from the connector itself: change it there. -->"
DELETES = {
    "seen": "the row goes, its last version stays in the history",
    "marked": "the vendor keeps the row and marks it",
    "unseen": "the vendor does not tell: the row stays",
}
WORDS = """\
**Read**: *changes by X* asks only for what changed since the last sync, going back by the lookback
each time, because vendors write late and restate; *whole* reads everything each time; *with X*
comes inside the answers for X. **Steps**: a long first sync is stored step by step and goes on
there after a crash. **Optional**: a key or a plan may lack it; then it is skipped with a warning,
and the others are read.
"""


def pages(connectors: Mapping[str, Connector], modelled: Mapping[str, str]) -> dict[str, str]:
    """By file name. `modelled` says by connector what becomes of its raw tables."""
    found = {f"{name}.md": page(connector) for name, connector in connectors.items()}
    return {OVERVIEW: overview(connectors, modelled), **found}


def overview(connectors: Mapping[str, Connector], modelled: Mapping[str, str]) -> str:
    rows = [
        (
            f"[{one.title}]({name}.md)",
            f"`{name}`",
            one.category,
            str(len(one.tables)),
            str(sum(table.cursor is not None or bool(table.parent) for table in one.tables)),
            modelled[name],
            one.description,
        )
        for name, one in connectors.items()
    ]
    heading = ("Connector", "Name", "Category", "Tables", "By changes", "Models", "What it is")
    number = sum(len(one.tables) for one in connectors.values())
    return joined(
        MADE,
        "# Connectors",
        f"{len(connectors)} connectors bring {number} raw tables. Each has a page: how to connect"
        " it, what it reads and how, what it leaves out and why.",
        table_of(heading, rows),
        "*By changes*: so many of the tables are read by what changed, or come with one that is;"
        " the others are read whole. *Models*: `modelled` is part of the marts, `staged` has typed"
        " views, `coming` has its raw tables only.",
    )


def page(connector: Connector) -> str:
    return joined(
        MADE,
        f"# {connector.title}",
        f"{connector.description}\n\n{connector.category}; {', '.join(connector.ingestion)}."
        f" Its tables are in `raw_{connector.name}`.",
        "## How to connect it",
        as_markdown(connector.setup_guide),
        command(connector),
        "## Settings",
        settings(connector),
        "## Tables",
        WORDS.strip(),
        tables(connector),
        *columns(connector),
        *deletions(connector),
        *personal(connector),
        *((["## Limits", connector.limits]) if connector.limits else []),
        *left_out(connector),
    )


def command(connector: Connector) -> str:
    """Where the guide does not end with it."""
    if "chord connections add" in connector.setup_guide:
        return ""
    return f"```sh\n{example(connector)}\n```"


def settings(connector: Connector) -> str:
    rows = [
        (
            f"`{field.name}`",
            kind(field),
            f"`{field.default}`" if field.default else "",
            sentence(field.label) + (f" {sentence(field.help)}" if field.help else ""),
        )
        for field in connector.fields
    ]
    return table_of(("Setting", "Kind", "Default", "What it is"), rows)


def tables(connector: Connector) -> str:
    rows = [
        (
            f"`{table.name}`" + (" (optional)" if table.optional else ""),
            ", ".join(f"`{key}`" for key in table.primary_key),
            reading(table),
            span(table.lag) if table.cursor and not table.parent else "",
            span(table.slice) if table.slice else "",
            sentence(table.description) if table.description else "",
        )
        for table in connector.tables
    ]
    return table_of(("Table", "Key", "Read", "Lookback", "Steps", "What it holds"), rows)


def reading(table: Table) -> str:
    if table.parent:
        return f"with `{table.parent[0]}`"
    if table.cursor:
        by = f"changes by `{table.cursor}`"
        return f"{by}, new rows only" if table.write == "append" else by
    return "whole"


def columns(connector: Connector) -> list[str]:
    """Tables that declare nothing of their own are left out: they hold the record as it came."""
    rows = []
    for table in connector.tables:
        known = {name: str(hints.get("data_type", "text")) for name, hints in table.columns.items()}
        for name in (table.created, table.cursor):
            if name and name not in known:
                known[name] = "timestamp"
        if known:
            listed = ", ".join(f"`{name}` {its_type}" for name, its_type in sorted(known.items()))
            rows.append((f"`{table.name}`", listed))
    if not rows:
        return []
    said = (
        "Beside its key, each table has `_connection_id` and `_synced_at`, and where the vendor's"
        " records are nested, the whole record as `payload`. These columns are typed as well:"
    )
    return ["### Columns", said, table_of(("Table", "Columns"), rows)]


def deletions(connector: Connector) -> list[str]:
    rows = []
    for deletes, said in DELETES.items():
        names = [f"`{table.name}`" for table in connector.tables if table.deletes == deletes]
        if names:
            rows.append((said, ", ".join(names)))
    withdrawn = [f"`{table.name}`" for table in connector.tables if table.scope]
    if withdrawn:
        said = "rows of days that the vendor restates are replaced, and withdrawn ones go"
        rows.append((said, ", ".join(withdrawn)))
    heading = ("What happens", "In these tables")
    return ["## What is deleted at the vendor", table_of(heading, rows)]


def personal(connector: Connector) -> list[str]:
    rows = [
        (f"`{table.name}`", ", ".join(f"`{path}`" for path in table.personal))
        for table in connector.tables
        if table.personal
    ]
    if not rows:
        return ["## Personal data", "None of the tables holds any."]
    said = "It can be hashed or dropped before anything is stored; it stands here:"
    return ["## Personal data", said, table_of(("Table", "In the record, or the column"), rows)]


def left_out(connector: Connector) -> list[str]:
    if not connector.left_out:
        return []
    rows = [(stream, sentence(reason)) for stream, reason in connector.left_out.items()]
    return ["## What is not read", table_of(("Stream", "Why"), rows)]


def table_of(headings: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Padded, so that the source reads as a table too; long cells are let run."""
    grid = [list(headings), *([cell(one) for one in row] for row in rows)]
    widths = [min(max(map(len, column)), 40) for column in zip(*grid, strict=True)]

    def line(cells: Iterable[str]) -> str:
        padded = [one.ljust(width) for one, width in zip(cells, widths, strict=True)]
        return f"| {' | '.join(padded)} |"

    rule = f"|{'|'.join('-' * (width + 2) for width in widths)}|"
    return "\n".join([line(grid[0]), rule, *(line(row) for row in grid[1:])])


def cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())


def sentence(text: str) -> str:
    """With a capital and a full stop, however it was written."""
    text = text.strip()
    first = text.split(" ", 1)[0]
    is_name = any(letter in "_./`" or letter.isupper() for letter in first)
    text = text if is_name else text[:1].upper() + text[1:]
    return text if text.endswith((".", "!", "?", ":")) else f"{text}."


def span(length: timedelta) -> str:
    """The largest unit that needs no fraction.

    >>> span(timedelta(hours=48)), span(timedelta(minutes=1))
    ('2 days', '1 minute')
    """
    seconds = round(length.total_seconds())
    for unit, size in (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1)):
        if seconds % size == 0 and (seconds or size == 1):
            number = seconds // size
            return f"{number} {unit}{'' if number == 1 else 's'}" if number else ""
    return ""


def joined(*parts: str) -> str:
    return "\n\n".join(part.rstrip() for part in parts if part) + "\n"
