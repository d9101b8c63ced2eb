"""Reads `sql/` into models and checks, in the order in which they are built.

The grammar of a file is `sql/README.md`; the header's part of it is also in `header.py`.

Belongs here: files to values, order, selection. Does not belong here: DuckDB (`build.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from fnmatch import fnmatchcase
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from pathlib import Path

from chord_platform.errors import ModelError
from chord_platform.warehouse.header import Column, Header, Materialized, Source, read_header
from chord_platform.warehouse.references import Query, read_query

FILE_NAME = re.compile(r"[a-z][a-z0-9_]*")
NOT_SCHEMAS = ("checks", "tests")
COLUMNS_DECLARED_IN = ("marts",)


@dataclass(frozen=True)
class Model:
    """One SQL file. `reads` are the models and loaded tables that it selects from."""

    name: str
    path: Path
    description: str
    materialized: Materialized
    key: tuple[str, ...]
    cursor: str | None
    lookback: timedelta | None
    columns: tuple[Column, ...]
    sources: tuple[Source, ...]
    query: Query

    @property
    def schema(self) -> str:
        return self.name.partition(".")[0]

    @property
    def table(self) -> str:
        return self.name.partition(".")[2]

    @property
    def sql(self) -> str:
        return self.query.text

    @property
    def reads(self) -> frozenset[str]:
        return self.query.reads

    @property
    def declares_all_columns(self) -> bool:
        return self.schema in COLUMNS_DECLARED_IN

    @property
    def tests_path(self) -> Path:
        return self.path.with_suffix(".test.yaml")


def load_models(sql_dir: Path) -> list[Model]:
    """Every model, each after those that it reads.

    Raises:
        ModelError: with file and line, for whatever is not as `sql/README.md` says.
    """
    if not sql_dir.is_dir():
        raise ModelError(f"there is no folder of models at {sql_dir}.")
    found: dict[str, Model] = {}
    for path in sorted(sql_dir.rglob("*.sql")):
        schema, *_ = path.relative_to(sql_dir).parts
        if schema in NOT_SCHEMAS:
            continue
        model = read_model(path, sql_dir=sql_dir)
        if model.name in found:
            raise ModelError(f"{model.name} stands twice: {found[model.name].path} and {path}.")
        found[model.name] = model
    for model in found.values():
        refuse_unknown_tables(model, found)
        refuse_unknown_promises(model, found)
    refuse_contradicting_sources(found.values())
    return ordered(found)


def read_model(path: Path, *, sql_dir: Path) -> Model:
    schema, *between = path.relative_to(sql_dir).parts
    if not between:
        raise ModelError(f"{path}: a model stands in the folder of its schema.")
    for part in (schema, path.stem):
        if not FILE_NAME.fullmatch(part):
            raise ModelError(f"{path}: {part!r} is not a name (a-z, 0-9, _).")
    text = path.read_text(encoding="utf-8")
    header = read_header(text, path=path)
    materialized = refuse_incomplete(header, path=path, schema=schema)
    return Model(
        name=f"{schema}.{path.stem}",
        path=path,
        description=header.grain,
        materialized=materialized,
        key=header.key,
        cursor=header.cursor,
        lookback=header.lookback,
        columns=tuple(header.columns),
        sources=tuple(header.sources),
        query=read_query(text, path=path),
    )


def refuse_incomplete(header: Header, *, path: Path, schema: str) -> Materialized:
    if header.materialized is None:
        raise ModelError(f"{path}:1: `-- materialized: view | table | incremental` is missing.")
    if header.severity != "error" or header.blocking is not None:
        raise ModelError(f"{path}:1: `severity` and `blocking` belong to checks.")
    if header.materialized != "view" and not header.key:
        raise ModelError(f"{path}:1: a {header.materialized} needs its `-- key: …`.")
    if header.materialized == "incremental" and not header.cursor:
        raise ModelError(f"{path}:1: an incremental model needs its `-- cursor: …`.")
    if header.materialized != "incremental" and (header.cursor or header.lookback):
        raise ModelError(f"{path}:1: `cursor` and `lookback` belong to incremental models.")
    if schema in COLUMNS_DECLARED_IN and not header.columns:
        raise ModelError(f"{path}:1: a model in {schema} declares its columns.")
    return header.materialized


def refuse_unknown_tables(model: Model, models: dict[str, Model]) -> None:
    declared = {source.table.lower(): source for source in model.sources}
    for table in sorted(model.reads - models.keys() - declared.keys()):
        schema = table.partition(".")[0]
        near = ", ".join(sorted(name for name in models if name.startswith(f"{schema}.")))
        raise ModelError(
            f"{model.path}:{model.query.line_of(table)}: {model.name} reads {table}, which is no"
            " model and no declared source.",
            hint=f"Models of {schema}: {near}." if near else f"Declare `-- source {table}: …`.",
        )
    for table, source in declared.items():
        if table in models:
            raise ModelError(
                f"{model.path}:{source.line}: {table} is the model {models[table].path},"
                " not a source."
            )
        if table not in model.reads:
            raise ModelError(f"{model.path}:{source.line}: source {table} is not read.")


def refuse_unknown_promises(model: Model, models: dict[str, Model]) -> None:
    for column in model.columns:
        for promise in column.promises:
            if promise.kind == "references":
                target = promise.values[0].rpartition(".")[0]
                if target not in models:
                    raise ModelError(
                        f"{model.path}:{column.line}: {model.name}.{column.name} references"
                        f" {target}, which is no model."
                    )
    names = {column.name for column in model.columns}
    for name in (*model.key, *((model.cursor,) if model.cursor else ())):
        if model.declares_all_columns and name not in names:
            raise ModelError(f"{model.path}:1: {name} is not among the declared columns.")


def refuse_contradicting_sources(models: Iterable[Model]) -> None:
    declared: dict[tuple[str, str], tuple[str, Model]] = {}
    for model in models:
        for source in model.sources:
            for name, kind in source.columns:
                first = declared.setdefault((source.table.lower(), name.lower()), (kind, model))
                if first[0].lower() != kind.lower():
                    raise ModelError(
                        f"{model.path}:{source.line}: {source.table}.{name} is declared {kind}"
                        f" here and {first[0]} in {first[1].path}."
                    )


def ordered(models: dict[str, Model]) -> list[Model]:
    graph = {name: sorted(model.reads & models.keys()) for name, model in models.items()}
    try:
        return [models[name] for name in TopologicalSorter(graph).static_order()]
    except CycleError as error:
        loop = error.args[1][::-1]
        steps = [
            f"{reader} reads {read} ({models[reader].path}:{models[reader].query.line_of(read)})"
            for reader, read in pairwise(loop)
        ]
        raise ModelError(f"the models read each other in a circle: {'; '.join(steps)}.") from None


def upstream(models: Iterable[Model], names: Iterable[str]) -> set[str]:
    """The models of those names and all that they read, directly or not."""
    by_name = {model.name: model for model in models}
    seen: set[str] = set()
    waiting = [name for name in names if name in by_name]
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            waiting.extend(by_name[name].reads & by_name.keys())
    return seen


def downstream(models: Sequence[Model], names: Iterable[str]) -> set[str]:
    """The models of those names and all that read them, directly or not."""
    seen = set(names)
    for model in models:  # in building order, so one pass suffices
        if model.reads & seen:
            seen.add(model.name)
    return seen


def select_models(models: Sequence[Model], select: Iterable[str] | None) -> list[Model]:
    """Those chosen by `name`, `schema.*`, `+name` (and what it reads), `name+` (and its readers).

    A model's name may stand without its schema. None chooses all.
    """
    if select is None:
        return list(models)
    chosen: set[str] = set()
    for word in (part.strip() for text in select for part in text.split(",")):
        pattern = word.strip("+")
        matching = {
            model.name
            for model in models
            if fnmatchcase(model.name, pattern) or fnmatchcase(model.table, pattern)
        }
        if not matching:
            raise ModelError(
                f"no model is called {pattern!r}.", hint="`chord models list` shows them all."
            )
        chosen |= matching
        if word.startswith("+"):
            chosen |= upstream(models, matching)
        if word.endswith("+"):
            chosen |= downstream(models, matching)
    return [model for model in models if model.name in chosen]
