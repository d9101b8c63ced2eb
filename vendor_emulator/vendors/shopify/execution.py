"""Answers a validated query.

Belongs here: the session of one request, compiling a selection into functions, the fall-back to
graphql-core. Does not belong here: fields (`fields*.py`), what a query costs, HTTP.

A query nobody may refuse in part is compiled into plain functions, about ten times as fast as
graphql-core's executor, which a test compares it with. Where a field is refused (access, a page too
large, a cursor of another list) graphql-core executes: it knows how nulls travel upwards.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLObjectType,
    GraphQLResolveInfo,
    OperationDefinitionNode,
    OperationType,
    execute_sync,
    get_named_type,
    is_abstract_type,
    is_leaf_type,
)
from graphql.execution.collect_fields import collect_fields, collect_sub_fields
from graphql.execution.values import get_argument_values

from vendor_emulator.vendors.shopify.access import DOCUMENTATION, Denial, Grant, denial
from vendor_emulator.vendors.shopify.cost import CONNECTION
from vendor_emulator.vendors.shopify.fields import TYPES
from vendor_emulator.vendors.shopify.paging import PAGING, WALL, Ordered, Page, PageRefused, cut
from vendor_emulator.vendors.shopify.schema import is_connection, is_list, load_schema
from vendor_emulator.vendors.shopify.things import type_of
from vendor_emulator.vendors.shopify.world import World

Value = Callable[[Any], Any]


@dataclass
class Session:
    """One request's view: who asks, when, and what came up on the way."""

    world: World
    grant: Grant
    now: datetime
    jobs: Any
    select: Callable[[str, str | None, str | None], Ordered]
    base_url: str = ""
    domain: str = ""
    plan: str = "standard"
    versions: Sequence[str] = ()
    wall: int = WALL
    is_volatile: bool = False
    shop: Any = None
    written: dict[Any, Any] = field(default_factory=dict)
    cost: int = 0
    webhooks: Any = None

    @property
    def shop_url(self) -> str:
        return f"https://{self.domain}"


@dataclass(frozen=True)
class Prepared:
    """A parsed and valid document and the operation of it that is to run."""

    document: DocumentNode
    operation: OperationDefinitionNode
    fragments: dict[str, FragmentDefinitionNode] = field(default_factory=dict)


@dataclass(frozen=True)
class Result:
    data: Any
    errors: list[dict[str, Any]]
    actual_cost: int | None


class Refused(Exception):
    """Part of the query is refused: graphql-core has to execute it."""


def execute(prepared: Prepared, variables: dict[str, Any], session: Session) -> Result:
    try:
        return compiled(prepared, variables, session)
    except (Refused, PageRefused):
        session.cost = 0
        return by_graphql_core(prepared, variables, session)


def compiled(prepared: Prepared, variables: dict[str, Any], session: Session) -> Result:
    schema = load_schema()
    operation = prepared.operation
    is_mutation = operation.operation is OperationType.MUTATION
    root = schema.mutation_type if is_mutation else schema.query_type
    assert root is not None
    compiler = Compiler(prepared.fragments, variables, session)
    fields = collect_fields(schema, prepared.fragments, variables, root, operation.selection_set)
    if any(nodes[0].name.value.startswith("__") for nodes in fields.values()):
        raise Refused("introspection")
    run = compiler.fields(root, fields)
    data = run(None)
    return Result(data, [], None if is_mutation else session.cost)


class Compiler:
    """Turns selections into functions from a thing to what the answer shows of it."""

    def __init__(
        self,
        fragments: dict[str, FragmentDefinitionNode],
        variables: dict[str, Any],
        session: Session,
    ) -> None:
        self.schema = load_schema()
        self.fragments, self.variables, self.session = fragments, variables, session

    def fields(self, parent: GraphQLObjectType, fields: Mapping[str, list[FieldNode]]) -> Value:
        plan = [(key, self.field(parent, nodes)) for key, nodes in fields.items()]

        def run(thing: Any) -> dict[str, Any]:
            return {key: value(thing) for key, value in plan}

        return run

    def field(self, parent: GraphQLObjectType, nodes: list[FieldNode]) -> Value:
        name = nodes[0].name.value
        if name == "__typename":
            return lambda thing: parent.name
        definition = parent.fields[name]
        named = get_named_type(definition.type)
        if denial(self.session.grant, parent.name, name, named.name) is not None:
            raise Refused(name)
        arguments = get_argument_values(definition, nodes[0], self.variables)
        value = bind(parent.name, name, definition.type, arguments, self.session)
        if is_leaf_type(named):
            return value
        if is_connection(definition.type):
            return self._charged(value, self.selected(named, nodes), CONNECTION)
        return self._completed(parent, definition.type, value, self.selected(named, nodes))

    def selected(self, named: Any, nodes: list[FieldNode]) -> Value:
        if is_abstract_type(named):
            by_type: dict[str, Value] = {}

            def run(thing: Any) -> Any:
                name = type_of(named.name, thing)
                if name not in by_type:
                    by_type[name] = self._object(self.schema.type_map[name], nodes)
                return by_type[name](thing)

            return run
        return self._object(named, nodes)

    def _object(self, type_: Any, nodes: list[FieldNode]) -> Value:
        return self.fields(
            type_, collect_sub_fields(self.schema, self.fragments, self.variables, type_, nodes)
        )

    def _completed(self, parent: GraphQLObjectType, type_: Any, value: Value, sub: Value) -> Value:
        session = self.session
        if is_list(type_):
            free = parent.name.endswith("Connection")

            def run_list(thing: Any) -> Any:
                rows = value(thing)
                if rows is None or not rows:
                    return rows
                if free:
                    session.cost += len(rows)
                    return [sub(one) if one is not None else None for one in rows]
                # Counts as one of its items, as the requested cost does.
                session.cost += 1
                shown = [sub(rows[0]) if rows[0] is not None else None]
                after_first = session.cost
                shown += [sub(one) if one is not None else None for one in rows[1:]]
                session.cost = after_first
                return shown

            if get_named_type(type_).name.endswith("Edge"):
                return lambda thing: [sub(one) for one in value(thing)]
            return run_list
        if get_named_type(type_).name == "PageInfo":
            return lambda thing: sub(value(thing))
        return self._charged(value, sub, 1)

    def _charged(self, value: Value, sub: Value, points: int) -> Value:
        session = self.session

        def run(thing: Any) -> Any:
            found = value(thing)
            if found is None:
                return None
            session.cost += points
            return sub(found)

        return run


def bind(parent: str, name: str, type_: Any, arguments: dict[str, Any], session: Session) -> Value:
    """The field as a function of the thing alone; a connection's gives its page."""
    fields = TYPES.get(parent)
    if fields is None:
        return _of_page(name)
    resolve = fields[name]
    if not is_connection(type_):
        if arguments:
            return lambda thing: resolve(thing, session, **arguments)
        return lambda thing: resolve(thing, session)
    own = own_arguments(parent, name, arguments)

    def page(thing: Any) -> Page | None:
        rows = resolve(thing, session, **own) if own else resolve(thing, session)
        return None if rows is None else cut(rows, arguments, wall=session.wall)

    return page


def own_arguments(parent: str, name: str, arguments: dict[str, Any]) -> dict[str, Any]:
    """Without those of paging. Only the root's lists and stock levels are searched here.

    Raises:
        PageRefused: an inner connection is searched; an unfiltered answer would be a silent lie.
    """
    own = {key: value for key, value in arguments.items() if key not in PAGING}
    if parent != "QueryRoot":
        own.pop("sortKey", None)
        if name != "inventoryLevels" and own.pop("query", None) is not None:
            raise PageRefused("The emulator does not search inner connections.", "NOT_EMULATED")
    return own


def _of_page(name: str) -> Value:
    """Fields of connections, edges and page information, which are the same for all types."""
    return {
        "nodes": lambda page: page.items,
        "edges": lambda page: [(page, item) for item in page.items],
        "pageInfo": lambda page: page,
        "cursor": lambda edge: edge[0].cursor(edge[1]),
        "node": lambda edge: edge[1],
        "hasNextPage": lambda page: page.has_next,
        "hasPreviousPage": lambda page: page.has_previous,
        "startCursor": lambda page: page.cursor(page.items[0]) if page.items else None,
        "endCursor": lambda page: page.cursor(page.items[-1]) if page.items else None,
    }[name]


def by_graphql_core(prepared: Prepared, variables: dict[str, Any], session: Session) -> Result:
    def resolve(thing: Any, info: GraphQLResolveInfo, **arguments: Any) -> Any:
        parent, name = info.parent_type.name, info.field_name
        if refused := denial(session.grant, parent, name, get_named_type(info.return_type).name):
            raise GraphQLError(refused.message, extensions=_extensions(refused))
        try:
            return bind(parent, name, info.return_type, arguments, session)(thing)
        except PageRefused as error:
            raise GraphQLError(str(error), extensions={"code": error.code}) from error

    done = execute_sync(
        load_schema(),
        _only(prepared),
        variable_values=variables,
        operation_name=prepared.operation.name.value if prepared.operation.name else None,
        field_resolver=resolve,
        type_resolver=lambda thing, info, abstract: type_of(abstract.name, thing),
    )
    errors = [dict(error.formatted) for error in done.errors or []]
    return Result(done.data, errors, None)


def _only(prepared: Prepared) -> DocumentNode:
    return DocumentNode(definitions=(prepared.operation, *prepared.fragments.values()))


def _extensions(refused: Denial) -> dict[str, Any]:
    extensions = {"code": "ACCESS_DENIED", "documentation": DOCUMENTATION}
    if refused.required:
        extensions["requiredAccess"] = refused.required
    return extensions
