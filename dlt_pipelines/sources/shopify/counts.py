"""How many records a store says it has.

Belongs here: the `*Count` queries. Does not belong here: what is done with a number.
"""

from __future__ import annotations

from dlt_pipelines.connector import Window
from dlt_pipelines.sources.shopify.client import Client, FieldsDenied
from dlt_pipelines.sources.shopify.documents import count_document, search_terms
from dlt_pipelines.sources.shopify.shapes import Stream


def count_of(client: Client, stream: Stream, window: Window) -> int | None:
    """Records of the window by the store's own count; None where it cannot tell."""
    if not stream.count:
        return None
    terms = search_terms(stream.filter, window) if stream.filter else None
    return counted(client, stream.count, terms)


def counted(client: Client, query: str, terms: str | None) -> int | None:
    try:
        answer = client.ask(count_document(query), {"query": terms}).data[query]
    except FieldsDenied:
        return None
    if answer is None or answer["precision"] != "EXACT":
        return None
    return int(answer["count"])
