"""Where a query for a stream's window begins.

Belongs here: the search terms of a window, and of what is left of it. Does not belong here: asking
(`paged.py`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from dlt_pipelines.connector import Window
from dlt_pipelines.sources.shopify.documents import search_terms
from dlt_pipelines.sources.shopify.shapes import Stream

Record = dict[str, Any]


@dataclass(frozen=True)
class Position:
    """Where a query begins: a later one is taken up before the wall, and after a lost cursor."""

    window: Window | None
    after_id: str = ""

    def terms(self, stream: Stream) -> str | None:
        if not self.window or not stream.filter:
            return None
        terms = search_terms(stream.filter, self.window)
        if stream.only:
            terms = f"{stream.only} AND {terms}"
        return f"{terms} AND id:>{self.after_id}" if self.after_id else terms

    def after(self, stream: Stream, last: Record) -> Position:
        """As far as the sort order vouches for."""
        if self.window is None:
            return self
        if stream.sort in ("UPDATED_AT", "CREATED_AT"):
            time = sort_value(stream, last)
            return replace(self, window=replace(self.window, since=time)) if time else self
        return replace(self, after_id=last["id"].rpartition("/")[2].partition("?")[0])


def sort_value(stream: Stream, record: Record) -> datetime | None:
    field = "createdAt" if stream.sort == "CREATED_AT" else "updatedAt"
    text = record.get(field) or record.get("discount", {}).get(field)
    return datetime.fromisoformat(text) if text else None
