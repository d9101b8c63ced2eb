"""Names and values as SQL text, for the places where DuckDB takes no bound values.

Belongs here: quoting. Does not belong here: queries.
"""

from __future__ import annotations


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def quoted_table(name: str) -> str:
    """`schema.table`, each part quoted."""
    schema, _, table = name.partition(".")
    return f"{quoted(schema)}.{quoted(table)}"


def literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
