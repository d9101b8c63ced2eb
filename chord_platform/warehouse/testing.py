"""Unit tests of models: given rows in, expected rows out, in a database in memory.

Cases stand in `<model>.test.yaml` beside the model; `sql/README.md` says how they are written.

Belongs here: reading cases, running them, saying the difference. Does not belong here: checks on
real rows (`checks.py`).
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chord_platform.errors import ModelError
from chord_platform.warehouse.inventory import body
from chord_platform.warehouse.models import Model, select_models, upstream
from chord_platform.warehouse.read_models import read_models
from chord_platform.warehouse.sql_text import quoted, quoted_table

if TYPE_CHECKING:
    import duckdb

Row = Mapping[str, Any]
Columns = dict[str, str]


@dataclass(frozen=True)
class Case:
    name: str
    model: str
    given: Mapping[str, Sequence[Row]]
    expect: Sequence[Row]
    path: Path


@dataclass(frozen=True)
class CaseOutcome:
    """`difference` is what a person reads when it failed; empty when it passed."""

    name: str
    model: str
    path: Path
    difference: str
    seconds: float

    @property
    def passed(self) -> bool:
        return not self.difference


def run_model_tests(sql_dir: Path, *, select: Iterable[str] | None = None) -> Iterator[CaseOutcome]:
    """Raises `ModelError` when a file of cases is malformed; a failing case is an outcome."""
    import duckdb

    models, _ = read_models(sql_dir)
    refuse_strays(sql_dir, models)
    with duckdb.connect(":memory:") as con:
        con.execute("set timezone = 'UTC'")
        for model in select_models(models, select):
            for case in read_cases(model, models):
                began = time.perf_counter()
                con.execute("attach ':memory:' as one_case; use one_case")
                try:
                    difference = run_case(con, case, model, models)
                except duckdb.Error as error:
                    difference = f"DuckDB: {error}"
                finally:
                    con.execute("use memory; detach one_case")
                seconds = time.perf_counter() - began
                yield CaseOutcome(case.name, model.name, case.path, difference, seconds)


def refuse_strays(sql_dir: Path, models: Sequence[Model]) -> None:
    known = {model.tests_path for model in models}
    for path in sorted(sql_dir.rglob("*.test.y*ml")):
        if path not in known:
            raise ModelError(
                f"{path}: there is no model beside it.", hint="Call it `<model>.test.yaml`."
            )


def read_cases(model: Model, models: Sequence[Model]) -> list[Case]:
    import yaml

    path = model.tests_path
    if not path.exists():
        return []
    try:
        cases = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise ModelError(f"{path}: {error}") from error
    above = upstream(models, [model.name])
    readable = {table for name in above for table in by_name(models)[name].reads}
    found: list[Case] = []
    for number, case in enumerate(cases if isinstance(cases, list) else [None], start=1):
        if not isinstance(case, dict) or set(case) != {"name", "given", "expect"}:
            raise ModelError(f"{path}: case {number} is not `name`, `given` and `expect`.")
        given = case["given"] or {}
        for table, rows in {**given, "expect": case["expect"]}.items():
            if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
                raise ModelError(f"{path}: case {number}: {table} is not a list of rows.")
        if stray := sorted(set(given) - readable):
            raise ModelError(f"{path}: case {number}: {model.name} does not read {stray[0]}.")
        if any(other.name == case["name"] for other in found):
            raise ModelError(f"{path}: two cases are called {case['name']!r}.")
        found.append(Case(case["name"], model.name, given, case["expect"], path))
    return found


def by_name(models: Sequence[Model]) -> dict[str, Model]:
    return {model.name: model for model in models}


def run_case(
    con: duckdb.DuckDBPyConnection, case: Case, model: Model, models: Sequence[Model]
) -> str:
    """A given model is first made by its own query, over nothing, so that the given rows get the
    columns and types it really has."""
    above = upstream(models, [model.name])
    needed = [found for found in models if found.name in above]
    for table, columns in source_columns(needed).items():
        create(con, table, columns)
        fill(con, table, columns, case.given.get(table, ()), path=case.path, case=case.name)
    for found in needed:
        con.execute(f"create schema if not exists {quoted(found.schema)}")
        con.execute(f"create table {quoted_table(found.name)} as\n{body(found.sql)}")
        if found.name in case.given:
            columns = columns_of(con, found.name)
            con.execute(f"delete from {quoted_table(found.name)}")
            rows = case.given[found.name]
            fill(con, found.name, columns, rows, path=case.path, case=case.name)
    return compared(con, case, model)


def source_columns(models: Iterable[Model]) -> dict[str, Columns]:
    """What all of them together declare of each source."""
    found: dict[str, Columns] = {}
    for model in models:
        for source in model.sources:
            found.setdefault(source.table, {}).update(source.columns)
    return found


def create(con: duckdb.DuckDBPyConnection, table: str, columns: Columns) -> None:
    con.execute(f"create schema if not exists {quoted(table.partition('.')[0])}")
    declared = ", ".join(f"{quoted(name)} {kind}" for name, kind in columns.items())
    con.execute(f"create table {quoted_table(table)} ({declared})")


def columns_of(con: duckdb.DuckDBPyConnection, table: str) -> Columns:
    described = con.execute(f"describe {quoted_table(table)}").fetchall()
    return {name: kind for name, kind, *_ in described}


def fill(
    con: duckdb.DuckDBPyConnection,
    table: str,
    columns: Columns,
    rows: Sequence[Row],
    *,
    path: Path,
    case: str,
) -> None:
    for row in rows:
        if stray := [name for name in row if name not in columns]:
            raise ModelError(
                f"{path}, {case!r}: {table} has no column {stray[0]}.",
                hint=f"Columns: {', '.join(columns)}.",
            )
        if not row:
            con.execute(f"insert into {quoted_table(table)} default values")
            continue
        names = ", ".join(map(quoted, row))
        casts = ", ".join(f"cast(? as {columns[name]})" for name in row)
        values = [as_text(value, columns[name]) for name, value in row.items()]
        con.execute(f"insert into {quoted_table(table)} ({names}) select {casts}", values)


def as_text(value: Any, kind: str) -> str | None:
    """DuckDB casts text to every type, so 10.00, "10" and 10 become one decimal."""
    if value is None:
        return None
    if kind.upper() == "JSON" and not isinstance(value, str):
        return json.dumps(value, default=iso)
    if isinstance(value, dict | list):
        return json.dumps(value, default=iso)
    return iso(value) if isinstance(value, date) else str(value)


def iso(value: Any) -> str:
    """A YAML time as vendors write it."""
    return value.isoformat().replace("+00:00", "Z") if isinstance(value, date) else str(value)


def compared(con: duckdb.DuckDBPyConnection, case: Case, model: Model) -> str:
    types = columns_of(con, model.name)
    names = list(dict.fromkeys(name for row in case.expect for name in row)) or list(types)
    shown = ", ".join(map(quoted, names))
    expected = "expected.rows"
    create(con, expected, types)
    fill(con, expected, types, case.expect, path=case.path, case=case.name)
    wanted = con.execute(f"select {shown} from {expected}").fetchall()
    found = con.execute(f"select {shown} from {quoted_table(model.name)}").fetchall()
    return difference(names, wanted, found, key=model.key)


def difference(
    names: Sequence[str],
    expected: Sequence[tuple[Any, ...]],
    found: Sequence[tuple[Any, ...]],
    *,
    key: Sequence[str],
) -> str:
    """Rows of one key are shown beside each other, column by column; empty when all are equal."""
    wanted, there = counted(expected), counted(found)
    missing = list((wanted - there).elements())
    surplus = list((there - wanted).elements())
    lines = []
    keyed = [names.index(name) for name in key] if key and set(key) <= set(names) else []
    for row in missing:
        same = next(
            (other for other in surplus if keyed and all(other[i] == row[i] for i in keyed)), None
        )
        if same is None:
            lines.append(f"missing     {in_words(names, row)}")
            continue
        surplus.remove(same)
        differing = [i for i in range(len(names)) if row[i] != same[i]]
        lines.append(
            f"other       {in_words([names[i] for i in keyed], [row[i] for i in keyed])}: "
            + ", ".join(f"{names[i]} expected {row[i]}, found {same[i]}" for i in differing)
        )
    lines += [f"unexpected  {in_words(names, row)}" for row in surplus]
    return "\n".join(lines)


def counted(rows: Sequence[tuple[Any, ...]]) -> Counter[tuple[str, ...]]:
    """Values as text: both sides come from columns of one type, and lists cannot be counted."""
    return Counter(tuple("null" if v is None else str(v) for v in row) for row in rows)


def in_words(names: Sequence[str], row: Sequence[str]) -> str:
    return ", ".join(f"{name}={value}" for name, value in zip(names, row, strict=True))
