"""Makes the SQL that creates the tables out of their notation.

Belongs here: reading the notation, CREATE TABLE, indexes, foreign keys.
Does not belong here: which tables there are (`notation.py`), their rows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from vendor_emulator.vendors.chord_oms.notation import SOLIDUS

TYPES = {
    "s": "varchar",
    "t": "text",
    "i": "integer",
    "I": "bigint",
    "b": "boolean",
    "d": "date",
    "j": "jsonb",
    "ts": "timestamp",
    "t6": "timestamp(6)",
}
SHORTHANDS = {
    "+times": "created_at t6, updated_at t6",
    "+times!": "created_at t6!, updated_at t6!",
    "+naive!": "created_at ts!, updated_at ts!",
    "+meta": "customer_metadata j={}, admin_metadata j={}",
}
# Indexes over several columns; the others are marked where the column stands.
WIDE_INDEXES = {
    "spree_adjustments": ("adjustable_id, adjustable_type", "source_id, source_type"),
    "spree_orders_promotions": ("order_id, promotion_id",),
    "spree_payments": ("source_id, source_type",),
    "spree_prices": ("variant_id, currency",),
    "spree_state_changes": ("stateful_id, stateful_type",),
    "spree_stock_items": ("stock_location_id, variant_id",),
}
WIDE_UNIQUE = {
    "spree_option_values_variants": "variant_id, option_value_id",
    "spree_roles_users": "user_id, role_id",
    "spree_shipping_rates": "shipment_id, shipping_method_id",
    "spree_user_addresses": "user_id, address_id",
    "spree_wallet_payment_sources": "user_id, payment_source_id, payment_source_type",
}
_TYPE = re.compile(r"(?P<code>[a-zA-Z]+[\d.]*)(?P<required>!?)(?:=(?P<default>.*))?$")


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    type: str
    is_required: bool
    default: str | None
    index: str | None  # plain | unique
    references: str | None  # table(column)
    deletes_along: bool


@dataclass(frozen=True, slots=True)
class Table:
    name: str
    key_type: str  # serial | bigserial
    columns: tuple[Column, ...]  # without id


@cache
def solidus_tables() -> tuple[Table, ...]:
    entries: list[str] = []
    for line in SOLIDUS.strip().splitlines():
        if line.startswith("  "):
            entries[-1] += " " + line.strip()
        elif not line.startswith("#"):
            entries.append(line)
    return tuple(_table(entry) for entry in entries)


def create_tables() -> str:
    return "\n".join(_create(table) for table in solidus_tables())


def create_indexes() -> str:
    return "\n".join(line for table in solidus_tables() for line in _indexes(table))


def create_foreign_keys() -> str:
    """Deferred to the commit, so that a change may write its tables in any order."""
    return "\n".join(
        f'ALTER TABLE {table.name} ADD FOREIGN KEY ("{column.name}") REFERENCES {column.references}'
        f"{' ON DELETE CASCADE' if column.deletes_along else ''} DEFERRABLE INITIALLY DEFERRED;"
        for table in solidus_tables()
        for column in table.columns
        if column.references
    )


def _table(entry: str) -> Table:
    name, _, rest = entry.partition(":")
    is_big, rest = rest.startswith(":"), rest.removeprefix(":")
    for short, long in SHORTHANDS.items():
        rest = re.sub(rf"(?<=\s){re.escape(short)}(?=,|$)", long, rest)
    columns = tuple(_column(part.strip()) for part in rest.split(", "))
    return Table(name, "bigserial" if is_big else "serial", columns)


def _column(text: str) -> Column:
    name, kind, *marks = text.split()
    found = _TYPE.match(kind)
    if found is None:
        raise ValueError(f"notation: {text!r} is not `column type marks`")
    code, default = found["code"], found["default"]
    sized = re.match(r"([sn])([\d.]+)$", code)
    if sized is None:
        sql_type = TYPES[code]
    else:
        size = sized[2].replace(".", ",")
        sql_type = f"varchar({size})" if sized[1] == "s" else f"numeric({size})"
    target = next((mark for mark in marks if mark.startswith(">")), None)
    index = "unique" if "@u" in marks else "plain" if "@" in marks else None
    return Column(
        name=name,
        type=sql_type,
        is_required=bool(found["required"]),
        default=None if default is None else default.strip("'"),
        index=index,
        references=None if target is None else _reference(target.lstrip(">")),
        deletes_along=target is not None and target.startswith(">>"),
    )


def _reference(short: str) -> str:
    table, _, column = short.partition(".")
    for prefix, long in (("subs_", "solidus_subscriptions_"), ("promo_", "solidus_promotions_")):
        if table.startswith(prefix):
            return f"{long}{table.removeprefix(prefix)}({column or 'id'})"
    return f"spree_{table}({column or 'id'})"


def _create(table: Table) -> str:
    lines = [f"  id {table.key_type} PRIMARY KEY"]
    for column in table.columns:
        line = f'  "{column.name}" {column.type}'
        if column.default is not None:
            line += f" DEFAULT '{column.default}'"
        lines.append(line + (" NOT NULL" if column.is_required else ""))
    return f"CREATE TABLE {table.name} (\n" + ",\n".join(lines) + "\n);"


def _indexes(table: Table) -> Iterator[str]:
    for column in table.columns:
        if column.index:
            unique = "UNIQUE " if column.index == "unique" else ""
            yield f'CREATE {unique}INDEX ON {table.name} ("{column.name}");'
    for columns in WIDE_INDEXES.get(table.name, ()):
        yield f"CREATE INDEX ON {table.name} ({columns});"
    if table.name in WIDE_UNIQUE:
        yield f"CREATE UNIQUE INDEX ON {table.name} ({WIDE_UNIQUE[table.name]});"
    if table.name == "spree_stock_items":
        yield (
            "CREATE UNIQUE INDEX ON spree_stock_items (variant_id, stock_location_id)"
            " WHERE deleted_at IS NULL;"
        )
