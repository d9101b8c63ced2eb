"""Builds models and runs their checks in one DuckDB transaction: all of it, or nothing.

Belongs here: what happens between `begin` and `commit`. Does not belong here: the lock and
publishing (`warehouse.py`), how an incremental table is refreshed (`incremental.py`).
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from chord_platform.errors import ModelError
from chord_platform.warehouse import incremental
from chord_platform.warehouse.checks import Check, run_checks
from chord_platform.warehouse.inventory import (
    Built,
    Inventory,
    definitions,
    describe,
    forget,
    prepare,
    read_inventory,
    remember,
    resolved,
)
from chord_platform.warehouse.models import Model, select_models, upstream
from chord_platform.warehouse.results import BuildResult, ModelResult, OnProgress, Progress
from chord_platform.warehouse.sql_text import quoted, quoted_table

if TYPE_CHECKING:
    import duckdb


@dataclass
class Build:
    """One build under way."""

    con: duckdb.DuckDBPyConnection
    models: Sequence[Model]
    full_refresh: bool
    inventory: Inventory
    definitions: dict[str, str]
    done: list[Built] = field(default_factory=list)
    types: dict[str, str] = field(default_factory=dict)

    def model(self, model: Model) -> ModelResult:
        began = time.perf_counter()
        import duckdb

        try:
            how, rows, fingerprint, changed = self.materialize(model)
            self.refuse_other_columns(model)
            describe(self.con, model)
        except duckdb.OutOfMemoryException:
            raise  # the model is not to blame, and more can be had
        except duckdb.Error as error:
            raise ModelError(f"{model.path}: {model.name} cannot be built: {error}") from error
        self.done.append(Built(model, self.definitions[model.name], rows, fingerprint))
        seconds = time.perf_counter() - began
        return ModelResult(model.name, model.materialized, how, rows, seconds, changed)

    def materialize(
        self, model: Model
    ) -> tuple[Literal["replaced", "rebuilt", "refreshed"], int, str | None, bool]:
        target, sql = quoted_table(model.name), resolved(model, self.inventory)
        same = self.inventory.definitions.get(model.name) == self.definitions[model.name]
        wanted = "view" if model.materialized == "view" else "table"
        there = self.inventory.kinds.get(model.name)
        self.con.execute(f"create schema if not exists {quoted(model.schema)}")
        if there not in (None, wanted):
            self.con.execute(f"drop {there} {target}")
            there = None
        if wanted == "view":
            self.con.execute(f"create or replace view {target} as\n{sql}")
            return "replaced", self.number(f"select count(*) from {target}"), None, not same
        if model.materialized == "incremental" and there and same and not self.full_refresh:
            refreshed = incremental.refresh(self.con, model, sql)
            if refreshed.consistent:
                changed = bool(refreshed.rewritten or refreshed.removed)
                return "refreshed", self.number(f"select count(*) from {target}"), None, changed
        self.con.execute(f"create or replace table {target} as\n{sql}")
        rows, fingerprint = self.fingerprint(target)
        before = self.inventory.fingerprints.get(model.name)
        return "rebuilt", rows, fingerprint, before != fingerprint

    def fingerprint(self, target: str) -> tuple[int, str]:
        """Row count and the sum of all rows' hashes (26 ms per million rows of three columns)."""
        row = self.con.execute(f"select count(*), sum(hash(built)) from {target} as built")
        rows, total = row.fetchone() or (0, None)
        return rows, f"{rows}:{total}"

    def number(self, sql: str) -> int:
        row = self.con.execute(sql).fetchone()
        return row[0] if row else 0

    def refuse_other_columns(self, model: Model) -> None:
        if not model.columns:
            return
        there = {
            name: kind
            for name, kind, *_ in self.con.execute(
                f"describe select * from {quoted_table(model.name)}"
            ).fetchall()
        }
        for column in model.columns:
            found = there.pop(column.name, None)
            if found is None:
                raise ModelError(
                    f"{model.path}:{column.line}: {model.name} has no column {column.name}.",
                    hint=f"Its other columns: {', '.join(there)}.",
                )
            if found != self.canonical(column.type):
                raise ModelError(
                    f"{model.path}:{column.line}: {model.name}.{column.name} is declared"
                    f" {column.type} and comes out as {found}.",
                    hint="Cast it in the query, or correct the header.",
                )
        if there and model.declares_all_columns:
            raise ModelError(
                f"{model.path}:1: {model.name} does not declare its columns {', '.join(there)}."
            )

    def canonical(self, kind: str) -> str:
        """DuckDB's own name of a declared type; few types make up thousands of columns."""
        if kind not in self.types:
            row = self.con.execute(f"select typeof(cast(null as {kind}))").fetchone()
            self.types[kind] = row[0] if row else kind
        return self.types[kind]

    def removed(self) -> Iterable[str]:
        """Models whose file is gone go, too, when everything is built."""
        for name in sorted(self.inventory.definitions.keys() - {m.name for m in self.models}):
            if kind := self.inventory.kinds.get(name):
                self.con.execute(f"drop {kind} {quoted_table(name)}")
            forget(self.con, [name])
            yield name


def build(
    con: duckdb.DuckDBPyConnection,
    models: Sequence[Model],
    *,
    checks: Sequence[Check],
    now: datetime,
    select: Iterable[str] | None = None,
    full_refresh: bool = False,
    on_progress: OnProgress = lambda _: None,
) -> BuildResult:
    """Builds the selected models and runs their checks, and those of others that read them.

    Raises:
        ModelError: nothing was changed.
    """
    began = time.perf_counter()
    con.execute("begin")
    try:
        prepare(con)
        inventory = read_inventory(con)
        work = Build(con, models, full_refresh, inventory, definitions(models, inventory))
        chosen = with_stale_views(work, select_models(models, select))
        refuse_missing(work, chosen)
        due = due_checks(checks, chosen, inventory)
        total = len(chosen) + len(due)
        removed = tuple(work.removed()) if select is None else ()
        built = []
        for model in chosen:
            on_progress(Progress("model", model.name, len(built), total))
            built.append(work.model(model))
        remember(con, work.done, now=now)
        on_progress(Progress("check", f"{len(due)} checks", len(built), total))
        outcomes = []
        for outcome in run_checks(con, due):
            outcomes.append(outcome)
            what, done = f"{outcome.model}: {outcome.name}", len(built) + len(outcomes)
            on_progress(Progress("check", what, done, total))
        result = BuildResult(tuple(built), tuple(outcomes), committed=False, removed=removed)
        if not result.blocking_failures:
            on_progress(Progress("committing", "commit", total, total))
            con.execute("commit")
    except BaseException:
        rolled_back(con)
        raise
    if result.blocking_failures:
        rolled_back(con)
    return finished(result, seconds=time.perf_counter() - began)


def finished(result: BuildResult, **facts: Any) -> BuildResult:
    return replace(result, committed=not result.blocking_failures, **facts)


def rolled_back(con: duckdb.DuckDBPyConnection) -> None:
    """An error may have ended the transaction already."""
    import duckdb

    with suppress(duckdb.TransactionException):
        con.execute("rollback")


def with_stale_views(work: Build, chosen: Sequence[Model]) -> list[Model]:
    """A view that a chosen model reads and that was made when a source was absent, or by an older
    text, is replaced with it: it costs nothing, and the chosen model would read wrong rows."""
    names = {model.name for model in chosen}
    above = upstream(work.models, names)
    return [
        model
        for model in work.models
        if model.name in names
        or (
            model.name in above
            and model.materialized == "view"
            and work.inventory.definitions.get(model.name) != work.definitions[model.name]
        )
    ]


def refuse_missing(work: Build, chosen: Sequence[Model]) -> None:
    known = {model.name for model in work.models}
    there = work.inventory.kinds.keys() | {model.name for model in chosen}
    for model in chosen:
        if missing := sorted((model.reads & known) - there):
            raise ModelError(
                f"{model.name} reads {', '.join(missing)}, which is not built yet.",
                hint=f"Build it, too: `--select +{model.name}`.",
            )


def due_checks(
    checks: Sequence[Check], chosen: Sequence[Model], inventory: Inventory
) -> list[Check]:
    names = {model.name for model in chosen}
    there = inventory.kinds.keys() | names
    due = []
    for check in checks:
        if check.model in names and (missing := sorted(check.reads - there)):
            raise ModelError(
                f"the check {check.name} of {check.model} reads {', '.join(missing)}, which is"
                " not built yet.",
                hint="Build it, too.",
            )
        if check.reads & names and check.reads <= there:
            due.append(check)
    return due
