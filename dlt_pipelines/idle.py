"""A sync that found nothing new: nothing to load, but the warehouse is looked at all the same.

Belongs here: telling such a sync, taking back its package, counting what the warehouse holds.
Does not belong here: loading what came (`destination.py`).

dlt would normalize and load a package that holds only its own state: half of the CPU of a sync that
most of the time finds nothing. The cursors that moved stay in the local state; with an older one,
from the warehouse, a little more is read again.
"""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import dlt
import duckdb

from dlt_pipelines.destination import LEDGER, Loading, StateMismatch, ledger_number
from dlt_pipelines.raw_tables import CONNECTION, columns_in, literal, quoted
from dlt_pipelines.results import TableResult
from dlt_pipelines.streams import SYNC_NUMBER


def found_nothing(extracted: Any) -> bool:
    """Whether no stream yielded anything, not even the name of a table without rows."""
    return not any(
        not table.startswith("_dlt")
        for packages in extracted.metrics.values()
        for metrics in packages
        for table in metrics["table_metrics"]
    )


def take_back(pipeline: dlt.Pipeline, source: str) -> int:
    """Drops the package that was extracted, and keeps the cursors that moved with it.

    Returns the number of the last package that was loaded.
    """
    moved = deepcopy(pipeline.state.get("sources", {})[source])
    moved[SYNC_NUMBER] -= 1
    pipeline.abort_packages()  # takes the state back to where it was before the package
    with pipeline.managed_state() as state:
        state.setdefault("sources", {})[source] = moved
    return moved[SYNC_NUMBER]


def look(con: duckdb.DuckDBPyConnection, loading: Loading, *, dataset: str, number: int) -> None:
    """Counts the rows of the tables that were asked for, in one question.

    Raises:
        StateMismatch: the warehouse does not hold what was loaded last.
    """
    known = columns_in(con, dataset)
    held = ledger_number(con, dataset, loading.connection_id) if LEDGER in known else 0
    if held != number:
        raise StateMismatch(f"load {number} was the last, the warehouse holds {held}")
    questions = []
    for table in loading.connector.tables:
        columns = known.get(table.name, {})
        if table.name not in loading.asked or not columns:
            continue
        is_dated = table.created is not None and table.created in columns
        old_enough = f"{quoted(table.created or '')} < $before" if is_dated else "true"
        questions.append(
            f"select {literal(table.name)}, count(*), count(*) filter (where {old_enough})"
            f" from {quoted(dataset)}.{quoted(table.name)} where {CONNECTION} = $connection"
        )
    if not questions:
        return
    # Named in any case: DuckDB refuses a value that the question does not use.
    values = {"connection": loading.connection_id, "before": loading.counted_before}
    first = "select null, 0, 0 where $before is null"
    rows = con.execute(" union all ".join([first, *questions]), values).fetchall()
    for name, total, counted in rows:
        loading.results[name] = TableResult(total=total, counted=counted)
