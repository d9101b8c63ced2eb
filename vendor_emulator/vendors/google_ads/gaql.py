"""The Google Ads Query Language, as far as the emulated vendor reads it.

Belongs here: parsing, and what the language itself refuses. Does not belong here: which fields
there are (`catalogue.py`), rows.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from vendor_emulator.vendors.google_ads.failures import Refused

NAME = r"[a-z_][a-z0-9_.]*"
QUERY = re.compile(
    rf"\s*SELECT\s+(?P<select>{NAME}(?:\s*,\s*{NAME})*)"
    rf"(?:\s+FROM\s+(?P<resource>[a-z_]+))?"
    r"(?:\s+WHERE\s+(?P<where>.+?))?"
    rf"(?:\s+ORDER\s+BY\s+(?P<order>{NAME}(?:\s+(?:ASC|DESC))?(?:\s*,\s*{NAME}(?:\s+(?:ASC|DESC))?)*))?"
    r"(?:\s+LIMIT\s+(?P<limit>\d+))?"
    r"(?:\s+PARAMETERS\s+(?P<parameters>.+?))?\s*",
    re.IGNORECASE | re.DOTALL,
)
VALUE = r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"|-?\d+(?:\.\d+)?|TRUE|FALSE|[A-Z_]+"
CONDITION = re.compile(
    rf"\s*(?P<field>{NAME})\s*(?:"
    rf"(?P<between>BETWEEN)\s+(?P<low>{VALUE})\s+AND\s+(?P<high>{VALUE})"
    rf"|(?P<list>(?:NOT\s+)?IN)\s*\((?P<items>[^)]*)\)"
    rf"|(?P<op>=|!=|>=|<=|>|<)\s*(?P<value>{VALUE})"
    r"|(?P<null>IS\s+(?:NOT\s+)?NULL)"
    r")\s*(?P<rest>AND\b|$)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Condition:
    """`op` is one of =, !=, >=, <=, >, <, IN, NOT IN, BETWEEN, IS NULL, IS NOT NULL."""

    field: str
    op: str
    values: tuple[str, ...]

    def holds(self, value: Any) -> bool:
        if self.op in ("IS NULL", "IS NOT NULL"):
            return (value is None) == (self.op == "IS NULL")
        if value is None:
            return self.op in ("!=", "NOT IN")
        mine: Any
        known: list[Any]
        if isinstance(value, bool):
            mine, known = str(value).upper(), [other.upper() for other in self.values]
        elif isinstance(value, int | float):
            mine, known = float(value), [number(other) for other in self.values]
        else:
            mine, known = str(value), list(self.values)
        return {
            "=": lambda: mine == known[0],
            "!=": lambda: mine != known[0],
            ">=": lambda: mine >= known[0],
            "<=": lambda: mine <= known[0],
            ">": lambda: mine > known[0],
            "<": lambda: mine < known[0],
            "IN": lambda: mine in known,
            "NOT IN": lambda: mine not in known,
            "BETWEEN": lambda: known[0] <= mine <= known[1],
        }[self.op]()


@dataclass(frozen=True)
class Parsed:
    select: tuple[str, ...]
    resource: str
    where: tuple[Condition, ...] = ()
    order: tuple[tuple[str, bool], ...] = ()
    limit: int | None = None

    @property
    def metrics(self) -> tuple[str, ...]:
        return tuple(name for name in self.select if name.startswith("metrics."))

    @property
    def segments(self) -> tuple[str, ...]:
        return tuple(name for name in self.select if name.startswith("segments."))

    def on(self, field: str) -> list[Condition]:
        return [condition for condition in self.where if condition.field == field]


def parse(text: Any, *, needs_from: bool = True) -> Parsed:
    """Raises `Refused` as the vendor does for a text that is no query."""
    if not isinstance(text, str) or not text.strip():
        raise Refused("requestError", "REQUIRED_FIELD_MISSING", "The query is missing.")
    found = QUERY.fullmatch(text)
    if found is None:
        raise Refused("queryError", "UNEXPECTED_INPUT", "Error in query: unexpected input.")
    if needs_from and not found["resource"]:
        raise Refused("queryError", "EXPECTED_FROM", "Error in query: expected FROM.")
    select = tuple(re.split(r"\s*,\s*", found["select"].strip()))
    if len(set(select)) < len(select):
        raise Refused("queryError", "DUPLICATE_FIELD", "A field is selected twice.")
    return Parsed(
        select=select,
        resource=(found["resource"] or "").lower(),
        where=tuple(conditions(found["where"] or "")),
        order=tuple(orderings(found["order"] or "")),
        limit=int(found["limit"]) if found["limit"] else None,
    )


def conditions(text: str) -> list[Condition]:
    made = []
    while text.strip():
        found = CONDITION.match(text)
        if found is None:
            raise Refused(
                "queryError", "UNEXPECTED_INPUT", "Error in query: unexpected input in WHERE."
            )
        made.append(condition_of(found))
        after = text[found.end() :]
        if found["rest"] and not after.strip():
            raise Refused("queryError", "EXPECTED_FILTERS_ON_NON_EMPTY_WHERE", "AND and nothing.")
        text = after
    return made


def condition_of(found: re.Match[str]) -> Condition:
    field = found["field"]
    if found["between"]:
        return Condition(field, "BETWEEN", (plain(found["low"]), plain(found["high"])))
    if found["list"]:
        values = tuple(plain(each) for each in re.findall(VALUE, found["items"], re.IGNORECASE))
        return Condition(field, " ".join(found["list"].upper().split()), values)
    if found["null"]:
        return Condition(field, " ".join(found["null"].upper().split()), ())
    return Condition(field, found["op"], (plain(found["value"]),))


def orderings(text: str) -> list[tuple[str, bool]]:
    made = []
    for part in filter(None, re.split(r"\s*,\s*", text.strip())):
        name, *way = part.split()
        made.append((name, bool(way) and way[0].upper() == "DESC"))
    return made


def plain(value: str) -> str:
    return value[1:-1] if value[:1] in "'\"" else value


def number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise Refused("queryError", "BAD_NUMBER", f"{text} is no number.") from None
