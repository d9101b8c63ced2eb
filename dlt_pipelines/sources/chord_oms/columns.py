"""How a PostgreSQL column lands in Parquet: what the server is asked for, what DuckDB makes of it.

Belongs here: types, and the values that a type of ours cannot hold.
Does not belong here: which rows are read, and by which driver.

Every column has a plain way and a careful one. The plain way is the fast one; DuckDB's extension
turns numeric NaN into 0.0 without a word, wraps far timestamps, and `infinity` has no place in
Parquet's readers. So the server is asked first whether such a value is there (`odd`), and only then
the column travels as text: what fits is cast, what does not is null and stays in `payload`.
A numeric without a precision always goes the careful way.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dlt.common.normalizers.naming.snake_case import NamingConvention

from dlt_pipelines.sources.chord_oms.present import Column

PAYLOAD = "payload"
RESERVED = {PAYLOAD, "_connection_id", "_synced_at", "filename", "file_row_number"}
"""Names that the raw table, or the reading of a Parquet file, needs for itself."""

INTEGERS = {"int2", "int4", "int8"}
TIMES = {"timestamp", "timestamptz", "date"}
PLAIN = {
    *INTEGERS,
    *TIMES,
    *("bool", "text", "varchar", "float4", "float8", "json", "jsonb"),
}
FIRST_DAY, LAST_DAY, LAST_MOMENT = "0001-01-01", "9999-12-31", "9999-12-31 23:59:59.999999"
ANY_NUMBER = "DECIMAL(38,9)"
FITS_ANY_NUMBER = r"-?[0-9]{1,29}(\.[0-9]{1,9}0*)?"
WITHIN_OUR_ERA = "[0-9]{4}-[^B]*"


@dataclass(frozen=True)
class Landing:
    """One column on its way: `column` at the vendor, `name` here."""

    column: Column
    name: str
    careful: bool = False

    @property
    def is_plain(self) -> bool:
        """Whether DuckDB's extension reads it from the table itself, in parallel."""
        column = self.column
        return not self.careful and not column.is_domain and column.kind == "b" and self.is_known

    @property
    def is_known(self) -> bool:
        return self.column.base in PLAIN or self.column.precision_and_scale is not None

    @property
    def becomes(self) -> str:
        base, numeric = self.column.base, self.column.precision_and_scale
        if base in INTEGERS:
            return "BIGINT"
        if base in ("float4", "float8"):
            return "DOUBLE"
        if base == "bool":
            return "BOOLEAN"
        if base == "date":
            return "DATE"
        if base in TIMES:
            return "TIMESTAMPTZ"
        if base == "numeric":
            return f"DECIMAL({numeric[0]},{numeric[1]})" if numeric else ANY_NUMBER
        return "JSON" if self.is_nested or base in ("json", "jsonb") else "VARCHAR"

    @property
    def is_nested(self) -> bool:
        column = self.column
        return column.category == "A" or column.kind == "c" or column.base == "hstore"

    @property
    def is_checked(self) -> bool:
        """Whether a value may come that does not fit."""
        return self.careful or (self.column.base == "numeric" and not self.is_known)

    @property
    def at_server(self) -> str:
        """What is selected there."""
        column = quoted(self.column.name)
        if self.is_nested:
            return f"to_jsonb({column})::text"
        if self.is_checked or not self.is_known:
            return f"{column}::text"
        return f"{column}::{self.column.base}" if self.column.is_domain else column

    @property
    def odd_at_server(self) -> str | None:
        """True there for a value that the plain way would lose."""
        column, base = quoted(self.column.name), self.column.base
        if self.is_checked:
            return None
        if base == "numeric":
            return f"{column} = 'NaN'"
        if base in TIMES:
            last = LAST_DAY if base == "date" else LAST_MOMENT
            return f"{column} not between '{FIRST_DAY}' and '{last}'"
        return None

    @property
    def here(self) -> str:
        """DuckDB's expression over the column as it came."""
        name = quoted(self.name)
        if self.is_checked:
            return self.fitted
        if self.column.base == "timestamp":
            # Four times cheaper than `at time zone 'UTC'`, and no time zone setting can reach it.
            return f"make_timestamptz(epoch_us({name}))"
        return f"cast({name} as {self.becomes})"

    @property
    def fitted(self) -> str:
        name, base = quoted(self.name), self.column.base
        if base == "numeric" and not self.is_known:
            return f"case when regexp_full_match({name}, '{FITS_ANY_NUMBER}') then" + (
                f" cast({name} as {ANY_NUMBER}) end"
            )
        if base in TIMES:
            cast = f"try_cast({name} as {'DATE' if base == 'date' else 'TIMESTAMPTZ'})"
            return f"case when regexp_full_match({name}, '{WITHIN_OUR_ERA}') then {cast} end"
        return f"try_cast({name} as {self.becomes})"


def landings(columns: Iterable[Column], *, careful: frozenset[str] = frozenset()) -> list[Landing]:
    """Columns under names that dlt leaves as they are; two of one name become two."""
    naming = NamingConvention()
    taken = set(RESERVED)
    found = []
    for column in columns:
        name = unused(naming.normalize_identifier(column.name), taken)
        taken.add(name)
        found.append(Landing(column, name, careful=column.name in careful))
    return found


def unused(name: str, taken: set[str]) -> str:
    if name not in taken:
        return name
    if name in RESERVED:
        return unused(f"{name.lstrip('_')}_column", taken)
    number = 2
    while f"{name}_{number}" in taken:
        number += 1
    return f"{name}_{number}"


def shape(columns: Sequence[Landing]) -> str:
    """Changes with every column that appears, goes, or lands otherwise than before."""
    text = repr([(column.name, column.at_server, column.here) for column in columns])
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def select_here(columns: Sequence[Landing], relation: str) -> str:
    """The rows of `relation` as they go to Parquet."""
    expressions = [f"{column.here} as {quoted(column.name)}" for column in columns]
    checked = [column for column in columns if column.is_checked]
    if checked:
        misfits = ", ".join(
            f"case when {quoted(column.name)} is not null and ({column.fitted}) is null"
            f" then {{'key': {literal(column.name)}, 'value': {quoted(column.name)}}} end"
            for column in checked
        )
        kept = f"list_filter([{misfits}], lambda entry: entry is not null)"
        expressions.append(
            f"case when len({kept}) > 0 then to_json(map_from_entries({kept})) end as {PAYLOAD}"
        )
    return f"select {', '.join(expressions)} from {relation}"


def empty_select(columns: Iterable[tuple[str, str]]) -> str:
    """No rows, of columns and DuckDB types."""
    nulls = ", ".join(f"cast(null as {kind}) as {quoted(name)}" for name, kind in columns)
    return f"select {nulls} limit 0"


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def literal(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
