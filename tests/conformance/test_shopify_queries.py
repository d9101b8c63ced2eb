"""Every document that the Shopify connector can send, against Shopify's official schema.

The schema is found by CHORD_VENDOR_SPECS or in `../shared/vendor_specs`; where it is absent the
documents are still composed and parsed, and the test prints what was not compared.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache

from graphql import (
    GraphQLSchema,
    NoDeprecatedCustomRule,
    OperationDefinitionNode,
    build_schema,
    get_named_type,
    parse,
    specified_rules,
    validate,
)

from dlt_pipelines.connector import Window
from dlt_pipelines.sources.shopify import documents, queries, setup
from dlt_pipelines.sources.shopify.counts import UNSEARCHED
from dlt_pipelines.sources.shopify.first_look import terms_of
from dlt_pipelines.sources.shopify.order_queries import ORDERS, REFUND_LINES
from dlt_pipelines.sources.shopify.scopes import FIELD_SCOPES
from dlt_pipelines.sources.shopify.shapes import API_VERSION, Stream
from dlt_pipelines.sources.shopify.source import STREAMS
from dlt_pipelines.sources.shopify.tables import BY_NAME, TABLES
from tests.conformance.specs import SPECS

SCHEMA = SPECS / "shopify" / f"admin_{API_VERSION}.schema.graphql"
FILTERS = SPECS / "shopify" / f"query_filters_{API_VERSION}.json"
TERMS = "updated_at:>='2026-01-01T00:00:00Z' AND updated_at:<='2026-02-01T00:00:00Z'"
WINDOW = Window(datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC))
ALL_STREAMS = [stream for streams in STREAMS.values() for stream in streams] + [queries.EVENTS]


@cache
def official_schema() -> GraphQLSchema | None:
    if not SCHEMA.exists():
        print(f"not compared: {SCHEMA.name} is not here, so the documents were only parsed")
        return None
    return build_schema(SCHEMA.read_text(), assume_valid=True, assume_valid_sdl=True)


def narrowings(stream: Stream) -> Iterator[frozenset[str]]:
    """Field sets that a key's scopes, or Shopify's protection of personal data, may close."""
    by_scope = set(FIELD_SCOPES.get(stream.root, {}))
    personal = set(BY_NAME[stream.table].personal) if stream.table else set()
    for children in stream.children:
        marked = BY_NAME[children.table].personal if children.table else ()
        if stream.table:
            personal.update(f"{children.field}.{path}" for path in marked)
    closable = by_scope | personal
    yield frozenset()
    yield from (frozenset({path}) for path in sorted(closable))
    yield frozenset(closable)
    if personal:
        yield frozenset({path.split(".")[0] for path in personal})


def documents_of(stream: Stream) -> Iterator[str]:
    for without in narrowings(stream):
        yield documents.page_document(stream, without=without)
        for children in stream.descendants:
            path = ".".join((*children.above, children.field))
            if without.isdisjoint({path, *children.above}):
                yield documents.more_document(children, without=without)
        if stream is ORDERS:
            yield documents.nodes_document(REFUND_LINES, without=without)
            yield documents.more_document(REFUND_LINES, without=without)
        if stream.bulk:
            yield documents.bulk_document(stream, TERMS, without=without)
            yield documents.bulk_document(stream, "", without=without)


def every_document() -> set[str]:
    found = {
        documents.ACCOUNT,
        documents.OPENING,
        documents.RUN_BULK,
        documents.POLL_BULK,
        documents.LIST_BULK,
        documents.CANCEL_BULK,
        documents.SETUP_TEST,
        documents.count_document(
            {query: TERMS if created else None for query, created in setup.COUNTS.values()}
        )[0],
        documents.look_document(
            [
                (f"look{number}", documents.look_at(stream, first=2), terms_of(stream, WINDOW))
                for number, stream in enumerate(ALL_STREAMS)
            ]
        )[0],
        *(
            documents.count_document({each.count: None if each.count in UNSEARCHED else TERMS})[0]
            for each in ALL_STREAMS
            if each.count
        ),
    }
    for stream in ALL_STREAMS:
        found.update(documents_of(stream))
    return found


def test_every_document_validates_against_the_official_schema() -> None:
    schema = official_schema()
    rules = [*specified_rules, NoDeprecatedCustomRule]
    for document in every_document():
        tree = parse(document)
        if schema is not None:
            assert [error.message for error in validate(schema, tree, rules)] == [], document


def test_a_closed_field_is_in_no_document_of_its_stream() -> None:
    without = frozenset({"customer", "lineItems.variant"})
    page = documents.page_document(ORDERS, without=without)
    assert "customer {" not in page and "variant {" not in page and "product {" in page


def test_bulk_documents_keep_shopifys_limits() -> None:
    for stream in ALL_STREAMS:
        if not stream.bulk:
            continue
        document = documents.bulk_document(stream, TERMS)
        operation = parse(document).definitions[0]
        assert isinstance(operation, OperationDefinitionNode)
        assert "sortKey" not in document, "a sort key in bulk silently omits records"
        assert len(operation.selection_set.selections) == 1
        assert 1 <= document.count("edges {") <= 5
        assert documents.BULK_MARK in document
        assert "first:" not in document


def test_every_filter_and_sort_key_is_one_that_shopify_lists() -> None:
    if not FILTERS.exists():
        print(f"not compared: {FILTERS.name} is not here")
        return
    listed = json.loads(FILTERS.read_text())
    for stream in ALL_STREAMS:
        known = listed.get(stream.root, {"filters": {}})
        if stream.filter:
            assert stream.filter in known["filters"], stream.root
        if stream.sort:
            assert stream.sort in known["sort_keys"], stream.root
        elif stream.filter:
            # Taking up again by id needs the default order to be by id.
            assert known.get("default_sort_key", "ID") == "ID" and "id" in known["filters"]
        assert stream.root in listed or not stream.filter
        assert UNSEARCHED.isdisjoint(listed)
        if stream.count and stream.filter and stream.count not in UNSEARCHED:
            assert stream.filter in listed[stream.count]["filters"], stream.count
    for query, created in setup.COUNTS.values():
        assert created is None or created in listed[query]["filters"], query


def test_a_records_type_and_its_paths_exist_in_the_schema() -> None:
    schema = official_schema()
    if schema is None:
        return
    for stream in ALL_STREAMS:
        connection = get_named_type(schema.query_type.fields[stream.root].type)
        node = get_named_type(connection.fields["nodes"].type)
        assert stream.type == node.name or stream is queries.EVENTS
        for children in stream.descendants:
            assert children.type in schema.type_map and children.on in schema.type_map


def test_every_table_has_a_stream_and_every_stream_its_tables() -> None:
    read = {"shop", "refund_line_items"}
    for stream in ALL_STREAMS:
        read.update(stream.tables)
    assert read == {table.name for table in TABLES}
