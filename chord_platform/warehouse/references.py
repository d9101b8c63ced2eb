"""Which tables a query reads, and what it must not do; sqlglot parses, the text stays as written.

Belongs here: one query's text. Does not belong here: whether a table exists (`models.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from chord_platform.errors import ModelError

if TYPE_CHECKING:
    from sqlglot import exp

TABLE_FUNCTIONS = frozenset({"generate_series", "range", "unnest", "json_each", "json_tree"})
UNREPEATABLE = frozenset(
    {
        "now", "today", "current_date", "current_time", "current_timestamp", "current_localtime",
        "current_localtimestamp", "localtime", "localtimestamp", "get_current_time",
        "get_current_timestamp", "transaction_timestamp", "random", "rand", "setseed", "uuid",
        "gen_random_uuid", "uuidv4", "uuidv7", "nextval", "currval",
    }
)  # fmt: skip


@dataclass(frozen=True)
class Reference:
    """`schema.table` as it stands in the text, from `start` to `end` (exclusive)."""

    table: str
    line: int
    start: int
    end: int
    aliased: bool


@dataclass(frozen=True)
class Query:
    """`text` is the whole file without a closing semicolon; references are in order of text."""

    text: str
    references: tuple[Reference, ...]

    @property
    def reads(self) -> frozenset[str]:
        return frozenset(reference.table for reference in self.references)

    def line_of(self, table: str) -> int:
        return next(found.line for found in self.references if found.table == table)

    def replacing(self, substitutes: dict[str, str]) -> str:
        """The text with some tables replaced by subqueries; the rest is untouched."""
        text = self.text
        for found in reversed(self.references):
            if found.table in substitutes:
                name = found.table.partition(".")[2]
                alias = "" if found.aliased else f' as "{name}"'
                text = (
                    text[: found.start] + f"({substitutes[found.table]}){alias}" + text[found.end :]
                )
        return text


def read_query(text: str, *, path: Path) -> Query:
    """Raises `ModelError`, with file and line, for anything that is not one plain query."""
    from sqlglot import exp

    text = text.rstrip().removesuffix(";")
    tree = parsed(text, path=path)
    if tree.find(exp.Insert, exp.Update, exp.Delete, exp.Create, exp.Placeholder, exp.Parameter):
        raise ModelError(f"{path}: a model is one plain query, without parameters.")
    ctes = {cte.alias.lower() for cte in tree.find_all(exp.CTE)}
    references = []
    for table in tree.find_all(exp.Table):
        if found := reference(table, ctes, path=path):
            references.append(found)
    references.sort(key=lambda found: found.start)
    refuse_unrepeatable(tree, path=path)
    refuse_schema_in_columns(tree, {found.table for found in references}, path=path)
    return Query(text, tuple(references))


def parsed(text: str, *, path: Path) -> exp.Expr:
    import sqlglot
    from sqlglot import exp

    try:
        statements = [found for found in sqlglot.parse(text, read="duckdb") if found]
    except sqlglot.ParseError as error:
        first = error.errors[0] if error.errors else {}
        what = str(first.get("description", "not SQL")).partition(" but got <Token")[0].rstrip(".")
        raise ModelError(
            f"{path}:{first.get('line', 1)}: {what}, near {first.get('highlight', '')!r}."
        ) from error
    except sqlglot.TokenError as error:
        raise ModelError(f"{path}: {error}") from error
    if len(statements) != 1 or not isinstance(statements[0], exp.Query):
        raise ModelError(f"{path}: a file holds one query, `select …` or `with … select …`.")
    return statements[0]


def reference(table: exp.Table, ctes: set[str], *, path: Path) -> Reference | None:
    from sqlglot import exp

    if not isinstance(table.this, exp.Identifier):
        name = function_name(table.this)
        if name in TABLE_FUNCTIONS:
            return None
        raise ModelError(
            f"{path}:{line_of(table.this)}: a model does not read from {name}().",
            hint="Load files and other databases with a connector.",
        )
    line = line_of(table.this)
    if table.args.get("catalog"):
        raise ModelError(f"{path}:{line}: write `schema.table`, not {table.sql('duckdb')}.")
    schema = table.args.get("db")
    if schema is None:
        if table.name.lower() in ctes:
            return None
        raise ModelError(
            f"{path}:{line}: {table.name!r} is neither a CTE of this file nor `schema.table`."
        )
    return Reference(
        f"{table.db}.{table.name}".lower(),
        line_of(schema),
        schema.meta["start"],
        table.this.meta["end"] + 1,
        bool(table.alias),
    )


def refuse_unrepeatable(tree: exp.Expr, *, path: Path) -> None:
    from sqlglot import exp

    for function in tree.find_all(exp.Func):
        name = function_name(function)
        if name in UNREPEATABLE:
            raise ModelError(
                f"{path}:{line_of(function)}: {name}() gives another answer at each build.",
                hint="A model is a function of the tables it reads.",
            )


def refuse_schema_in_columns(tree: exp.Expr, tables: set[str], *, path: Path) -> None:
    """`raw.orders.id` would break once `raw.orders` is replaced by an empty table."""
    from sqlglot import exp

    for column in tree.find_all(exp.Column):
        if column.args.get("db") and f"{column.text('db')}.{column.table}".lower() in tables:
            raise ModelError(
                f"{path}:{line_of(column.this)}: write `alias.{column.name}`,"
                f" not {column.sql('duckdb')}."
            )


def function_name(function: exp.Expr) -> str:
    from sqlglot import exp

    if isinstance(function, exp.Anonymous):
        return function.name.lower()
    return function.sql_name().lower() if isinstance(function, exp.Func) else function.key


def line_of(node: exp.Expr) -> int:
    """The line of the first token known below `node`; sqlglot marks identifiers and functions."""
    for found in node.walk():
        if "line" in found.meta:
            return int(found.meta["line"])
    return 1
