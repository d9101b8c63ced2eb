"""What a query costs, and the bucket it is paid from.

Belongs here: the vendor's rule of thumb for costs, the leaky bucket. Does not belong here: the
answers that say so (`shop.py`).

Scalars and enums 0, an object 1, an interface or union its dearest branch, a mutation 10, a
connection 2 and its page size times one item. A plain list counts as one of its items.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil
from typing import Any

from graphql import (
    FieldNode,
    GraphQLObjectType,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    get_named_type,
    is_abstract_type,
    is_leaf_type,
)
from graphql.execution.collect_fields import collect_fields, collect_sub_fields
from graphql.execution.values import get_argument_values

from vendor_emulator.clock import Clock
from vendor_emulator.vendors.shopify.schema import is_connection

MUTATION = 10
PER_ITEM = {"variants": 0.2, "files": 1.9, "metafields": 0.4}
CONNECTION = 2
MAX_QUERY_COST = 1000
RESTORE_RATES = {"standard": 100.0, "advanced": 200.0, "plus": 1000.0, "enterprise": 2000.0}
BUCKET_SECONDS = 20
"""A bucket holds what is restored in this time: 2,000 points at 100 a second."""


@dataclass
class Pricing:
    """Prices one operation with its variables; `details` are for the debug header."""

    schema: GraphQLSchema
    fragments: Mapping[str, Any]
    variables: dict[str, Any]
    details: list[dict[str, Any]] = field(default_factory=list)

    def operation(self, node: OperationDefinitionNode) -> int:
        if node.operation is OperationType.MUTATION:
            root = self.schema.mutation_type
        else:
            root = self.schema.query_type
        assert root is not None
        fields = collect_fields(
            self.schema, dict(self.fragments), self.variables, root, node.selection_set
        )
        if node.operation is OperationType.MUTATION:
            return sum(self._mutation(root, nodes[0]) for nodes in fields.values())
        return self._fields(root, fields, ())

    def _mutation(self, root: GraphQLObjectType, node: FieldNode) -> int:
        """A base price, and for `productSet` one for each thing in its lists."""
        sent = get_argument_values(root.fields[node.name.value], node, self.variables)
        lists = sent.get("input") if node.name.value == "productSet" else None
        more = sum(price * len((lists or {}).get(name) or ()) for name, price in PER_ITEM.items())
        return MUTATION + ceil(more)

    def _fields(
        self,
        parent: GraphQLObjectType,
        fields: Mapping[str, Sequence[FieldNode]],
        path: tuple[str, ...],
    ) -> int:
        return sum(self._field(parent, nodes, (*path, key)) for key, nodes in fields.items())

    def _field(
        self, parent: GraphQLObjectType, nodes: Sequence[FieldNode], path: tuple[str, ...]
    ) -> int:
        definition = parent.fields.get(nodes[0].name.value)
        if definition is None:  # __typename, __schema
            return 0
        named = get_named_type(definition.type)
        if is_leaf_type(named):
            return 0
        inside = self._inside(named, nodes, path)
        if is_connection(definition.type):
            arguments = get_argument_values(definition, nodes[0], self.variables)
            size = arguments.get("first") or arguments.get("last") or 0
            own, total = CONNECTION, CONNECTION + size * inside
        elif parent.name.endswith("Edge") or parent.name.endswith("Connection"):
            # nodes, edges{node}: one item each; page information and the edge itself are free.
            own = 1 if nodes[0].name.value in ("node", "nodes") else 0
            total = own + inside
        else:
            own, total = 1, 1 + inside
        self.details.append(
            {
                "path": list(path),
                "definedCost": own,
                "requestedTotalCost": total,
                "requestedChildrenCost": inside,
            }
        )
        return total

    def _inside(self, named: Any, nodes: Sequence[FieldNode], path: tuple[str, ...]) -> int:
        possible = self.schema.get_possible_types(named) if is_abstract_type(named) else [named]
        return max(
            self._fields(
                one,
                collect_sub_fields(
                    self.schema, dict(self.fragments), self.variables, one, list(nodes)
                ),
                path,
            )
            for one in possible
        )


class Bucket:
    """Points that queries are paid from; they come back with time."""

    def __init__(self, clock: Clock, *, maximum: float, restore_rate: float) -> None:
        self.clock = clock
        self.maximum, self.restore_rate = maximum, restore_rate
        self._level, self._at = maximum, clock.seconds()

    def configure(self, *, maximum: float | None = None, restore_rate: float | None = None) -> None:
        """Another plan, or a faster one for a test; the bucket is full afterwards."""
        self.restore_rate = self.restore_rate if restore_rate is None else restore_rate
        if maximum is None and restore_rate is not None:
            maximum = max(self.maximum, restore_rate * BUCKET_SECONDS)
        self.maximum = self.maximum if maximum is None else maximum
        self._level, self._at = self.maximum, self.clock.seconds()

    @property
    def level(self) -> float:
        now = self.clock.seconds()
        self._level = min(self.maximum, self._level + (now - self._at) * self.restore_rate)
        self._at = now
        return self._level

    def take(self, points: float) -> bool:
        if self.level < points:
            return False
        self._level -= points
        return True

    def give_back(self, points: float) -> None:
        self._level = min(self.maximum, self.level + points)

    def drain(self) -> None:
        self._level, self._at = 0.0, self.clock.seconds()

    def status(self) -> dict[str, float]:
        return {
            "maximumAvailable": float(self.maximum),
            "currentlyAvailable": int(self.level),
            "restoreRate": float(self.restore_rate),
        }
