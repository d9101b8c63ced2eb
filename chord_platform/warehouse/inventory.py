"""What stands in the warehouse: tables, their columns, and the definitions models were built by.

`models_meta.models` keeps, for each model, the hash of its definition and of all that it reads: a
changed model, or one below it, is rebuilt whole even when it is incremental.

Belongs here: reading and keeping these facts. Does not belong here: building (`build.py`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from chord_platform.warehouse.models import Model
from chord_platform.warehouse.sql_text import literal, quoted

if TYPE_CHECKING:
    import duckdb

ENGINE = 1  # raised when the engine builds differently: every incremental model is rebuilt once
META = "models_meta.models"
Columns = Mapping[str, str]


@dataclass(frozen=True)
class Inventory:
    """kinds: 'table' or 'view' by name. columns: types by column, of tables and views.
    definitions and fingerprints: of models, as they were built last."""

    kinds: Mapping[str, Literal["table", "view"]]
    columns: Mapping[str, Columns]
    definitions: Mapping[str, str]
    fingerprints: Mapping[str, str | None]


def prepare(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("create schema if not exists models_meta")
    con.execute(
        f"create table if not exists {META} (name varchar, materialized varchar,"
        " definition varchar, rows bigint, fingerprint varchar, built_at timestamptz)"
    )


def read_inventory(con: duckdb.DuckDBPyConnection) -> Inventory:
    columns: dict[str, dict[str, str]] = {}
    for table, column, kind in con.execute(
        "select schema_name || '.' || table_name, column_name, data_type from duckdb_columns()"
        " where database_name = current_database() order by schema_name, table_name, column_index"
    ).fetchall():
        columns.setdefault(table.lower(), {})[column.lower()] = kind
    kinds = con.execute(
        "select schema_name || '.' || table_name, 'table' from duckdb_tables()"
        " where database_name = current_database()"
        " union all select schema_name || '.' || view_name, 'view' from duckdb_views()"
        " where database_name = current_database() and not internal"
    ).fetchall()
    built = con.execute(f"select name, definition, fingerprint from {META}").fetchall()
    return Inventory(
        kinds={name.lower(): kind for name, kind in kinds},
        columns=columns,
        definitions={name: definition for name, definition, _ in built},
        fingerprints={name: fingerprint for name, _, fingerprint in built},
    )


def resolved(model: Model, inventory: Inventory) -> str:
    """The query, with an empty table of the declared columns for each source that is not there,
    and null for each declared column that a source lacks."""
    substitutes = {}
    for source in model.sources:
        table = source.table.lower()
        there = inventory.columns.get(table)
        if there is None:
            empty = ", ".join(f"cast(null as {kind}) as {quoted(n)}" for n, kind in source.columns)
            substitutes[table] = f"select {empty} where false"
        elif missing := [item for item in source.columns if item[0].lower() not in there]:
            nulls = ", ".join(f"cast(null as {kind}) as {quoted(n)}" for n, kind in missing)
            substitutes[table] = f"select *, {nulls} from {source.table}"
    return body(model.query.replacing(substitutes))


def body(text: str) -> str:
    """The text without its header: what a view shows, and what makes a definition."""
    lines = text.splitlines()
    while lines and (not lines[0].strip() or lines[0].startswith("--")):
        lines.pop(0)
    return "\n".join(lines)


def definitions(models: Sequence[Model], inventory: Inventory) -> dict[str, str]:
    """A hash per model, over its query, its sources' types and the hashes of what it reads."""
    found: dict[str, str] = {}
    for model in models:
        facts = [
            ENGINE,
            model.materialized,
            model.key,
            model.cursor,
            resolved(model, inventory),
            {s.table: inventory.columns.get(s.table.lower()) for s in model.sources},
            [found[name] for name in sorted(model.reads & found.keys())],
        ]
        found[model.name] = hashlib.sha256(json.dumps(facts).encode()).hexdigest()
    return found


@dataclass(frozen=True)
class Built:
    model: Model
    definition: str
    rows: int
    fingerprint: str | None


def remember(con: duckdb.DuckDBPyConnection, built: Sequence[Built], *, now: datetime) -> None:
    """At once: two statements for each model were a tenth of a build of 272."""
    forget(con, [one.model.name for one in built])
    con.execute(
        f"insert into {META} select unnest(?::varchar[]), unnest(?::varchar[]),"
        " unnest(?::varchar[]), unnest(?::bigint[]), unnest(?::varchar[]), ?",
        [
            [one.model.name for one in built],
            [one.model.materialized for one in built],
            [one.definition for one in built],
            [one.rows for one in built],
            [one.fingerprint for one in built],
            now,
        ],
    )


def forget(con: duckdb.DuckDBPyConnection, names: Sequence[str]) -> None:
    con.execute(f"delete from {META} where name in (select unnest(?::varchar[]))", [list(names)])


def describe(con: duckdb.DuckDBPyConnection, model: Model) -> None:
    """The header's words as DuckDB's comments; `comment on` takes no bound values."""
    kind = "view" if model.materialized == "view" else "table"
    comments = [f"comment on {kind} {model.name} is {literal(model.description)}"]
    for column in model.columns:
        place = f"{model.name}.{quoted(column.name)}"
        comments.append(f"comment on column {place} is {literal(column.description)}")
    con.execute("; ".join(comments))
