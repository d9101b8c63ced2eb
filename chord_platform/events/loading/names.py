"""How a property, a path or an event is called in the warehouse.

Belongs here: one name's rule, and which names are taken. Does not belong here: what happens when
two want the same one (`columns.py`).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from functools import lru_cache

LONGEST = 63
"""PostgreSQL's limit, the shortest of the warehouses that models may be carried to."""

REMEMBERED = 100_000

COMMON = (
    "id",
    "anonymous_id",
    "user_id",
    "event",
    "event_text",
    "received_at",
    "sent_at",
    "timestamp",
    "original_timestamp",
    "uuid",
    "uuid_ts",
)
"""Segment's own columns, in the order it gives them."""

RESERVED = frozenset(COMMON)
CONTEXT = "context"
TABLE_BY_TYPE = {
    "track": "tracks",
    "identify": "identifies",
    "page": "pages",
    "screen": "screens",
    "group": "groups",
    "alias": "aliases",
}
USERS = "users"
STANDARD_TABLES = frozenset({*TABLE_BY_TYPE.values(), USERS})

ACRONYM_END = re.compile(r"([A-Z]+)([A-Z][a-z])")
WORD_END = re.compile(r"([a-z\d])([A-Z])")
OTHER = re.compile(r"[^a-z\d]+")


@lru_cache(maxsize=REMEMBERED)
def snake_case(name: str) -> str:
    """`orderId`, `Order ID` and `order-id` are all `order_id`; never empty, never beyond 63."""
    plain = name if name.isascii() else transliterated(name)
    words = WORD_END.sub(r"\1_\2", ACRONYM_END.sub(r"\1_\2", plain))
    found = OTHER.sub("_", words.lower()).strip("_")
    if not found:
        return f"name_{digest(name)}"
    return fitted(f"_{found}" if found[0].isdigit() else found)


def transliterated(name: str) -> str:
    from text_unidecode import unidecode

    return unidecode(name)


def fitted(name: str) -> str:
    """A long name keeps its beginning, and a digest of the whole tells it from its like."""
    if len(name) <= LONGEST:
        return name
    return f"{name[: LONGEST - 9].rstrip('_')}_{digest(name)}"


def digest(name: str) -> str:
    return hashlib.sha1(name.encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest()[
        :8
    ]


def column_name(path: Iterable[str]) -> str:
    """`("context", "page", "url")` is `context_page_url`."""
    name = "_".join(snake_case(part).lstrip("_") for part in path)
    return fitted(f"_{name}" if name[0].isdigit() else name)


@lru_cache(maxsize=REMEMBERED)
def event_table(event: str) -> str:
    """An event that is called like one of Segment's tables must not be written into it."""
    name = snake_case(event)
    return f"{name}_event" if name in STANDARD_TABLES else name


def schema_name(source: str) -> str:
    return f"events_{source}"
