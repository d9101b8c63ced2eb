"""Composes GraphQL documents from a stream, for pages and for bulk, without the fields that the
key may not read.

Belongs here: the text of every document. Does not belong here: the fields themselves
(`queries.py`).

Pages and bulk ask for the same fields in the same order, so that both land as the same record.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from dlt_pipelines.connector import Window
from dlt_pipelines.sources.shopify.queries import SHOP_FIELDS
from dlt_pipelines.sources.shopify.shapes import Children, Stream

BULK_MARK = "ChordDagster"
"""Name of our bulk operations, by which a later run knows its own leftovers."""
PAGE_INFO = "pageInfo { hasNextPage endCursor }"
WRAPPERS = frozenset({"edges", "node", "nodes"})

ACCOUNT = """query Account {
  currentAppInstallation { accessScopes { handle } }
  shop { id name myshopifyDomain plan { publicDisplayName } }
}"""
OPENING = ACCOUNT.replace("id name myshopifyDomain plan { publicDisplayName }", SHOP_FIELDS.strip())
"""Brings the one row of the table `shop` along."""

SETUP_TEST = ACCOUNT.replace("query Account {", "query SetupTest {").replace(
    "\n}", "\n  customers(first: 1) { nodes { displayName } }\n}"
)
"""Also shows whether this app may see protected customer data."""

RUN_BULK = """mutation RunBulk($query: String!) {
  bulkOperationRunQuery(query: $query, groupObjects: false) {
    bulkOperation { id status }
    userErrors { field message code }
  }
}"""
POLL_BULK = """query PollBulk($id: ID!) {
  bulkOperation(id: $id) { id status errorCode objectCount fileSize url partialDataUrl }
}"""
LIST_BULK = """query ListBulk($created: String!, $running: String!) {
  created: bulkOperations(first: 50, query: $created, sortKey: CREATED_AT, reverse: true) {
    nodes { id status type query }
  }
  running: bulkOperations(first: 50, query: $running, sortKey: CREATED_AT, reverse: true) {
    nodes { id status type query }
  }
}"""
CANCEL_BULK = """mutation CancelBulk($id: ID!) {
  bulkOperationCancel(id: $id) { bulkOperation { id status } userErrors { field message } }
}"""


def count_document(asked: Mapping[str, str | None]) -> tuple[str, dict[str, str]]:
    """Several `...Count` queries, each with its search terms if it takes any; and the variables."""
    parts = [(f"{query}(WHERE limit: null) {{ count precision }}", asked[query]) for query in asked]
    return searching("Count", parts)


def look_document(
    looks: Iterable[tuple[str, str, str | None]],
) -> tuple[str, dict[str, str]]:
    """Several looks, each with its alias and search terms; and the variables."""
    return searching("Look", [(f"{alias}: {text}", terms) for alias, text, terms in looks])


def look_at(stream: Stream, *, first: int) -> str:
    """Its first ids; of a small list the records."""
    fields = stream.fields if stream.is_small else "id"
    order = ""
    if stream.newest_first:
        fields, order = "id updatedAt", f" sortKey: {stream.sort}, reverse: true"
    of_the_window = "WHERE" if stream.filter else ""
    inner = "".join(
        nested(children, ["WHERE first: 1"], "nodes { id }")
        for children in stream.children
        if children.filtered
    )
    return (
        f"{stream.root}({of_the_window} first: {first}, {stream.arguments}{order})"
        f" {{ nodes {{ {fields}{inner} }} {PAGE_INFO} }}"
    )


def searching(name: str, parts: Sequence[tuple[str, str | None]]) -> tuple[str, dict[str, str]]:
    """A query of parts with their search terms, for which `WHERE` stands in them. The terms travel
    as variables, so that the document is the same from one sync to the next."""
    variables = {
        terms: f"query{number}"
        for number, terms in enumerate(dict.fromkeys(terms for _, terms in parts if terms))
    }
    body = " ".join(
        text.replace("WHERE", f"query: ${variables[terms]}," if terms else "")
        for text, terms in parts
    )
    declared = ", ".join(f"${variable}: String" for variable in variables.values())
    head = f"query {name}({declared})" if declared else f"query {name}"
    return f"{head} {{ {body} }}", {variable: terms for terms, variable in variables.items()}


def page_document(stream: Stream, *, without: frozenset[str] = frozenset()) -> str:
    """Variables: first, after, query; a children's `query` is named after them. Their `first` is
    written out, for a variable of a field that is left out would be one too many."""
    declared, inner = ["$first: Int!", "$after: String"], ""
    arguments = ["first: $first", "after: $after"]
    if stream.filter:
        declared.append("$query: String")
        arguments.append("query: $query")
    if stream.sort:
        arguments.append(f"sortKey: {stream.sort}")
    if stream.newest_first:
        arguments.append("reverse: true")
    if stream.arguments:
        arguments.append(stream.arguments)
    for children in stream.children:
        asked = [f"first: {children.first}"]
        if children.filtered:
            declared.append(f"${children.field}Query: String")
            asked.append(f"query: ${children.field}Query")
        inner += nested(children, asked, page_of(children))
    return pruned(
        f"query Page({', '.join(declared)}) {{ {stream.root}({', '.join(arguments)}) {{"
        f" nodes {{ {stream.fields} {parts_of(stream)} {inner} }} {PAGE_INFO} }} }}",
        without,
    )


def more_document(children: Children, *, without: frozenset[str] = frozenset()) -> str:
    """A further page of one record's children. Variables: id, first, after, and query."""
    declared = ["$id: ID!", "$first: Int!", "$after: String"]
    asked = ["first: $first", "after: $after"]
    if children.filtered:
        declared.append("$query: String")
        asked.append("query: $query")
    inner = nested(children, asked, page_of(children))
    return pruned(
        f"query More({', '.join(declared)}) {{ node(id: $id) {{ ... on {children.on} {{"
        f" {inner} }} }} }}",
        without,
        children.above,
    )


def nodes_document(children: Children, *, without: frozenset[str] = frozenset()) -> str:
    """The children of many records by their ids. Variables: ids, first."""
    inner = nested(children, ["first: $first"], page_of(children))
    return pruned(
        "query Nodes($ids: [ID!]!, $first: Int!) { nodes(ids: $ids) {"
        f" ... on {children.on} {{ id {inner} }} }} }}",
        without,
    )


def bulk_document(stream: Stream, terms: str, *, without: frozenset[str] = frozenset()) -> str:
    """Never with a sort key: together with an `updated_at` filter it silently omits records."""
    arguments = []
    if stream.filter and terms:
        arguments.append(f"query: {quoted(terms)}")
    if stream.arguments:
        arguments.append(stream.arguments)
    inner = ""
    for children in stream.children:
        asked = [f"query: {quoted(terms)}"] if children.filtered and terms else []
        below = "".join(nested(each, [], lines_of(each)) for each in children.children)
        inner += nested(children, asked, lines_of(children, below))
    asked = f"({', '.join(arguments)})" if arguments else ""
    return pruned(
        f"query {BULK_MARK} {{ {stream.root}{asked} {{ edges {{ node {{"
        f" {stream.fields} {parts_of(stream)} {inner} }} }} }} }}",
        without,
    )


def page_of(children: Children) -> str:
    below = "".join(
        nested(each, [f"first: {each.first}"], page_of(each)) for each in children.children
    )
    return f"nodes {{ {children.fields}{below} }} {PAGE_INFO}"


def lines_of(children: Children, below: str = "") -> str:
    return f"edges {{ node {{ {children.fields}{below} }} }}"


def nested(children: Children, arguments: list[str], body: str) -> str:
    if children.arguments:
        arguments = [*arguments, children.arguments]
    asked = f"({', '.join(arguments)})" if arguments else ""
    text = f"{children.field}{asked} {{ {body} }}"
    if children.types_within:
        text = " ".join(f"... on {name} {{ {text} }}" for name in children.types_within)
    for step in reversed(children.within):
        text = f"{step} {{ {text} }}"
    return f" {text}"


def parts_of(stream: Stream) -> str:
    return " ".join(f"{part.field} {{ {part.fields} }}" for part in stream.parts)


def search_terms(term: str, window: Window) -> str:
    """Bounds are quoted (an offset would end the term) and inclusive: Shopify treats `>` as `>=`
    on times, so rows repeat at a seam and are merged by id."""
    bounds = [f"{term}:>='{moment(window.since)}'"] if window.since else []
    return " AND ".join([*bounds, f"{term}:<='{moment(window.until)}'"])


def moment(time: datetime) -> str:
    return time.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


@lru_cache(maxsize=256)
def pruned(document: str, without: frozenset[str], above: tuple[str, ...] = ()) -> str:
    """The document without the fields at these paths (`customer`, `lineItems.variant`): paths from
    the record, without `edges`, `node` and `nodes`. `above`: where the document's root stands."""
    if not without:
        return document
    # Only a narrowed key pays for this import (0.2 s).
    from graphql import OperationDefinitionNode, parse, print_ast

    tree = parse(document, no_location=True)
    for definition in tree.definitions:
        if isinstance(definition, OperationDefinitionNode):
            for root in definition.selection_set.selections:
                drop_fields(root, without, above)
    return print_ast(tree)


def drop_fields(node: Any, without: frozenset[str], path: tuple[str, ...]) -> bool:
    """Whether anything of the node (a field or a fragment) is left."""
    if node.selection_set is None:
        return True
    kept = []
    for inner in node.selection_set.selections:
        name = inner.name.value if inner.kind == "field" else None
        steps = path if name is None or name in WRAPPERS else (*path, name)
        if ".".join(steps) not in without and drop_fields(inner, without, steps):
            kept.append(inner)
    node.selection_set.selections = tuple(kept)
    return bool(kept)
