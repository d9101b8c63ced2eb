"""How many records a store says it has.

Belongs here: the `*Count` queries. Does not belong here: what is done with a number.
"""

from __future__ import annotations

from collections.abc import Mapping

from dlt_pipelines.connector import Window
from dlt_pipelines.sources.shopify.client import Client, FieldsDenied
from dlt_pipelines.sources.shopify.documents import count_document, search_terms
from dlt_pipelines.sources.shopify.shapes import Stream

UNSEARCHED = frozenset({"companiesCount", "pagesCount"})
"""These take no search terms: they count the whole list."""


def count_of(client: Client, stream: Stream, window: Window) -> int | None:
    """Records of the window by the store's own count; None where it cannot tell."""
    if not stream.count:
        return None
    if stream.count in UNSEARCHED:
        return (
            counted(client, {stream.count: None}).get(stream.count)
            if window.since is None
            else None
        )
    terms = search_terms(stream.filter, window) if stream.filter else None
    return counted(client, {stream.count: terms}).get(stream.count)


def counted(client: Client, asked: Mapping[str, str | None]) -> dict[str, int]:
    """By query, given with its search terms: exact numbers of those that this key may count."""
    while asked:
        try:
            answers = client.ask(*count_document(asked)).data
        except FieldsDenied as refused:
            allowed = {query: asked[query] for query in asked if query not in refused.roots}
            asked = allowed if len(allowed) < len(asked) else {}
            continue
        return {
            query: int(answer["count"])
            for query, answer in answers.items()
            if answer and answer["precision"] == "EXACT"
        }
    return {}
