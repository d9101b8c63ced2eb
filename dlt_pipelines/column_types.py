"""What becomes of a raw column whose values come in another type than before.

Belongs here: which type holds both, and the cast; pure. Does not belong here: tables
(`raw_tables.py`).
"""

from __future__ import annotations

import re

WIDER = {
    "TINYINT": ("SMALLINT", "INTEGER", "BIGINT", "HUGEINT"),
    "SMALLINT": ("INTEGER", "BIGINT", "HUGEINT"),
    "INTEGER": ("BIGINT", "HUGEINT"),
    "BIGINT": ("HUGEINT",),
    "FLOAT": ("DOUBLE",),
}
"""Type changes of a vendor's column that lose nothing; all others are cast to the older type."""
CHAINS = (("BIGINT", "DECIMAL(38,9)", "DOUBLE"), ("DATE", "TIMESTAMP"))
"""Of tables that nobody declared (a sheet): each type's values are values of the later ones."""
TEXT = "VARCHAR"


def is_wider(new: str, old: str) -> bool:
    if new in WIDER.get(old, ()):
        return True
    was, now = (re.fullmatch(r"DECIMAL\((\d+),(\d+)\)", kind) for kind in (old, new))
    if not was or not now:
        return False
    digits, scale = int(was[1]), int(was[2])
    return (int(now[1]), int(now[2])) != (digits, scale) and (
        int(now[2]) >= scale and int(now[1]) - int(now[2]) >= digits - scale
    )


def common(new: str, old: str) -> str:
    """The narrowest type that holds the values of both as they are; text in the end.

    >>> common("DOUBLE", "BIGINT"), common("BIGINT", "DATE")
    ('DOUBLE', 'VARCHAR')
    """
    if new == old or is_wider(old, new):
        return old
    if is_wider(new, old):
        return new
    for chain in CHAINS:
        if new in chain and old in chain:
            return max(new, old, key=chain.index)
    return TEXT


def cast(column: str, kind: str, wanted: str) -> str:
    """`column` is quoted. A decimal's text is without the zeros that its scale adds."""
    if wanted == TEXT and kind.startswith("DECIMAL"):
        return f"regexp_replace({column}::varchar, '(\\.\\d*?)0+$', '\\1').rtrim('.')"
    return f"try_cast({column} as {wanted})"
