"""Checks: queries for the rows that break a promise. No rows, no breach.

Belongs here: which checks there are, running them. Does not belong here: what a breach leads to
(`build.py`).
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chord_platform.errors import ModelError
from chord_platform.warehouse.header import Column, Promise, Severity, read_header
from chord_platform.warehouse.models import FILE_NAME, Model
from chord_platform.warehouse.references import read_query
from chord_platform.warehouse.sql_text import literal, quoted, quoted_table

if TYPE_CHECKING:
    import duckdb

SAMPLE_ROWS = 5


@dataclass(frozen=True)
class Check:
    """`sql` returns the offending rows. `condition`, where there is one, says of a single row that
    it offends: such checks of one model cost one scan together."""

    name: str
    model: str
    description: str
    sql: str
    reads: frozenset[str]
    severity: Severity = "error"
    blocking: bool = True
    condition: str | None = None
    path: Path | None = None


@dataclass(frozen=True)
class CheckOutcome:
    name: str
    model: str
    description: str
    severity: Severity
    blocking: bool
    passed: bool
    count: int
    sample: tuple[dict[str, Any], ...]
    seconds: float


def checks_of(models: Sequence[Model], sql_dir: Path) -> list[Check]:
    """Those that headers promise, then those of `sql/checks/`; names are unique in a model."""
    found = [check for model in models for check in promised_checks(model)]
    known = {(check.model, check.name) for check in found}
    names = {model.name for model in models}
    for path in sorted((sql_dir / "checks").glob("**/*.sql")):
        check = read_check(path, names)
        if (check.model, check.name) in known:
            raise ModelError(f"{path}: {check.model} has a check {check.name} already.")
        known.add((check.model, check.name))
        found.append(check)
    return found


def read_check(path: Path, models: set[str]) -> Check:
    schema, _, rest = path.stem.partition(".")
    table, _, name = rest.partition(".")
    model = f"{schema}.{table}"
    if not FILE_NAME.fullmatch(name):
        raise ModelError(f"{path}: a check's file is called `schema.model.promise.sql`.")
    if model not in models:
        raise ModelError(f"{path}: there is no model {model}.")
    text = path.read_text(encoding="utf-8")
    header = read_header(text, path=path)
    if header.materialized or header.key or header.columns or header.sources:
        raise ModelError(f"{path}:1: a check has only `severity` and `blocking`.")
    if header.severity == "warn" and header.blocking:
        raise ModelError(f"{path}:1: a check that only warns blocks nothing.")
    query = read_query(text, path=path)
    for read in sorted(query.reads - models):
        raise ModelError(f"{path}:{query.line_of(read)}: there is no model {read}.")
    return Check(
        name=name,
        model=model,
        description=header.grain,
        sql=query.text,
        reads=query.reads | {model},
        severity=header.severity,
        blocking=header.severity == "error" and header.blocking is not False,
        path=path,
    )


def promised_checks(model: Model) -> Iterator[Check]:
    table, reads = quoted_table(model.name), frozenset({model.name})
    if model.key:
        key, named = ", ".join(map(quoted, model.key)), ", ".join(model.key)
        yield Check(
            "key_unique",
            model.name,
            f"{named} names one row.",
            f"select {key}, count(*) as copies from {table} group by {key} having count(*) > 1",
            reads,
        )
        condition = " or ".join(f"{quoted(name)} is null" for name in model.key)
        yield Check(
            "key_not_null",
            model.name,
            f"{named} is never null.",
            f"select * from {table} where {condition}",
            reads,
            condition=condition,
        )
    for column in model.columns:
        for promise in column.promises:
            yield promised_check(model, column, promise)


def promised_check(model: Model, column: Column, promise: Promise) -> Check:
    table, name = quoted_table(model.name), quoted(column.name)
    shown = ", ".join(dict.fromkeys([*map(quoted, model.key), name]))
    reads = frozenset({model.name})
    condition = None
    if promise.kind == "not_null":
        description = f"{column.name} is never null."
        condition = f"{name} is null"
        sql = f"select {shown} from {table} where {condition}"
    elif promise.kind == "accepted":
        description = f"{column.name} is one of {', '.join(promise.values)}."
        accepted = ", ".join(map(literal, promise.values))
        condition = f"cast({name} as varchar) not in ({accepted})"
        sql = f"select {shown} from {table} where {condition}"
    elif promise.kind == "unique":
        description = f"{column.name} is another in each row."
        sql = (
            f"select {name}, count(*) as copies from {table} where {name} is not null"
            f" group by {name} having count(*) > 1"
        )
    else:
        target, _, other = promise.values[0].rpartition(".")
        reads |= {target}
        description = f"{column.name} is a {other} of {target}."
        sql = (
            f"select {shown} from {table} as referring where {name} is not null and not exists"
            f" (select 1 from {quoted_table(target)} as referred"
            f" where referred.{quoted(other)} = referring.{name})"
        )
    return Check(
        name=f"{column.name}_{promise.kind}",
        model=model.name,
        description=description,
        sql=sql,
        reads=reads,
        severity=promise.severity,
        blocking=promise.severity == "error",
        condition=condition,
    )


def run_checks(con: duckdb.DuckDBPyConnection, checks: Iterable[Check]) -> Iterator[CheckOutcome]:
    """In the order given, but for one model's row by row checks, which one scan answers."""
    by_model: dict[str, list[Check]] = {}
    for check in checks:
        by_model.setdefault(check.model, []).append(check)
    for model, own in by_model.items():
        began = time.perf_counter()
        counts = counted_in_one_scan(con, model, own)
        each = (time.perf_counter() - began) / max(1, len(counts))
        for check in own:
            yield run_check(con, check, known_count=counts.get(check.name), spent=each)


def counted_in_one_scan(
    con: duckdb.DuckDBPyConnection, model: str, checks: list[Check]
) -> dict[str, int]:
    by_row = {check.name: check.condition for check in checks if check.condition}
    if not by_row:
        return {}
    counting = ", ".join(f"count(*) filter (where {test})" for test in by_row.values())
    row = con.execute(f"select {counting} from {quoted_table(model)}").fetchone()
    return dict(zip(by_row, row or (), strict=True))


def run_check(
    con: duckdb.DuckDBPyConnection, check: Check, *, known_count: int | None, spent: float
) -> CheckOutcome:
    import duckdb

    began = time.perf_counter()
    sample: list[dict[str, Any]] = []
    count = known_count
    if count != 0:
        try:
            found = con.execute(f"select * from (\n{check.sql}\n) limit {SAMPLE_ROWS + 1}")
            names = [column[0] for column in found.description or ()]
            rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
        except duckdb.Error as error:
            raise ModelError(f"{check.path or check.model}, check {check.name}: {error}") from error
        sample = rows[:SAMPLE_ROWS]
        if count is None:
            count = len(rows)
            if count > SAMPLE_ROWS:
                row = con.execute(f"select count(*) from (\n{check.sql}\n)").fetchone()
                count = row[0] if row else count
    return CheckOutcome(
        name=check.name,
        model=check.model,
        description=check.description,
        severity=check.severity,
        blocking=check.blocking,
        passed=count == 0,
        count=count,
        sample=tuple(sample),
        seconds=time.perf_counter() - began + (spent if known_count is not None else 0.0),
    )
