"""How many rows of a connection a raw table holds, and whether its keys are all there are.

Belongs here: counting after a merge, and the proof that no row is absent. Does not belong here: the
merge (`merge.py`), how keys are counted (`keys.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from dlt_pipelines.keys import are_all_listed, distinct_keys
from dlt_pipelines.raw_tables import RawTable, quoted


def census(
    raw: RawTable, created: str | None, before: datetime, *, is_proven: bool
) -> tuple[int, int, int, int]:
    """Rows of the connection; those created before; without key; beyond the first of a key.

    `is_proven`: nothing changed, or the table held nothing and its keys were counted as they came.
    """
    null = " or ".join(f"{name} is null" for name in raw.key_names) or "false"
    is_dated = created is not None and created in raw.columns
    old_enough = f"{quoted(created or '')} < $before" if is_dated else "true"
    row = raw.con.execute(
        f"select count(*), count(*) filter (where {old_enough} and $before is not null),"
        f" count(*) filter (where {null}) {raw.ours}",
        {"before": before},
    ).fetchone()
    assert row is not None
    total, counted, nulls = row
    if is_proven or not raw.key:
        return total, counted, nulls, 0
    kinds = [raw.columns[name] for name in raw.key]
    seen = distinct_keys(raw.con, raw.key_names, kinds, raw.ours)
    return total, counted, nulls, max(total - nulls - seen, 0)


def are_all_in(raw: RawTable, files: Sequence[str]) -> bool:
    """Whether it is certain that no row is absent from these files of keys."""
    came = raw.file_columns(files)
    kinds = [raw.columns[name] for name in raw.key]
    if kinds != [came.get(name) for name in raw.key]:
        return False
    listed = f"from {raw.parquet(files)}"
    return are_all_listed(raw.con, raw.key_names, kinds, raw.ours, listed)
