"""Reads every table of one sync as of one moment, each into a Parquet file.

Belongs here: when the session opens and closes, second tries, what the person is told.
Does not belong here: what dlt makes of the files (`source.py`), how one table is read (`exact.py`).

All is read when the first resource asks, so that the session lives no longer than one call,
whatever dlt does with the resources.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import psycopg
from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception_type,
    stop_after_attempt,
    wait_incrementing,
)

from dlt_pipelines.connector import ConnectionSettings, Table, Write
from dlt_pipelines.errors import ConnectorError
from dlt_pipelines.sources.chord_oms.columns import TIMES, empty_select, landings
from dlt_pipelines.sources.chord_oms.database import Database, database_of, session
from dlt_pipelines.sources.chord_oms.exact import Care, Exact, File, ReadAnew
from dlt_pipelines.sources.chord_oms.failures import failure_of, state_of
from dlt_pipelines.sources.chord_oms.naming import CONNECTOR_NAME
from dlt_pipelines.sources.chord_oms.plan import (
    ABSENT,
    Plan,
    Planned,
    Remembered,
    is_asked_for,
    plan_of,
)
from dlt_pipelines.sources.chord_oms.present import Present, present_in
from dlt_pipelines.sources.chord_oms.setup_check import refuse_other_databases
from dlt_pipelines.sources.chord_oms.snapshots import local_duckdb, open_snapshot, write_parquet
from dlt_pipelines.sources.chord_oms.solidus import DECLARED
from dlt_pipelines.sources.chord_oms.survey import Session, Survey, survey

ATTEMPTS = 4
CANCELLED = {"40001", "57P01", "08006"}
"""A conflict with recovery, or its consequence: the replica ended the session."""
DRIVERS = {"duckdb", "_duckdb", "adbc_driver_manager", "adbc_driver_postgresql"}
DUCKDB_TYPES = {
    "text": "VARCHAR",
    "bigint": "BIGINT",
    "bool": "BOOLEAN",
    "timestamp": "TIMESTAMPTZ",
    "date": "DATE",
    "json": "JSON",
}


class Conflict(ReadAnew):
    """A replica cancelled the read to go on with its own work."""

    def __init__(self, failure: ConnectorError) -> None:
        self.failure = failure
        super().__init__(str(failure))


@dataclass(frozen=True)
class ReadTable:
    """`rows` is None for a table that is as it was at the last sync; `keys` holds every key of a
    table of which `rows` holds only what changed; `is_whole` tells that nothing was passed over."""

    name: str
    key: tuple[str, ...]
    write: Write
    rows: File | None
    keys: File | None = None
    fingerprint: str | None = None
    is_absent: bool = False
    is_whole: bool = False


@dataclass(frozen=True)
class Read:
    tables: dict[str, ReadTable]
    extra: tuple[ReadTable, ...]
    reached: datetime | None


class Reading:
    """One sync's reading, done once, when `read` is first asked for.

    `remembered` gives what the last sync left; it is asked when the reading begins.
    """

    def __init__(self, settings: ConnectionSettings, remembered: Callable[[], Remembered]) -> None:
        self.settings = settings
        self.remembered = remembered
        self.report = settings.report
        self.now_reading = ""
        self.care = Care()
        self.known_fingerprints: dict[str, str] = {}

    @cached_property
    def database(self) -> Database:
        return database_of(self.settings)

    @cached_property
    def scratch(self) -> Path:
        assert self.settings.scratch is not None
        return self.settings.scratch / CONNECTOR_NAME

    @cached_property
    def read(self) -> Read:
        tries = Retrying(
            stop=stop_after_attempt(ATTEMPTS),
            wait=wait_incrementing(0.5, 2),
            retry=retry_if_exception_type(ReadAnew),
            before_sleep=self.before_another_try,
            reraise=True,
        )
        try:
            return tries(self.read_once)
        except Conflict as conflict:
            raise conflict.failure from None

    def before_another_try(self, state: RetryCallState) -> None:
        self.report.waited_seconds += state.upcoming_sleep
        if state.outcome and isinstance(state.outcome.exception(), Conflict):
            self.note("The replica cancelled a read to replay changes; all was read again.")

    def read_once(self) -> Read:
        shutil.rmtree(self.scratch, ignore_errors=True)
        self.scratch.mkdir(parents=True)
        windows = self.settings.windows
        anew = {name for name, window in windows.items() if window.whole}
        remembered = self.remembered()
        self.known_fingerprints = {
            name: mark
            for name, mark in remembered.fingerprints.items()
            if name not in anew and anew != windows.keys()
        }
        with session(self.database) as connection:
            present = present_in(connection, self.database.schema)
            self.report.api_requests += 1
            refuse_other_databases(self.database, present)
            plan = plan_of(self.settings, present, remembered)
            self.tell(present, plan)
            if unchanged := self.unchanged(connection, plan):
                return unchanged
        try:
            return self.read_snapshot(present, plan)
        except Exception as error:
            if type(error).__module__.split(".")[0] not in DRIVERS:
                raise
            # `from None`: what the drivers say quotes the address and the query.
            failure = failure_of(error, where=self.database.where, reading=self.now_reading)
            if present.is_standby and state_of(error) in CANCELLED:
                raise Conflict(failure) from None
            raise failure from None

    def unchanged(self, connection: psycopg.Connection[Any], plan: Plan) -> Read | None:
        """Most syncs find every table as it was: then no snapshot is opened (0.1 s)."""
        planned = [*plan.tables.values(), *plan.extra]
        if any(each.name not in self.known_fingerprints for each in planned):
            return None
        surveys = survey(Session(connection), self.database.schema, planned)
        self.report.api_requests += 1
        found = {each.name: self.found(each, surveys[each.table.name]) for each in planned}
        if not all(self.is_as_it_was(each, surveys[each.table.name]) for each in planned):
            return None
        extra = tuple(found[each.name] for each in plan.extra)
        tables = {name: found[name] for name in plan.tables}
        return Read(tables | self.absent(plan), extra, plan.reached)

    def is_as_it_was(self, planned: Planned, survey: Survey) -> bool:
        mark = survey.fingerprint
        is_same = mark is not None and mark == self.known_fingerprints.get(planned.name)
        return is_same and (planned.where is None or survey.rows == 0)

    def found(self, planned: Planned, survey: Survey) -> ReadTable:
        write: Write = "merge" if planned.where else "replace"
        names = {landing.column.name: landing.name for landing in landings(planned.table.columns)}
        return ReadTable(
            planned.name,
            tuple(names[column] for column in planned.table.key),
            write,
            None,
            None,
            survey.fingerprint,
            is_whole=planned.where is None,
        )

    def read_snapshot(self, present: Present, plan: Plan) -> Read:
        with open_snapshot(self.database, present, self.scratch) as snapshot:
            if snapshot.why_slower:
                self.note(
                    f"DuckDB's postgres extension is not used: {snapshot.why_slower}."
                    " ADBC read instead, which is slower."
                )
            planned = [*plan.tables.values(), *plan.extra]
            surveys = survey(snapshot, self.database.schema, planned)
            exact = Exact(snapshot, self.report, self.care)
            tables = {
                name: self.table(exact, each, surveys[name]) for name, each in plan.tables.items()
            }
            extra = tuple(self.table(exact, each, surveys[each.table.name]) for each in plan.extra)
            self.report.api_requests += snapshot.requests
        tables |= self.absent(plan)
        return Read(tables, extra, plan.reached)

    def table(self, exact: Exact, planned: Planned, survey: Survey) -> ReadTable:
        table, mark = planned.table, survey.fingerprint
        found = self.found(planned, survey)
        if self.is_as_it_was(planned, survey):
            return found
        is_same = mark is not None and mark == self.known_fingerprints.get(planned.name)
        self.now_reading = table.name
        path = self.scratch / f"{planned.name}.parquet"
        rows = exact.rows(planned, survey, path)
        keys = None
        if planned.with_keys and not is_same:
            keys = exact.keys(table, self.scratch / f"{planned.name}.keys.parquet")
        return replace(found, rows=rows, keys=keys)

    def absent(self, plan: Plan) -> dict[str, ReadTable]:
        """A table that is not there comes once without rows, so that models find its columns."""
        found = {
            table.name: ReadTable(table.name, table.primary_key, "merge", None, None, ABSENT, True)
            for table in plan.absent
        }
        new = [each for each in plan.absent if self.known_fingerprints.get(each.name) != ABSENT]
        if new:
            with local_duckdb(self.scratch) as con:
                for table in new:
                    rows = File(self.scratch / f"{table.name}.parquet", 0)
                    write_parquet(con, empty_select(declared_types(table)), rows.path)
                    found[table.name] = replace(found[table.name], rows=rows)
        return found

    def tell(self, present: Present, plan: Plan) -> None:
        """What a person should know who looks at this sync."""
        asked = [
            table
            for name, table in sorted(present.tables.items())
            if is_asked_for(self.settings, name)
        ]
        unknown, withheld = [], []
        for table in asked:
            declared, secret = DECLARED.get(table.name, (None, frozenset[str]()))
            if declared:
                unknown += [
                    f"{table.name}.{column.name}"
                    for column in table.columns
                    if column.name not in declared.columns
                ]
            withheld += [
                f"{table.name}.{column}" for column in table.withheld if column not in secret
            ]
            if not table.readable:
                self.report.warn(table.name, "The role may not read this table; it was left out.")
            elif table.forbidden:
                columns = ", ".join(table.forbidden)
                self.report.warn(table.name, f"The role may not read {columns}; left out.")
            if table.name in plan.tables and declared and declared.cursor:
                column = table.column(declared.cursor)
                if column is None or column.base not in TIMES:
                    self.report.warn(
                        table.name, f"{declared.cursor} is not a time; the table is read whole."
                    )
        self.note_list("Columns beyond Solidus, read as they are", unknown)
        self.note_list(
            "Tables beyond Solidus, read as they are",
            [planned.table.name for planned in plan.extra],
        )
        self.note_list("Not read, because their names say they hold secrets", withheld)
        if plan.reached:
            self.note(
                "A transaction that has written is open for longer than the lag;"
                f" the next sync starts from {plan.reached.isoformat(timespec='seconds')}."
            )

    def note_list(self, what: str, names: list[str]) -> None:
        if names:
            self.note(f"{what}: {', '.join(names)}.")

    def note(self, text: str) -> None:
        if text not in self.report.notes:
            self.report.notes.append(text)


def declared_types(table: Table) -> list[tuple[str, str]]:
    return [
        (
            name,
            f"DECIMAL({hint['precision']},{hint['scale']})"
            if hint["data_type"] == "decimal"
            else DUCKDB_TYPES[hint["data_type"]],
        )
        for name, hint in table.columns.items()
    ]
