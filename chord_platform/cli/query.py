"""`chord query`: one read-only query on the published copy; no writer is waited for.

Belongs here: what is printed. Does not belong here: opening the copy (`chord_platform.warehouse`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from chord_platform.cli import Session, pass_session
from chord_platform.cli.presentation.terminal import as_json, console, print_json
from chord_platform.errors import QueryRefused

if TYPE_CHECKING:
    import duckdb

READING = ("SELECT", "EXPLAIN", "PRAGMA", "RELATION")
SHOWN_ROWS = 100


@click.command()
@click.argument("sql")
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    default=SHOWN_ROWS,
    show_default=True,
    help="Rows shown in the table; --json prints all.",
)
@as_json
@pass_session
def command(session: Session, sql: str, limit: int, as_json: bool) -> None:
    """Ask the published tables: chord query "select * from marts.fct_orders"."""
    from chord_platform.warehouse import Warehouse

    settings = session.settings
    warehouse = Warehouse(settings.warehouse_path, settings.published_path, settings.sql_dir)
    with warehouse.reader() as con:
        names, rows = asked(con, sql, most=None if as_json else limit + 1)
    if as_json:
        print_json([dict(zip(names, row, strict=True)) for row in rows])
        return
    print_rows(names, rows[:limit])
    more = len(rows) > limit
    shown = f"first {limit} rows; --limit shows more" if more else f"{len(rows)} rows"
    published = warehouse.last_published_at
    console().print(
        f"{shown}, as published {published:%Y-%m-%d %H:%M:%S} UTC." if published else ""
    )


def asked(
    con: duckdb.DuckDBPyConnection, sql: str, *, most: int | None
) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Raises `QueryRefused` for anything but one query."""
    import duckdb

    try:
        statements = con.extract_statements(sql)
        if len(statements) != 1:
            raise QueryRefused(f"one query is asked at a time, not {len(statements)}.")
        if statements[0].type.name not in READING:
            raise QueryRefused(
                "`chord query` only reads.", hint="Models write: see `chord models build`."
            )
        found = con.execute(statements[0])
        names = [column[0] for column in found.description or ()]
        return unique(names), found.fetchall() if most is None else found.fetchmany(most)
    except duckdb.Error as error:
        raise QueryRefused(str(error)) from error


def unique(names: list[str]) -> list[str]:
    """`select a.id, b.id` has two columns of one name; JSON keeps both."""
    seen: dict[str, int] = {}
    found = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        found.append(name if seen[name] == 1 else f"{name}_{seen[name]}")
    return found


def print_rows(names: list[str], rows: list[tuple[Any, ...]]) -> None:
    from decimal import Decimal

    from rich.markup import escape
    from rich.table import Table

    table = Table()
    for position, name in enumerate(names):
        numbers = rows and isinstance(rows[0][position], int | float | Decimal)
        table.add_column(escape(name), justify="right" if numbers else "left")
    for row in rows:
        table.add_row(*("" if value is None else escape(str(value)) for value in row))
    console().print(table)
