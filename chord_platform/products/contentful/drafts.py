"""Whether an editor's unpublished work waits in an entry. Pure.

Belongs here: which differences are an editor's. Does not belong here: fetching, publishing.

What a sync may write is not an editor's: it will be overwritten, or was written by a sync that died
before it published. All else is: the brand's own fields, other locales, the images, the slug that
somebody changed.
"""

from __future__ import annotations

from chord_platform.products.contentful.cma import Record
from chord_platform.products.contentful.model import SET_ONCE, WRITTEN_BY_SHOP
from chord_platform.products.contentful.tree import kind_of


def holds_draft(entry: Record, published: Record | None, *, locale: str) -> bool:
    """published: as it was last published; None when it never was."""
    kind = kind_of(entry)
    ours, once = WRITTEN_BY_SHOP.get(kind, frozenset()), SET_ONCE.get(kind, frozenset())
    before = published["fields"] if published else {}
    for name in entry["fields"].keys() | before.keys():
        now, then = entry["fields"].get(name) or {}, before.get(name) or {}
        for code in now.keys() | then.keys():
            if is_same(now.get(code), then.get(code)):
                continue
            if code == locale and name in ours:
                continue
            if code == locale and name in once and not then.get(code):
                continue
            return True
    return False


def is_same(one: object, other: object) -> bool:
    """Nothing is written as null, as an empty list, or not at all."""
    return one == other or (one in (None, [], "") and other in (None, [], ""))
