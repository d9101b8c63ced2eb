"""Klaviyo's filters: `greater-than(updated,2026-01-01T00:00:00Z),equals(archived,true)`.

Belongs here: reading a filter, and whether a record meets it. Does not belong here: which fields
and operators an endpoint knows (`routes.py`).
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from vendor_emulator.vendors.klaviyo.errors import invalid

TERM = re.compile(r"([a-z-]+)\(([A-Za-z_$.]+)(?:,((?:\"[^\"]*\"|'[^']*'|\[[^\]]*\]|[^()])*))?\)")
MOMENT = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)?)?")
COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "greater-than": operator.gt,
    "greater-or-equal": operator.ge,
    "less-than": operator.lt,
    "less-or-equal": operator.le,
}


@dataclass(frozen=True)
class Term:
    operator: str
    field: str
    value: Any

    def met_by(self, value: Any) -> bool:
        if self.operator in COMPARE:
            if value is None:
                return False
            if isinstance(self.value, datetime) and isinstance(value, str):
                value = datetime.fromisoformat(value)
            return COMPARE[self.operator](value, self.value)
        if self.operator == "equals":
            return any(each == self.value for each in (value if type(value) is list else [value]))
        if self.operator == "any":
            return value in self.value
        if self.operator == "contains":
            return self.value.lower() in str(value).lower()
        if self.operator == "starts-with":
            return str(value).startswith(self.value)
        if self.operator == "ends-with":
            return str(value).endswith(self.value)
        return value is not None  # has


def read_filter(text: str, allowed: Mapping[str, tuple[str, ...]]) -> tuple[Term, ...]:
    """Raises `Refused` for what Klaviyo would not understand."""
    if text.startswith("and(") and text.endswith(")"):
        text = text[4:-1]
    terms = []
    place = 0
    while place < len(text):
        found = TERM.match(text, place)
        if found is None:
            raise invalid("Invalid filter provided.", "filter")
        name, field, value = found.groups()
        if field not in allowed:
            raise invalid(f"'{field}' is not a filterable field for this resource.", "filter")
        if name not in allowed[field]:
            known = ", ".join(allowed[field])
            raise invalid(f"'{name}' is not allowed for '{field}'; use {known}.", "filter")
        terms.append(Term(name, field, value_of(name, value)))
        place = found.end()
        if place < len(text):
            if text[place] != ",":
                raise invalid("Invalid filter provided.", "filter")
            place += 1
            if place == len(text):
                raise invalid("Invalid filter provided.", "filter")
    return tuple(terms)


def value_of(name: str, text: str | None) -> Any:
    if name == "has":
        return None
    if text is None or text == "":
        raise invalid("A filter needs a value.", "filter")
    if text[0] in "\"'":
        return text[1:-1]
    if text[0] == "[":
        return [value_of("equals", part.strip()) for part in text[1:-1].split(",")]
    if text in ("true", "false"):
        return text == "true"
    if re.fullmatch(r"-?\d+", text):
        return int(text)
    if MOMENT.fullmatch(text):
        moment = datetime.fromisoformat(text)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    raise invalid(f"'{text}' is not a value; texts stand in quotes.", "filter")
