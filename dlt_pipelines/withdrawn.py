"""Rows of a report that the vendor withdrew: in a range of days that came whole, and not with it.

Belongs here: which rows these are. Does not belong here: what becomes of them (`merge.py`), which
ranges came whole (`streams.covered`).
"""

from __future__ import annotations

from collections.abc import Sequence

from dlt_pipelines.raw_tables import RawTable, count_of, quoted
from dlt_pipelines.streams import COVERED_FROM, COVERED_TO


def withdrawn(
    raw: RawTable,
    *,
    ranges: Sequence[str],
    came: Sequence[str],
    scope: Sequence[str],
    cursor: str,
) -> str:
    """A condition on the row `kept`. `ranges` and `came` are Parquet files.

    A range of which nothing came keeps its rows, with a warning: an empty answer is no proof.
    """
    covered = f"select * from {raw.parquet(ranges)}"
    rows = f"from {raw.parquet(came)}" if came else f"from {raw.qualified} limit 0"

    def within(row: str) -> str:
        same = [f"{row}.{quoted(name)}::varchar = r.{quoted(name)}::varchar" for name in scope]
        day = f"{row}.{quoted(cursor)}::date"
        return " and ".join((*same, f"{day} between r.{COVERED_FROM} and r.{COVERED_TO}"))

    filled = f"exists (select 1 from (select * {rows}) as c where {within('c')})"
    empty = count_of(
        raw.con,
        f"select count(*) from ({covered}) as r where not {filled}"
        f" and exists (select 1 from {raw.qualified} as kept where {within('kept')}"
        " and _connection_id = $connection)",
        {"connection": raw.connection_id},
    )
    if empty:
        raw.warnings.append(
            f"the vendor sent no rows for {empty} ranges of days with rows here; they stay."
        )
    return (
        f"exists (select 1 from ({covered}) as r where {within('kept')} and {filled})"
        f" and not exists (select 1 from (select * {rows}) as c where {raw.matches('c')})"
    )
