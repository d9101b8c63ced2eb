"""Raw tables in a DuckDB in memory, and the models built over them.

Belongs here: loading rows as a sync would leave them, building, reading back.
Does not belong here: what the rows are (`raw_shopify.py`, `raw_chord_oms.py`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import duckdb

from chord_platform.warehouse.build import BuildResult, build
from chord_platform.warehouse.checks import Check
from chord_platform.warehouse.models import Model
from chord_platform.warehouse.read_models import read_models

SQL_DIR = Path(__file__).parents[2] / "sql"
NOW = datetime(2026, 10, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Project:
    models: tuple[Model, ...]
    checks: tuple[Check, ...]

    @property
    def sources(self) -> dict[str, dict[str, str]]:
        """What all models together declare of each source."""
        found: dict[str, dict[str, str]] = {}
        for model in self.models:
            for source in model.sources:
                found.setdefault(source.table, {}).update(source.columns)
        return found


@cache
def project() -> Project:
    models, checks = read_models(SQL_DIR)
    return Project(tuple(models), tuple(checks))


class World:
    def __init__(self, *, time_zone: str = "UTC") -> None:
        self.con = duckdb.connect(":memory:")
        self.con.execute(f"set timezone = '{time_zone}'")

    def load(
        self,
        schema: str,
        tables: dict[str, list[dict[str, Any]]],
        *,
        connection_id: str,
        synced_at: datetime = NOW,
    ) -> None:
        """Rows replace those of the same connection and id, as a merge leaves them."""
        self.con.execute(f"create schema if not exists {schema}")
        for table, rows in tables.items():
            columns = project().sources[f"{schema}.{table}"]
            declared = ", ".join(f'"{name}" {kind}' for name, kind in columns.items())
            self.con.execute(f"create table if not exists {schema}.{table} ({declared})")
            given = [
                {**row, "_connection_id": connection_id, "_synced_at": synced_at.isoformat()}
                for row in rows
            ]
            if not given:
                continue
            names = [name for name in columns if any(name in row for row in given)]
            self.con.execute(
                f"delete from {schema}.{table} where _connection_id = ? and id in"
                " (select unnest(?))",
                [connection_id, [row["id"] for row in given]],
            )
            text = json.dumps([[as_text(row.get(name)) for name in names] for row in given])
            casts = ", ".join(
                f"cast(row ->> {place} as {columns[name]})" for place, name in enumerate(names)
            )
            quoted = ", ".join(f'"{name}"' for name in names)
            self.con.execute(
                f"insert into {schema}.{table} ({quoted})"
                f" select {casts} from (select unnest(cast(? as json[])) as row)",
                [text],
            )

    def build(
        self, *, select: Iterable[str] | None = None, full_refresh: bool = False
    ) -> BuildResult:
        return build(
            self.con,
            list(project().models),
            checks=list(project().checks),
            now=NOW,
            select=select,
            full_refresh=full_refresh,
        )

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        return self.con.execute(sql, list(values)).fetchall()


def as_text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, dict | list):
        return json.dumps(value)
    return value.isoformat() if isinstance(value, datetime) else str(value)


def broken(result: BuildResult) -> list[str]:
    """Every check that found a row, blocking or not, with a sample."""
    return [
        f"{check.model} {check.name}: {check.count} {check.sample[:1]}"
        for check in result.checks
        if not check.passed
    ]
