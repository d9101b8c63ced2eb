"""The values that stand in a raw table where personal data is marked.

Belongs here: following `Table.personal` into payloads and columns. Does not belong here: hashing
(`dlt_pipelines.personal`), which this must not share code with.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from dlt_pipelines.connector import Table
from tests.connectors.stage import Stage


def personal_values(stage: Stage, table: Table, *, name: str = "one") -> set[str]:
    """Every text and number there, as text; empty ones and yes or no left out."""
    columns = stage.columns()[table.name]
    where = f'from {stage.schema}."{table.name}" where _connection_id = ?'
    found: set[str] = set()
    if "payload" in columns:
        for (payload,) in stage.query(f"select payload {where}", name):
            record = json.loads(payload) if payload else None
            for path in table.personal:
                found |= set(leaves(record, path.split(".")))
    for path in table.personal:
        for column in {path, *(one for one, at in table.paths.items() if at == path)}:
            if column in columns:
                rows = stage.query(f'select distinct "{column}" {where}', name)
                found |= {str(value) for (value,) in rows if value not in (None, "")}
    return found


def leaves(value: Any, path: list[str]) -> Iterator[str]:
    if isinstance(value, list):
        for one in value:
            yield from leaves(one, path)
    elif isinstance(value, dict):
        if not path:
            for one in value.values():
                yield from leaves(one, path)
        elif path[0] in value:
            yield from leaves(value[path[0]], path[1:])
    elif not path and value not in (None, "") and not isinstance(value, bool):
        yield str(value)
