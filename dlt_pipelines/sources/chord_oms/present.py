"""What one shop's database holds: tables, columns, sizes, and what the role may read.

Belongs here: questions to PostgreSQL's catalogue. Does not belong here: reading rows.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

import psycopg

from dlt_pipelines.sources.chord_oms.solidus import DECLARED, SECRETS

BYTES_PER_ROW = 150
"""For a size where PostgreSQL has not counted rows yet; Solidus rows took 120 to 230 bytes."""

WIDE_ROW = 4_000
"""Bytes from which rows are read by one thread: two needed 350 MB for 30,000 rows of 20 kB."""

SECRET_NAME = re.compile(
    r"passw(or)?d|secret|private_key|api_?key|credential|(^|_)tokens?$|^encrypted_|_digest$",
    re.IGNORECASE,
)
"""A column that nobody declared and whose name says so is not read either."""

NOT_DATA = re.compile(r"schema_migrations|ar_internal_metadata|spatial_ref_sys")
"""Tables that the shop's framework and PostgreSQL's extensions keep for themselves."""

COLUMNS = """
select c.relname, c.relkind::text, c.reltuples::bigint, pg_table_size(c.oid),
       has_table_privilege(c.oid, 'SELECT'), a.attname,
       has_column_privilege(c.oid, a.attnum, 'SELECT'),
       coalesce(b.typname, t.typname), coalesce(b.typtype, t.typtype)::text,
       coalesce(b.typcategory, t.typcategory)::text, t.typtype = 'd',
       case when t.typtype = 'd' then t.typtypmod else a.atttypmod end,
       coalesce(array_position(k.conkey::int[], a.attnum::int), 0)
from pg_class c
join pg_namespace n on n.oid = c.relnamespace
join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
join pg_type t on t.oid = a.atttypid
left join pg_type b on t.typtype = 'd' and b.oid = t.typbasetype
left join pg_constraint k on k.conrelid = c.oid and k.contype = 'p'
where n.nspname = %s and c.relkind in ('r', 'p', 'v', 'm', 'f') and not c.relispartition
order by c.relname, a.attnum
"""

SERVER = """
select pg_is_in_recovery(), current_setting('server_version_num')::int, clock_timestamp(),
       has_schema_privilege(to_regnamespace(quote_ident(%(schema)s))::oid, 'USAGE'),
       (select array_agg(nspname order by nspname) from pg_namespace n
        join pg_class c on c.relnamespace = n.oid where c.relname = 'spree_orders')
"""

OLDEST_WRITER = """
select extract(epoch from clock_timestamp() - min(xact_start))::float8 from pg_stat_activity
where backend_xid is not null and pid <> pg_backend_pid()
"""


@dataclass(frozen=True)
class Column:
    """`base` is the type's name in pg_type, a domain's being that of its base."""

    name: str
    base: str
    kind: str = "b"
    category: str = ""
    is_domain: bool = False
    modifier: int = -1

    @property
    def precision_and_scale(self) -> tuple[int, int] | None:
        """Of a numeric that DuckDB can hold as it is."""
        if self.base != "numeric" or self.modifier < 4:
            return None
        digits, scale = (self.modifier - 4) >> 16 & 0xFFFF, (self.modifier - 4) & 0x7FF
        return (digits, scale) if digits <= 38 and 0 <= scale <= digits else None


@dataclass(frozen=True)
class PresentTable:
    """`readable` is whether any column may be read; `withheld` names those left out as secret."""

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    kind: str = "r"
    rows: int = 0
    size: int = 0
    readable: bool = True
    withheld: tuple[str, ...] = ()
    forbidden: tuple[str, ...] = ()

    @property
    def is_wide(self) -> bool:
        return self.size > WIDE_ROW * max(self.rows, 1)

    def column(self, name: str | None) -> Column | None:
        return next((column for column in self.columns if column.name == name), None)


@dataclass(frozen=True)
class Present:
    tables: dict[str, PresentTable]
    is_standby: bool
    version: int
    may_use_schema: bool | None
    schemas_of_orders: tuple[str, ...]
    oldest_writer_seconds: float | None


def present_in(connection: psycopg.Connection[Any], schema: str) -> Present:
    """`may_use_schema` is None where there is no such schema."""
    row = connection.execute(SERVER, {"schema": schema}).fetchone()
    assert row is not None
    is_standby, version, _, may_use, schemas = row
    oldest = None if is_standby else connection.execute(OLDEST_WRITER).fetchone()
    return Present(
        tables=tables_in(connection, schema),
        is_standby=is_standby,
        version=version,
        may_use_schema=may_use,
        schemas_of_orders=tuple(schemas or ()),
        oldest_writer_seconds=oldest[0] if oldest else None,
    )


def tables_in(connection: psycopg.Connection[Any], schema: str) -> dict[str, PresentTable]:
    tables: dict[str, PresentTable] = {}
    keys: dict[str, list[tuple[int, str]]] = {}
    for row in connection.execute(COLUMNS, [schema]).fetchall():
        (name, kind, counted, size, all_columns, column, may_read, *described, position) = row
        if name not in DECLARED and (kind not in "rp" or NOT_DATA.fullmatch(name)):
            continue
        rows = counted if counted >= 0 else size // BYTES_PER_ROW
        table = tables.get(name) or PresentTable(name, (), (), kind, rows, size, all_columns)
        if is_secret(name, column):
            table = replace(table, withheld=(*table.withheld, column))
        elif may_read:
            table = replace(
                table, columns=(*table.columns, Column(column, *described)), readable=True
            )
        else:
            table = replace(table, forbidden=(*table.forbidden, column))
        if position:
            keys.setdefault(name, []).append((position, column))
        tables[name] = table
    return {name: keyed(table, keys.get(name, [])) for name, table in tables.items()}


def keyed(table: PresentTable, positions: list[tuple[int, str]]) -> PresentTable:
    """A declared table has its declared key, also where a view shows it without one."""
    if table.name in DECLARED:
        return replace(table, key=DECLARED[table.name][0].primary_key)
    key = tuple(column for _, column in sorted(positions))
    names = {column.name for column in table.columns}
    return replace(table, key=key if names.issuperset(key) else ())


def is_secret(table: str, column: str) -> bool:
    if column in SECRETS.get(table, ()):
        return True
    declared = table in DECLARED and column in DECLARED[table][0].columns
    return not declared and bool(SECRET_NAME.search(column))
