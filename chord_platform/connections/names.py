"""A connection's one name: partition key, suffix of its pipeline, `_connection_id` of its rows.

Belongs here: what a name may be. Does not belong here: whether it is taken (`records.py`).
"""

from __future__ import annotations

from slugify import slugify

from chord_platform.errors import ConnectionRefused
from chord_platform.store.tables import NAME_LENGTH


def slug(name: str) -> str:
    """`My Shop` becomes `my_shop`. Never cut short: two long names must not become one.

    Raises:
        ConnectionRefused: nothing is left of it, or it is too long.
    """
    made = slugify(name, separator="_")
    if not made:
        raise ConnectionRefused(
            f"{name!r} is not a name.", hint="Use letters, digits and underscores: my_shop."
        )
    if len(made) > NAME_LENGTH:
        raise ConnectionRefused(
            f"The name {made!r} has {len(made)} characters.",
            hint=f"Use {NAME_LENGTH} at most: it becomes part of file and partition names.",
        )
    return made
