"""The first look at a store: one question for all streams of which changes are to be read.

Belongs here: which streams are looked at together, and what the answer proves.
Does not belong here: pages (`paged.py`), the question's text (`documents.py`).

Most streams hold nothing new at most syncs. So each is asked for one id first, and a small list for
its records. What is proven to be empty, or came whole, is not asked for again; of the others the
look says nothing, and they are read as if there had been none.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from dlt_pipelines.connector import Window
from dlt_pipelines.sources.shopify.client import Client, FieldsDenied, TooExpensive
from dlt_pipelines.sources.shopify.documents import look_at, look_document, search_terms
from dlt_pipelines.sources.shopify.paged import Pager
from dlt_pipelines.sources.shopify.positions import Position
from dlt_pipelines.sources.shopify.shapes import Stream

LIST_POINTS = 120
"""For a small list, of 1,000 for one question; an id costs 3, and what hangs on 20 records 82."""
HOLDERS = 20
NOTHING: dict[str, Any] = {"nodes": [], "pageInfo": {"hasNextPage": False, "endCursor": None}}


@dataclass(frozen=True)
class Look:
    """One stream's part of the question; streams that differ in their fields alone share one."""

    alias: str
    text: str
    terms: str | None


def look(pager: Pager, streams: Iterable[tuple[Stream, Window]]) -> None:
    """Lets the pager know the first pages that were seen. One stream is its own look; small lists
    alone are those of a first sync, which reads all there is."""
    looks: dict[tuple[str, str | None], Look] = {}
    looked: list[tuple[Stream, Window, str]] = []
    for stream, window in streams:
        terms = terms_of(stream, window)
        text = look_at(stream, first=first_of(stream))
        one = looks.setdefault((text, terms), Look(f"look{len(looks)}", text, terms))
        looked.append((stream, window, one.alias))
    if len(looks) < 2 or all(stream.is_small for stream, *_ in looked):
        return
    seen = answered(pager.client, list(looks.values()))
    for stream, window, alias in looked:
        page = seen.get(alias)
        if page and stream.is_small:
            pager.know(stream, window, page)
        elif page and holds_nothing(pager, stream, window, page):
            pager.know(stream, window, NOTHING)


def terms_of(stream: Stream, window: Window) -> str | None:
    if any(children.filtered for children in stream.children):
        return search_terms("updated_at", window)
    return Position(window if stream.filter else None).terms(stream)


def first_of(stream: Stream) -> int:
    if stream.is_small:
        return LIST_POINTS // stream.points
    return HOLDERS if any(children.filtered for children in stream.children) else 1


def answered(client: Client, looks: list[Look]) -> dict[str, Any]:
    """Pages by alias, without those that this key may not see."""
    while looks:
        try:
            return client.ask(
                *look_document((one.alias, one.text, one.terms) for one in looks)
            ).data
        except TooExpensive:
            return {}
        except FieldsDenied as refused:
            allowed = [one for one in looks if one.alias not in refused.roots]
            looks = allowed if len(allowed) < len(looks) else []
    return {}


def holds_nothing(pager: Pager, stream: Stream, window: Window, page: dict[str, Any]) -> bool:
    filtered = [children.field for children in stream.children if children.filtered]
    if filtered:
        return not page["pageInfo"]["hasNextPage"] and not any(
            node[field]["nodes"] for node in page["nodes"] for field in filtered
        )
    return all(pager.is_before(stream, node, window) for node in page["nodes"])
