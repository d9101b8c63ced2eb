"""Pages of records: which come next, and the cursor that says so.

Belongs here: order, cursors, links. Does not belong here: which records there are.

A cursor names the last record's place and the question it belongs to; asked with another filter,
order or size it is refused. A record that moves to a later place between two pages is met there.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlencode

import orjson

from vendor_emulator.vendors import Asked
from vendor_emulator.vendors.klaviyo.errors import invalid

CURSOR = "page[cursor]"
Place = tuple[Any, str]


def question_of(asked: Asked) -> str:
    return urlencode(sorted((name, value) for name, value in asked.params if name != CURSOR))


def place_of(asked: Asked) -> Place | None:
    """The place after which this page begins."""
    text = asked.query.get(CURSOR)
    if text is None:
        return None
    try:
        question, value, key = orjson.loads(base64.urlsafe_b64decode(text.encode()))
    except ValueError:
        raise invalid("Invalid cursor provided.", CURSOR) from None
    if question != question_of(asked):
        raise invalid("Invalid cursor provided.", CURSOR)
    return value, key


def cursor_of(asked: Asked, place: Place) -> str:
    written = orjson.dumps([question_of(asked), *place])
    return base64.urlsafe_b64encode(written).decode()


def same_place(asked: Asked) -> str | None:
    """This very page under another cursor; None where there is no cursor."""
    if (text := asked.query.get(CURSOR)) is None:
        return None
    other = base64.urlsafe_b64encode(base64.urlsafe_b64decode(text) + b" ").decode()
    plain = [(name, value) for name, value in asked.params if name != CURSOR]
    return f"{asked.base_url}{asked.path}?{urlencode([*plain, (CURSOR, other)])}"


def links_of(asked: Asked, last: Place | None) -> dict[str, str | None]:
    """`last`: the place of this page's last record where others follow."""
    plain = [(name, value) for name, value in asked.params if name != CURSOR]
    url = asked.base_url + asked.path
    mine = f"{url}?{urlencode(list(asked.params))}" if asked.params else url
    next_page = None
    if last is not None:
        next_page = f"{url}?{urlencode([*plain, (CURSOR, cursor_of(asked, last))])}"
    return {"self": mine, "next": next_page, "prev": None}


def page_of(
    records: Sequence[dict[str, Any]],
    asked: Asked,
    *,
    size: int,
    by: Callable[[dict[str, Any]], Any],
    descending: bool,
) -> tuple[list[dict[str, Any]], Place | None]:
    """Records of this page, and the place of its last where others follow."""
    ordered = sorted(records, key=lambda one: (by(one), one["id"]), reverse=descending)
    after = place_of(asked)
    if after is not None:
        ordered = [
            one
            for one in ordered
            if ((by(one), one["id"]) < after if descending else (by(one), one["id"]) > after)
        ]
    page = ordered[:size]
    if len(ordered) <= size:
        return page, None
    return page, (by(page[-1]), page[-1]["id"])
