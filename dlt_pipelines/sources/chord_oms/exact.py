"""Reads one table into a Parquet file, and proves that it is what the server has.

Belongs here: the comparison with the server's count, doubled keys, values that do not fit.
Does not belong here: which tables are read (`plan.py`), sessions (`snapshots.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from dlt_pipelines.connector import SyncReport
from dlt_pipelines.errors import UnexpectedResponse
from dlt_pipelines.keys import distinct_keys, one_row
from dlt_pipelines.sources.chord_oms.columns import PAYLOAD, Landing, landings, literal, quoted
from dlt_pipelines.sources.chord_oms.naming import CONNECTOR_NAME
from dlt_pipelines.sources.chord_oms.plan import Planned
from dlt_pipelines.sources.chord_oms.present import PresentTable
from dlt_pipelines.sources.chord_oms.snapshots import Snapshot
from dlt_pipelines.sources.chord_oms.survey import Survey


@dataclass(frozen=True)
class File:
    path: Path
    rows: int


@dataclass
class Care:
    """What a failed try taught. An error ends DuckDB's transaction, and with it the snapshot."""

    tables: set[str] = field(default_factory=set)
    one_thread: bool = False


class ReadAnew(Exception):
    """All tables must be read again, in a new snapshot."""


@dataclass(frozen=True)
class Exact:
    """Reads in one snapshot, one table after the other."""

    snapshot: Snapshot
    report: SyncReport
    care: Care

    def rows(self, planned: Planned, survey: Survey, path: Path) -> File:
        """Raises:
        UnexpectedResponse: two reads in a row are not what the server counted.
        ReadAnew: this table must be read otherwise, and in a new snapshot.
        """
        columns = landings(planned.table.columns)
        if survey.is_odd or planned.name in self.care.tables:
            columns = careful(columns)
        try:
            return self.proven(planned, columns, survey.rows, path)
        except (duckdb.ConversionException, duckdb.InvalidInputException):
            # A value of a kind that the survey does not know, a JSON number too large for one.
            if planned.name in self.care.tables:
                raise
            self.care.tables.add(planned.name)
            raise ReadAnew from None
        except duckdb.OutOfMemoryException:
            if self.care.one_thread:
                raise
            self.care.one_thread = True
            raise ReadAnew from None

    def keys(self, table: PresentTable, path: Path) -> File:
        columns = [column for column in map(table.column, table.key) if column]
        rows = self.copy(table, landings(columns), None, path)
        return File(path, rows)

    def copy(
        self,
        table: PresentTable,
        columns: Sequence[Landing],
        where: str | None,
        path: Path,
        *,
        one_connection: bool = False,
    ) -> int:
        return self.snapshot.copy(
            table,
            columns,
            where,
            path,
            one_connection=one_connection,
            one_thread=self.care.one_thread,
        )

    def proven(
        self, planned: Planned, columns: Sequence[Landing], expected: int, path: Path
    ) -> File:
        table, where = planned.table, planned.where
        rows = self.copy(table, columns, where, path)
        doubled = self.doubled(table, columns, path)
        if rows != expected or doubled:
            self.report.notes.append(
                f"{table.name} was read twice: {rows} rows with {doubled} doubled keys came,"
                f" {expected} were there."
            )
            rows = self.copy(table, columns, where, path, one_connection=True)
            doubled = self.doubled(table, columns, path)
        if rows != expected or doubled:
            raise UnexpectedResponse(
                CONNECTOR_NAME,
                f"{table.name} came with {rows} rows and {doubled} doubled keys, twice,"
                f" where the server counts {expected}.",
                hint="Nothing was stored. Please report it with the log of this run.",
            )
        self.warn_of_misfits(planned, columns, path)
        return File(path, rows)

    def doubled(self, table: PresentTable, columns: Sequence[Landing], path: Path) -> int:
        """Rows beyond the first of their key."""
        keys = [column for column in columns if column.column.name in table.key]
        if not keys:
            return 0
        con, source = self.snapshot.con, f"from read_parquet({literal(str(path))})"
        names, kinds = [quoted(each.name) for each in keys], [each.becomes for each in keys]
        (rows,) = one_row(con, f"select count(*) {source}")
        return rows - distinct_keys(con, names, kinds, source)

    def warn_of_misfits(self, planned: Planned, columns: Sequence[Landing], path: Path) -> None:
        if not any(column.is_checked for column in columns):
            return
        kinds = {column.name: column.becomes for column in columns}
        for name, misfits in self.snapshot.con.execute(
            f"select name, count(*) from (select unnest(json_keys({PAYLOAD})) as name"
            f" from read_parquet({literal(str(path))})) group by name order by name"
        ).fetchall():
            self.report.warn(
                planned.name,
                f"{name}: {misfits} values do not fit {kinds[name]} (NaN, infinity or out of"
                " range); the column is null there, the payload keeps them.",
            )


def careful(columns: Sequence[Landing]) -> list[Landing]:
    return landings(
        [column.column for column in columns],
        careful=frozenset(column.column.name for column in columns),
    )
