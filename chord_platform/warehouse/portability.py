"""Can a model be carried to another warehouse? sqlglot says, and a list of what it does not see.

Measured: sqlglot passes `arg_max` and `group by all` through to warehouses that have neither, and
`filter (where …)` to BigQuery; so a portable subset is kept, and this file refuses the rest.

Belongs here: one query's text against other dialects. Does not belong here: running it there.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from chord_platform.warehouse.inventory import body
from chord_platform.warehouse.models import Model

if TYPE_CHECKING:
    from sqlglot import exp

REQUIRED = ("spark", "snowflake")
TARGETS = (*REQUIRED, "databricks", "redshift", "postgres", "clickhouse", "trino")
# BigQuery is left out: an ordered window or string_agg puts nulls elsewhere there (sqlglot 30.21).
PORTABLE_SCHEMAS = ("intermediate", "marts")


def problems(model: Model, *, targets: Sequence[str] = TARGETS) -> list[str]:
    """What keeps the model from being carried; empty when nothing does."""
    import sqlglot

    tree = sqlglot.parse_one(body(model.sql), read="duckdb")
    found = [f"{model.path}: {what}" for what in unportable(tree)]
    for target in targets:
        with warnings_of_sqlglot() as warnings:
            try:
                tree.sql(dialect=target, unsupported_level=sqlglot.ErrorLevel.RAISE)
            except sqlglot.UnsupportedError as error:
                warnings.append(str(error))
        found += [f"{model.path}: {target}: {warning}" for warning in warnings]
    return found


def unportable(tree: exp.Expr) -> Iterator[str]:
    from sqlglot import exp

    refused: dict[type[exp.Expr], str] = {
        exp.Filter: "`filter (where …)`: write sum(case when … end)",
        exp.ArgMax: "`arg_max`: rank with row_number() in a subquery",
        exp.ArgMin: "`arg_min`: rank with row_number() in a subquery",
        exp.Qualify: "`qualify`: rank in a subquery",
        exp.List: "a list",
        exp.Array: "a list",
        exp.Struct: "a struct",
        exp.JSONExtract: "JSON belongs to staging",
        exp.JSONExtractScalar: "JSON belongs to staging",
        exp.Unnest: "`unnest` belongs to staging",
        exp.Lambda: "a lambda",
        exp.Pivot: "`pivot`",
        exp.First: "`first`: rank with row_number() in a subquery",
        exp.Last: "`last`: rank with row_number() in a subquery",
        exp.Anonymous: "a function that sqlglot does not know",
    }
    for kind, what in refused.items():
        for node in tree.find_all(kind):
            yield f"{what}, at `{shortened(node)}`."
    for group in tree.find_all(exp.Group):
        if group.args.get("all"):
            yield "`group by all`: name the columns."
        for part in group.expressions:
            if isinstance(part, exp.Literal):
                yield f"`group by {part.name}`: name the column."
    for star in tree.find_all(exp.Star):
        if any(star.args.get(name) for name in ("except_", "except", "replace", "rename")):
            yield f"`select * exclude`: name the columns, at `{shortened(star)}`."
    for join in tree.find_all(exp.Join):
        if join.args.get("kind") in ("SEMI", "ANTI") or join.args.get("method") in (
            "ASOF",
            "POSITIONAL",
        ):
            yield f"an unusual join, at `{shortened(join)}`."


def shortened(node: exp.Expr) -> str:
    text = node.sql("duckdb")
    return text if len(text) <= 60 else f"{text[:57]}..."


@contextmanager
def warnings_of_sqlglot() -> Iterator[list[str]]:
    """What sqlglot only logs is a problem here."""
    logger, heard = logging.getLogger("sqlglot"), list[str]()

    class Listening(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            heard.append(record.getMessage())

    handler = Listening(logging.WARNING)
    logger.addHandler(handler)
    try:
        yield heard
    finally:
        logger.removeHandler(handler)
