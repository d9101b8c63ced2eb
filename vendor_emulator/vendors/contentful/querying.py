"""Collections: what a query's words select, in what order, which part of it.

Belongs here: filters, order, select, pages. Does not belong here: where records are kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from vendor_emulator.vendors.contentful.refusals import Refused
from vendor_emulator.vendors.contentful.validation import Record, link_of, links_in

DEFAULT_LIMIT, LARGEST_LIMIT = 100, 1_000
PLAIN_WORDS = frozenset(
    {
        "limit",
        "skip",
        "order",
        "select",
        "include",
        "locale",
        "content_type",
        "query",
        "links_to_entry",
        "links_to_asset",
        "access_token",
        "mimetype_group",
    }
)
FILTER = re.compile(r"(?P<path>(?:sys|fields|metadata)\.[\w.\-]+)(?:\[(?P<how>\w+)\])?")
HOWS = ("in", "nin", "ne", "all", "exists", "lt", "lte", "gt", "gte", "match")


class Query:
    """Read once, refused as a whole when a word of it is unknown."""

    def __init__(
        self, given: Mapping[str, str], *, locale: str, content_types: Mapping[str, Record]
    ) -> None:
        self.given = given
        self.locale = given.get("locale", locale)
        self.limit = self.number("limit", DEFAULT_LIMIT, most=LARGEST_LIMIT)
        self.skip = self.number("skip", 0)
        self.content_type = given.get("content_type")
        if self.content_type is not None and self.content_type not in content_types:
            raise bad("content_type", f"The content type {self.content_type} does not exist.")
        declared = content_types.get(self.content_type or "", {}).get("fields", ())
        self.fields = {field["id"]: field for field in declared}
        self.filters = [self.filter(word, value) for word, value in given.items() if _is(word)]
        if unknown := [word for word in given if word not in PLAIN_WORDS and not _is(word)]:
            raise bad(unknown[0], "The path is not recognized.")

    def number(self, word: str, default: int, *, most: int | None = None) -> int:
        text = self.given.get(word, str(default))
        if not text.isdecimal() or (most is not None and int(text) > most):
            bound = f" of at most {most}" if most is not None else ""
            raise bad(word, f"{word} must be a number{bound}.")
        return int(text)

    def filter(self, word: str, value: str) -> tuple[Sequence[str], str, str]:
        match = FILTER.fullmatch(word)
        assert match
        path, how = match["path"].split("."), match["how"] or "eq"
        if how not in (*HOWS, "eq"):
            raise bad(word, f"There is no operator [{how}].")
        if path[0] == "fields":
            if self.content_type is None:
                raise bad(word, "When querying for fields, content_type must be given.")
            if path[1] not in self.fields:
                raise bad(word, f'No field with id "{path[1]}" found.')
            if self.fields[path[1]]["type"] == "Text" and how not in ("match", "exists"):
                raise bad(word, "Long text can only be searched by [match] and [exists].")
        return path, how, value

    def page(self, records: Iterable[Record]) -> Record:
        found = [record for record in records if self.matches(record)]
        for one in reversed(self.given.get("order", "").split(",")):
            if one:
                path = one.removeprefix("-").split(".")
                found.sort(key=lambda record: self.sort_key(record, path), reverse=one[0] == "-")
        items = found[self.skip : self.skip + self.limit]
        if select := self.given.get("select"):
            items = [selected(item, select.split(",")) for item in items]
        return {
            "sys": {"type": "Array"},
            "total": len(found),
            "skip": self.skip,
            "limit": self.limit,
            "items": items,
        }

    def sort_key(self, record: Record, path: Sequence[str]) -> tuple[bool, Any]:
        values = self.values(record, path)
        return (not values, values[0] if values else "")

    def matches(self, record: Record) -> bool:
        kind = record["sys"].get("contentType", {}).get("sys", {}).get("id")
        if self.content_type not in (None, kind):
            return False
        for word, kind in (("links_to_entry", "Entry"), ("links_to_asset", "Asset")):
            target = self.given.get(word)
            if target and (kind, target) not in set(links_in(record.get("fields", {}))):
                return False
        text = self.given.get("query", "").casefold()
        if text not in str(record.get("fields", {})).casefold():
            return False
        return all(self.passes(record, *one) for one in self.filters)

    def passes(self, record: Record, path: Sequence[str], how: str, value: str) -> bool:
        values = [_text(one) for one in self.values(record, path)]
        wanted = value.split(",")
        match how:
            case "eq":
                return value in values
            case "ne":
                return value not in values
            case "in":
                return any(one in wanted for one in values)
            case "nin":
                return not any(one in wanted for one in values)
            case "all":
                return all(one in values for one in wanted)
            case "exists":
                return bool(values) is (value == "true")
            case "match":
                return any(value.casefold() in one.casefold() for one in values)
            case _:
                return any(_compares(one, how, value) for one in values)

    def values(self, record: Record, path: Sequence[str]) -> list[Any]:
        if path[0] != "fields":
            return _reached(record, path)
        by_locale = record["fields"].get(path[1], {})
        rest = list(path[2:])
        if rest and rest[0] in by_locale and rest[0] != "sys":
            value = by_locale[rest.pop(0)]
        else:
            value = by_locale.get(self.locale)
        if value is None:
            return []
        if rest[:1] == ["sys"]:
            links = [value] if link_of(value) else value if isinstance(value, list) else []
            return [one for link in links for one in _reached(link, rest)]
        return list(value) if isinstance(value, list) else [value]


def _is(word: str) -> bool:
    return bool(FILTER.fullmatch(word))


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _compares(one: str, how: str, other: str) -> bool:
    left: Any = one
    right: Any = other
    if one.isdecimal() and other.isdecimal():
        left, right = int(one), int(other)
    return {"lt": left < right, "lte": left <= right, "gt": left > right, "gte": left >= right}[how]


def _reached(value: Any, path: Sequence[str]) -> list[Any]:
    if isinstance(value, list):
        return [one for item in value for one in _reached(item, path)]
    if not path:
        return [] if value is None else [value]
    return _reached(value.get(path[0]), path[1:]) if isinstance(value, dict) else []


def selected(record: Record, paths: Sequence[str]) -> Record:
    chosen: Record = {}
    for path in (one.strip() for one in paths):
        head, _, rest = path.partition(".")
        if head not in record:
            continue
        if not rest:
            chosen[head] = record[head]
        elif rest in record[head]:
            chosen.setdefault(head, {})[rest] = record[head][rest]
    return chosen


def bad(word: str, text: str) -> Refused:
    return Refused(
        "InvalidQuery",
        "The query you sent was invalid. Probably a filter or ordering specification is not "
        "applicable to the type of a field.",
        errors=[{"name": "invalid", "path": [word], "details": text}],
    )
