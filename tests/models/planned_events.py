"""The track events of the plans that ship, and what the staging model of each has to be.

Belongs here: from a plan's schemas to a model's name, its columns, their types and sample values.
Does not belong here: messages through the models (`test_planned_events.py`).

The rules are said here anew and not read from the models: a model that lacks a property of its
plan, or reads money as a float, differs from them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

from chord_platform.events.plans.library import SHIPPED, Plans

# What every planned event's model has of the message around the properties.
AROUND: Mapping[str, str] = {
    "event_id": "VARCHAR",
    "source": "VARCHAR",
    "side": "VARCHAR",
    "environment": "VARCHAR",
    "message_id": "VARCHAR",
    "event_text": "VARCHAR",
    "user_id": "VARCHAR",
    "anonymous_id": "VARCHAR",
    "occurred_at": "TIMESTAMP WITH TIME ZONE",
    "received_at": "TIMESTAMP WITH TIME ZONE",
}
# A plan calls every number `number`. These are counts, ids are text, the others are money.
COUNTS = {
    "installment_count", "interval_length", "position", "quantity", "step", "total_on_hand",
}  # fmt: skip
MONEY = "DECIMAL(18,4)"
ANYTHING = ("object", "string")  # of a property that has no type in its plan


@dataclass(frozen=True)
class Property:
    """types: those of JSON Schema, of all plans, versions and sides together."""

    name: str
    types: tuple[str, ...]
    place: int

    @property
    def column(self) -> str:
        own = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", self.name).lower()
        return f"sent_{own}" if own in AROUND else own

    @property
    def kind(self) -> str:
        if {"object", "array"} & set(self.types):
            return "JSON"
        if "string" in self.types or self.name.endswith("_id"):
            return "VARCHAR"
        if self.types == ("boolean",):
            return "BOOLEAN"
        return "BIGINT" if self.name in COUNTS else MONEY

    def sample(self, variant: int) -> Any:
        """Each property's own, so that two columns cannot have changed places."""
        return {
            "string": f"00{self.place}" if self.name.endswith("_id") else f"Größe {self.name}",
            "boolean": self.place % 2 == 0,
            "object": {self.name: {"of": [self.place, None]}, "total": 0.1},
            "array": [{"sku": f"0{self.place}", "price": 10.1}, {}],
            "number": self.number,
            "integer": self.number,
        }[self.types[variant % len(self.types)]]

    @property
    def number(self) -> float:
        is_whole = self.name in COUNTS or self.name.endswith("_id")
        return 100 + self.place if is_whole else 1000.05 + self.place

    def staged(self, said: Any) -> Any:
        """What the column holds, JSON read back, when a value of the planned type was said."""
        if self.kind == MONEY:
            return Decimal(str(said))
        return str(said) if self.kind == "VARCHAR" else said


@dataclass(frozen=True)
class StagedEvent:
    name: str
    spellings: tuple[str, ...]
    properties: tuple[Property, ...]

    @property
    def model(self) -> str:
        return f"staging.stg_events__{re.sub(r'[^a-z0-9]+', '_', self.name.lower())}"

    @property
    def columns(self) -> dict[str, str]:
        return {**AROUND, **{each.column: each.kind for each in self.properties}}

    @property
    def variants(self) -> int:
        return max((len(each.types) for each in self.properties), default=1)


@cache
def staged_events() -> tuple[StagedEvent, ...]:
    found: dict[str, dict[str, set[str]]] = {}
    spellings: dict[str, set[str]] = {}
    plans = Plans(SHIPPED)
    for event in (each for name in plans.names() for each in plans.load(name).events):
        if event.call != "track":
            continue
        spellings.setdefault(event.name, {event.name}).update(event.also_called)
        properties = found.setdefault(event.name, {})
        for version in event.versions.values():
            for schema in (version.schema, version.back_end_schema or {}):
                for name, types in typed_properties(schema):
                    properties.setdefault(name, set()).update(types)
    return tuple(
        StagedEvent(
            name=event,
            spellings=tuple(sorted(spellings[event])),
            properties=tuple(
                Property(name, tuple(sorted(properties[name])) or ANYTHING, place)
                for place, name in enumerate(sorted(properties), start=1)
            ),
        )
        for event, properties in sorted(found.items())
    )


def typed_properties(schema: Mapping[str, Any]) -> Iterator[tuple[str, tuple[str, ...]]]:
    payload = schema.get("properties", {}).get("properties", {})
    for name, said in payload.get("properties", {}).items():
        yield name, tuple(json_types(said))


def json_types(said: Mapping[str, Any]) -> Iterator[str]:
    if "type" in said:
        yield from [said["type"]] if isinstance(said["type"], str) else said["type"]
    for other in (*said.get("anyOf", ()), *said.get("oneOf", ())):
        yield from json_types(other)
