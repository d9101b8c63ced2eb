"""Shopify's search syntax: what stands in a `query:` argument, as a function of a thing.

Belongs here: reading the text, comparing values, the vendor's warnings about terms it ignores.
Does not belong here: which list has which filters (`lists.py`).

Traps of the vendor, kept on purpose: `>` on a time includes the moment itself; an unquoted time
with an offset is not understood; a filter that a list does not have is ignored, with a warning
beside the data, so the answer holds more than was asked for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Literal

from vendor_emulator.vendors.shopify.things import GLOBAL_ID

Kind = Literal["time", "id", "string", "number", "boolean"]
Test = Callable[[Any], bool]

TOKEN = re.compile(
    r"""\s*(?:
        (?P<open>\()|(?P<close>\))|
        (?P<minus>-(?=\S))?
        (?:(?P<field>[A-Za-z_.]+):)?
        (?P<sign>>=|<=|>|<)?
        (?:'(?P<single>(?:\\.|[^'\\])*)'|"(?P<double>(?:\\.|[^"\\])*)"|(?P<bare>[^\s()]+))
    )""",
    re.VERBOSE,
)


@dataclass(frozen=True)
class Filter:
    """`get` gives the value of a thing, or a tuple of values of which one must fit."""

    kind: Kind
    get: Callable[[Any], Any]


@dataclass
class Search:
    """A compiled text: whether a thing fits, and what the vendor says about the text."""

    fits: Test
    warnings: list[dict[str, str]] = field(default_factory=list)


def everything(_: Any) -> bool:
    return True


def compile_search(text: str | None, filters: Mapping[str, Filter]) -> Search:
    if not text or not text.strip():
        return Search(everything)
    reader = _Reader(text, filters)
    return Search(reader.alternatives(), reader.warnings)


class _Reader:
    def __init__(self, text: str, filters: Mapping[str, Filter]) -> None:
        self.tokens = [match for match in TOKEN.finditer(text) if match.group().strip()]
        self.place = 0
        self.filters = filters
        self.warnings: list[dict[str, str]] = []

    def alternatives(self) -> Test:
        tests = [self.together()]
        while self._word("OR"):
            tests.append(self.together())
        return tests[0] if len(tests) == 1 else lambda thing: any(test(thing) for test in tests)

    def together(self) -> Test:
        tests: list[Test] = []
        while (token := self._peek()) is not None and not token["close"]:
            if self._is_word(token, "OR"):
                break
            if not self._word("AND"):
                tests.append(self.one())
        tests = [test for test in tests if test is not everything]
        if len(tests) < 2:
            return tests[0] if tests else everything
        return lambda thing: all(test(thing) for test in tests)

    def one(self) -> Test:
        if self._word("NOT"):
            return _negated(self.one())
        token = self.tokens[self.place]
        self.place += 1
        if token["open"]:
            inside = self.alternatives()
            if (closing := self._peek()) is not None and closing["close"]:
                self.place += 1
            return inside
        test = self._term(token)
        return _negated(test) if token["minus"] else test

    def _peek(self) -> re.Match[str] | None:
        return self.tokens[self.place] if self.place < len(self.tokens) else None

    @staticmethod
    def _is_word(token: re.Match[str], word: str) -> bool:
        return token["bare"] == word and not token["field"] and not token["minus"]

    def _word(self, word: str) -> bool:
        token = self._peek()
        if token is None or not self._is_word(token, word):
            return False
        self.place += 1
        return True

    def _term(self, token: re.Match[str]) -> Test:
        name, sign = token["field"] or "default", token["sign"] or "="
        quoted = token["single"] if token["single"] is not None else token["double"]
        value = re.sub(r"\\(.)", r"\1", quoted) if quoted is not None else token["bare"]
        known = self.filters.get(name)
        if known is None:
            return self._ignored(name, "Invalid search field for this query.")
        if name == "default":
            needle = value.lower().rstrip("*")
            return lambda thing: any(
                needle in str(text).lower() for text in _many(known.get(thing))
            )
        if value == "*":
            return lambda thing: any(one is not None for one in _many(known.get(thing)))
        if known.kind == "time" and quoted is None and "+" in value:
            return self._ignored(name, f"Input `{value}` is not an accepted `time` value.")
        try:
            return _comparison(known, sign, value)
        except (ValueError, InvalidOperation):
            return self._ignored(name, f"Input `{value}` is not an accepted `{known.kind}` value.")

    def _ignored(self, name: str, message: str) -> Test:
        self.warnings.append({"field": name, "message": message, "code": "invalid_field"})
        return everything


def _negated(test: Test) -> Test:
    return test if test is everything else lambda thing: not test(thing)


def _many(value: Any) -> tuple[Any, ...] | list[Any]:
    return value if isinstance(value, tuple | list) else (value,)


def _comparison(known: Filter, sign: str, text: str) -> Test:
    get = known.get
    if known.kind == "time":
        moment = read_time(text)
        if sign in (">", ">="):
            return lambda thing: (at := get(thing)) is not None and at >= moment
        if sign == "<":
            return lambda thing: (at := get(thing)) is not None and at < moment
        if sign == "<=":
            return lambda thing: (at := get(thing)) is not None and at <= moment
        return lambda thing: get(thing) == moment
    if known.kind == "boolean":
        if text.lower() not in ("true", "false"):
            raise ValueError(text)
        wanted = text.lower() == "true"
        return lambda thing: bool(get(thing)) is wanted
    if known.kind in ("id", "number"):
        match = GLOBAL_ID.fullmatch(text)
        return _ordered(get, sign, Decimal(match["number"] if match else text))
    if text.endswith("*"):
        begin = text[:-1].lower()
        return lambda thing: any(str(one).lower().startswith(begin) for one in _many(get(thing)))
    wanted_texts = set(text.lower().split(","))
    return lambda thing: any(str(one).lower() in wanted_texts for one in _many(get(thing)))


def _ordered(get: Callable[[Any], Any], sign: str, number: Decimal) -> Test:
    tests: dict[str, Callable[[Any], bool]] = {
        "=": lambda value: value == number,
        ">": lambda value: value > number,
        ">=": lambda value: value >= number,
        "<": lambda value: value < number,
        "<=": lambda value: value <= number,
    }
    test = tests[sign]
    return lambda thing: any(one is not None and test(one) for one in _many(get(thing)))


def read_time(text: str) -> datetime:
    """A time with or without zone (then UTC), or a day.

    Raises:
        ValueError: it is neither.
    """
    moment = datetime.fromisoformat(text.strip().replace("Z", "+00:00"))
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
