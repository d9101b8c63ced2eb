"""Brings an incremental model's table to what its query says now, touching only other rows.

Every key and its cursor are read from the query (cheap: no other column is computed) and compared
with the table. A row is computed again when its key is new, when its cursor is another one than the
table's or null, or when its cursor lies within the lookback; it goes when its key is gone. So late
rows, early rows, changed rows and deleted rows all arrive, whatever their cursors' order. The one
thing not seen is a row that changes and keeps a cursor older than the lookback: that it does not is
what the model's author says by naming the cursor.

Belongs here: one table. Does not belong here: whether its definition changed (`build.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from chord_platform.warehouse.sql_text import quoted, quoted_table

if TYPE_CHECKING:
    import duckdb

    from chord_platform.warehouse.models import Model

NOW, CHANGED = "chord_keys_now", "chord_keys_changed"  # temporary tables of the writer's session


@dataclass(frozen=True)
class Refreshed:
    """consistent: the table has as many rows as the query; else it must be built anew."""

    rewritten: int
    removed: int
    consistent: bool


def refresh(con: duckdb.DuckDBPyConnection, model: Model, sql: str) -> Refreshed:
    """`sql` is the model's query; the table was built by the same definition."""
    target, cursor = quoted_table(model.name), quoted(model.cursor or "")
    keys = ", ".join(map(quoted, model.key))
    con.execute(
        f"create or replace temp table {NOW} as"
        f" select {keys}, {cursor} as chord_cursor from (\n{sql}\n)"
    )
    find_changed(con, model, target=target, cursor=cursor)
    rewritten, oldest, without_cursor = one_row(
        con,
        "select count(*), min(chord_cursor), count(*) filter (where chord_cursor is null)"
        f" from {CHANGED}",
    )
    (removed,) = one_row(
        con,
        f"delete from {target} as old where not exists"
        f" (select 1 from {NOW} as new where {same_key(model)})",
    )
    if rewritten:
        is_changed = f"exists (select 1 from {CHANGED} as new where {same_key(model)})"
        con.execute(f"delete from {target} as old where {is_changed}")
        # The bound is implied; a scan can skip by it what a join must read.
        bound, values = ("", []) if without_cursor else (f"old.{cursor} >= ? and", [oldest])
        con.execute(
            f"insert into {target} by name"
            f" select * from (\n{sql}\n) as old where {bound} {is_changed}",
            values,
        )
    there, expected = one_row(
        con, f"select (select count(*) from {target}), (select count(*) from {NOW})"
    )
    con.execute(f"drop table {NOW}")
    con.execute(f"drop table {CHANGED}")
    return Refreshed(rewritten, removed, there == expected)


def find_changed(con: duckdb.DuckDBPyConnection, model: Model, *, target: str, cursor: str) -> None:
    unlike = (
        f"not exists (select 1 from {target} as old where {same_key(model)}"
        f" and old.{cursor} = new.chord_cursor)"  # a null says nothing, and is computed again
    )
    values: list[Any] = []
    if model.lookback:
        newest = f"(select max({cursor}) from {target})"
        unlike += f" or new.chord_cursor >= {newest} - cast(? as interval)"
        values = [model.lookback]
    con.execute(
        f"create or replace temp table {CHANGED} as select * from {NOW} as new where {unlike}",
        values,
    )


def same_key(model: Model) -> str:
    return " and ".join(
        f"old.{quoted(name)} is not distinct from new.{quoted(name)}" for name in model.key
    )


def one_row(con: duckdb.DuckDBPyConnection, sql: str) -> tuple[Any, ...]:
    row = con.execute(sql).fetchone()
    if row is None:
        raise LookupError(sql)
    return row
