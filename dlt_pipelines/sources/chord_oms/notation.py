"""Reads the notation in which `solidus.py` is written.

Belongs here: what each mark of the notation means. Does not belong here: any table.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from dlt_pipelines.connector import Table

KEY, CREATED, CURSOR = "id", "created_at", "updated_at"
TYPES: dict[str, dict[str, Any]] = {
    "": {"data_type": "text"},
    "#": {"data_type": "bigint"},
    "?": {"data_type": "bool"},
    "@": {"data_type": "timestamp"},
    "%": {"data_type": "date"},
    "*": {"data_type": "json"},
}
COMMENT = re.compile(r"^#.*\n", re.MULTILINE)
TABLE = re.compile(r"^(?=\w)", re.MULTILINE)
HEADING = re.compile(r"(\w+)(?: < (\w+)\.(\w+))?(?: \((.+)\))?:")
COLUMN = re.compile(r"([!~]?)(\w+)([#?@%*]?)(?:\$(\d+)\.(\d+))?")


def declared(notation: str) -> Iterator[tuple[Table, frozenset[str]]]:
    """Each table with the columns that are not to be read."""
    for chunk in filter(str.strip, TABLE.split(COMMENT.sub("", notation))):
        head, _, body = chunk.partition(":\n")
        found = HEADING.fullmatch(head + ":")
        assert found, head
        name, parent, via, flags = found.groups()
        marks = set((flags or "").split(", "))
        timed = "timeless" not in marks
        columns: dict[str, dict[str, Any]] = {KEY: TYPES["#"]}
        personal, secret = [], set()
        for word in body.split():
            parts = COLUMN.fullmatch(word)
            assert parts, word
            sign, column, kind, digits, scale = parts.groups()
            if sign == "!":
                secret.add(column)
                continue
            if sign == "~":
                personal.append(column)
            columns[column] = (
                {"data_type": "decimal", "precision": int(digits), "scale": int(scale)}
                if digits
                else TYPES[kind]
            )
        if timed:
            columns |= {CREATED: TYPES["@"], CURSOR: TYPES["@"]}
        yield (
            Table(
                name=name,
                cursor=CURSOR if timed else None,
                created=CREATED if timed else None,
                deletes="marked" if "marked" in marks else "seen",
                parent=(parent, via) if parent else None,
                columns=columns,
                personal=tuple(personal),
            ),
            frozenset(secret),
        )
