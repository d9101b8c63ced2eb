"""Holds what was said to and by the emulated Shopify to Shopify's Admin GraphQL schema.

An answer is right when executing the question over it, with the schema's types, gives it back: each
field is there, none is null where the schema says it never is, and nothing was added.

Belongs here: the check of one exchange. Does not belong here: the documents that the connector can
compose (`test_shopify_queries.py`), the emulator's own schema (`test_shopify_sdl.py`).
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLError,
    GraphQLResolveInfo,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    build_schema,
    execute_sync,
    parse,
    specified_rules,
    validate,
)
from graphql.execution.values import get_variable_values

from dlt_pipelines.sources.shopify.shapes import API_VERSION
from tests.conformance.specs import NOT_COMPARED, read_spec
from vendor_emulator.recorder import Recorded

GRAPHQL_PATH = f"/admin/api/{API_VERSION}/graphql.json"
BULK_FILE = re.compile(r"/bulk/.+")
OUTSIDE_THE_SCHEMA = {
    "/admin/oauth/access_token": "the OAuth token is no part of the Admin API's schema",
}
REFUSALS = (401, 402, 403, 404, 423, 429, 500, 502, 503)
"""Answers that Shopify gives in front of GraphQL: their bodies are in no schema."""


class ShopifySpec:
    """An operation's name is its root field: `orders`, `bulkOperationRunQuery`; the query that a
    bulk operation runs is held to the schema too, as `bulk orders`."""

    vendor = "shopify"
    used = frozenset(
        {
            "shop",
            "currentAppInstallation",
            "locations",
            "products",
            "collections",
            "customers",
            "orders",
            "inventoryItems",
            "discountNodes",
            "abandonedCheckouts",
            "fulfillmentOrders",
            "draftOrders",
            "tenderTransactions",
            "giftCards",
            "subscriptionContracts",
            "disputes",
            "companies",
            "markets",
            "priceLists",
            "pages",
            "blogs",
            "articles",
            "events",
            "productVariants",
            "nodes",
            "ordersCount",
            "productsCount",
            "customersCount",
            "collectionsCount",
            "productVariantsCount",
            "discountNodesCount",
            "abandonedCheckoutsCount",
            "draftOrdersCount",
            "giftCardsCount",
            "blogsCount",
            "companiesCount",
            "pagesCount",
            "bulkOperationRunQuery",
            "bulkOperation",
            "bulkOperations",
            "bulkOperationCancel",
        }
    )

    @cached_property
    def schema(self) -> GraphQLSchema | None:
        text = read_spec(self.vendor, f"admin_{API_VERSION}.schema.graphql")
        if text is None:
            return None
        return build_schema(text, assume_valid=True, assume_valid_sdl=True)

    @cached_property
    def parsed(self) -> dict[str, DocumentNode]:
        return {}

    def check(self, recorded: Recorded) -> str:
        if self.schema is None:
            return NOT_COMPARED
        if recorded.path in OUTSIDE_THE_SCHEMA or BULK_FILE.fullmatch(recorded.path):
            return recorded.path if recorded.path in OUTSIDE_THE_SCHEMA else "a bulk file"
        said = f"{recorded.method} {recorded.path}"
        assert said == f"POST {GRAPHQL_PATH}", f"shopify: {said} is no address of the Admin API"
        assert recorded.headers.get("x-shopify-access-token"), "shopify: no access token was sent"
        document = self.document(recorded.operation or "")
        root = root_field(document)
        self.check_variables(document, recorded.variables, root)
        if bulk := recorded.variables.get("query") if root == "bulkOperationRunQuery" else None:
            self.document(bulk)
        if recorded.status not in REFUSALS:
            self.check_answer(document, recorded, root)
        return root

    def document(self, text: str) -> DocumentNode:
        """Parsed once; valid by every rule of the GraphQL standard."""
        assert self.schema is not None
        if text not in self.parsed:
            try:
                tree = parse(text)
            except GraphQLError as error:
                raise AssertionError(
                    f"shopify: no GraphQL: {error.message}: {text[:200]}"
                ) from None
            wrong = [error.message for error in validate(self.schema, tree, specified_rules)]
            assert not wrong, f"shopify: {'; '.join(wrong[:5])} in {text[:200]}"
            self.parsed[text] = tree
        return self.parsed[text]

    def check_variables(self, document: DocumentNode, sent: dict[str, Any], root: str) -> None:
        assert self.schema is not None
        declared = operation_of(document).variable_definitions
        values = get_variable_values(self.schema, declared, sent)
        wrong = [error.message for error in values] if isinstance(values, list) else []
        wrong += sorted(set(sent) - {one.variable.name.value for one in declared})
        assert not wrong, f"shopify: variables of {root}: {'; '.join(wrong)}"

    def check_answer(self, document: DocumentNode, recorded: Recorded, root: str) -> None:
        assert self.schema is not None
        received = recorded.received
        assert isinstance(received, dict), f"shopify: {root} was answered with no object"
        assert set(received) <= {"data", "errors", "extensions"}, f"shopify: {sorted(received)}"
        assert recorded.status == 200, f"shopify: {root} was answered with {recorded.status}"
        data = received.get("data")
        if data is None:
            assert received.get("errors"), f"shopify: {root} has neither data nor errors"
            return
        told = execute_sync(
            self.schema,
            document,
            root_value=data,
            variable_values=recorded.variables,
            field_resolver=as_answered,
            type_resolver=type_as_answered,
        )
        denied = {tuple(error.get("path") or ()) for error in received.get("errors") or ()}
        wrong = [
            f"{'/'.join(map(str, error.path or ()))}: {error.message}"
            for error in told.errors or ()
            if not any(tuple(error.path or ())[: len(path)] == path for path in denied)
        ]
        assert not wrong, f"shopify: answer to {root}: {'; '.join(wrong[:5])}"
        if not denied:
            assert told.data == data, f"shopify: the answer to {root} has fields not asked for"


def operation_of(document: DocumentNode) -> OperationDefinitionNode:
    return next(one for one in document.definitions if isinstance(one, OperationDefinitionNode))


def root_field(document: DocumentNode) -> str:
    first = operation_of(document).selection_set.selections[0]
    assert isinstance(first, FieldNode)
    return first.name.value


def as_answered(source: Any, info: GraphQLResolveInfo, **_: Any) -> Any:
    """The value under the name it was asked by; that it is missing is an error of the answer."""
    if info.path.key not in source:
        raise GraphQLError("it was asked for and is missing")
    return source[info.path.key]


def type_as_answered(value: Any, info: GraphQLResolveInfo, abstract: Any) -> str:
    """By `__typename`; else the only asked-for type all of whose fields are there."""
    if "__typename" in value:
        return value["__typename"]
    possible = [one.name for one in info.schema.get_possible_types(abstract)]
    asked = [
        part
        for node in info.field_nodes
        for part in (node.selection_set.selections if node.selection_set else ())
        if isinstance(part, InlineFragmentNode) and part.type_condition
    ]
    for part in asked:
        names = [
            (one.alias or one.name).value
            for one in part.selection_set.selections
            if isinstance(one, FieldNode)
        ]
        if part.type_condition and all(name in value for name in names):
            return part.type_condition.name.value
    return possible[0]


SPEC = ShopifySpec()
