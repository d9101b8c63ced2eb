"""How many records a store says it has.

Belongs here: the `*Count` queries. Does not belong here: what is done with a number.
"""

from __future__ import annotations

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
        return counted(client, stream.count, None) if window.since is None else None
    terms = search_terms(stream.filter, window) if stream.filter else None
    return counted(client, stream.count, terms)


def counted(client: Client, query: str, terms: str | None) -> int | None:
    try:
        document = count_document(query, is_searched=terms is not None)
        answer = client.ask(document, {"query": terms} if terms else {}).data[query]
    except FieldsDenied:
        return None
    if answer is None or answer["precision"] != "EXACT":
        return None
    return int(answer["count"])
