"""What a content type lets an entry hold.

Belongs here: the rules of saving (types, known fields, known locales) and of publishing (required,
unique, patterns, links that lead somewhere). Does not belong here: versions and states.

A draft may break every rule of its content type but these: its fields exist, and hold the type of
value that they are declared with.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from vendor_emulator.vendors.contentful.refusals import wrong

Record = dict[str, Any]
Find = Callable[[str, str], Record | None]
"""A linked thing by its type and id."""

SYMBOL_LENGTH, TEXT_LENGTH, LIST_LENGTH = 256, 50_000, 1_000
ID = re.compile(r"[a-zA-Z0-9\-_.]{1,64}")
JSON_TYPES: Mapping[str, tuple[type, ...]] = {
    "Symbol": (str,),
    "Text": (str,),
    "Date": (str,),
    "Integer": (int,),
    "Number": (int, float),
    "Boolean": (bool,),
    "RichText": (dict,),
    "Location": (dict,),
    "Object": (dict, list),
    "Link": (dict,),
    "Array": (list,),
}


def saving_errors(
    fields: Record, content_type: Record, *, locales: Sequence[str]
) -> Iterator[Record]:
    known = {field["id"]: field for field in content_type["fields"]}
    for name, by_locale in fields.items():
        if name not in known:
            yield wrong("unknown", ["fields", name], f'No field with id "{name}" found.')
            continue
        if not isinstance(by_locale, dict):
            yield wrong("type", ["fields", name], "The type of the value is incorrect: localized.")
            continue
        for locale, value in by_locale.items():
            path = ["fields", name, locale]
            if locale not in locales:
                yield wrong("unknown", path, f'No locale "{locale}" in this environment.')
            elif value is not None:
                yield from value_errors(value, known[name], path)


def is_of(kind: str, value: Any, link_type: str | None) -> bool:
    if kind == "Link":
        found = link_of(value)
        return found is not None and found[0] == link_type
    if isinstance(value, bool):
        return kind == "Boolean"
    return isinstance(value, JSON_TYPES[kind])


def value_errors(value: Any, field: Record, path: list[Any]) -> Iterator[Record]:
    kind = field["type"]
    if not is_of(kind, value, field.get("linkType")):
        text = f'The type of "value" is incorrect, expected type: {kind}'
        yield wrong("type", path, text, type=kind, value=value)
        return
    longest = {"Symbol": SYMBOL_LENGTH, "Text": TEXT_LENGTH, "Array": LIST_LENGTH}.get(kind)
    if longest and len(value) > longest:
        yield wrong("size", path, f"Size must be at most {longest}", max=longest)
    if kind == "Array":
        for place, item in enumerate(value):
            yield from value_errors(item, field["items"], [*path, place])


def link_of(value: Any) -> tuple[str, str] | None:
    """Type and id of what a link leads to."""
    sys = value.get("sys") if isinstance(value, dict) else None
    if not isinstance(sys, dict) or sys.get("type") != "Link" or not isinstance(sys.get("id"), str):
        return None
    return sys.get("linkType", ""), sys["id"]


def links_in(value: Any) -> Iterator[tuple[str, str]]:
    if found := link_of(value):
        yield found
    elif isinstance(value, dict):
        for one in value.values():
            yield from links_in(one)
    elif isinstance(value, list):
        for one in value:
            yield from links_in(one)


def publishing_errors(
    entry: Record,
    content_type: Record,
    *,
    required_locales: Sequence[str],
    find: Find,
    others: Sequence[Record],
) -> Iterator[Record]:
    """others: the published entries of the same content type."""
    for field in content_type["fields"]:
        if field.get("disabled") or field.get("omitted"):
            continue
        by_locale = entry["fields"].get(field["id"], {})
        if field.get("required"):
            for locale in required_locales if field.get("localized") else required_locales[:1]:
                if by_locale.get(locale) in (None, "", []):
                    path = ["fields", field["id"], locale]
                    yield wrong("required", path, f'The property "{field["id"]}" is required here')
        for locale, value in by_locale.items():
            if value is None:
                continue
            path = ["fields", field["id"], locale]
            yield from broken_links(value, path, find)
            yield from broken_rules(value, field, path, find)
            if any(rule.get("unique") for rule in field.get("validations", ())):
                yield from not_unique(entry, field["id"], locale, value, others)


def broken_links(value: Any, path: list[Any], find: Find) -> Iterator[Record]:
    for type_, id_ in links_in(value):
        if find(type_, id_) is None:
            yield wrong(
                "notResolvable",
                path,
                f'Link to {type_} "{id_}" cannot be resolved.',
                link={"type": "Link", "linkType": type_, "id": id_},
            )


def broken_rules(value: Any, field: Record, path: list[Any], find: Find) -> Iterator[Record]:
    for rule in field.get("validations", ()):
        text = rule.get("message") or ""
        if "in" in rule and value not in rule["in"]:
            yield wrong("in", path, text or "Value must be one of expected values", value=value)
        if "regexp" in rule and not re.search(rule["regexp"]["pattern"], str(value)):
            yield wrong("regexp", path, text or "Does not match the pattern", value=value)
        for word, measure in (("size", _length), ("range", _same)):
            if word in rule and not _within(measure(value), rule[word]):
                yield wrong(word, path, text or f"Is outside of {rule[word]}", value=value)
        if "linkContentType" in rule and (linked := _target(value, find)):
            allowed = rule["linkContentType"]
            if linked["sys"]["contentType"]["sys"]["id"] not in allowed:
                yield wrong("linkContentType", path, text or f"Must be one of {allowed}")
    if field["type"] == "Array":
        for place, item in enumerate(value):
            yield from broken_rules(item, field["items"], [*path, place], find)


def _length(value: Any) -> Any:
    return len(value)


def _same(value: Any) -> Any:
    return value


def _within(value: Any, bounds: Mapping[str, Any]) -> bool:
    low, high = bounds.get("min"), bounds.get("max")
    return (low is None or value >= low) and (high is None or value <= high)


def _target(value: Any, find: Find) -> Record | None:
    found = link_of(value)
    return find(*found) if found and found[0] == "Entry" else None


def not_unique(
    entry: Record, name: str, locale: str, value: Any, others: Sequence[Record]
) -> Iterator[Record]:
    same = [
        other["sys"]["id"]
        for other in others
        if other["sys"]["id"] != entry["sys"]["id"]
        and other["fields"].get(name, {}).get(locale) == value
    ]
    if same:
        links = [{"sys": {"type": "Link", "linkType": "Entry", "id": one}} for one in same]
        text = "Same field value present in other entry"
        yield wrong("unique", ["fields", name, locale], text, value=value, conflicting=links)


def content_type_errors(body: Record, published: Record | None) -> Iterator[Record]:
    if not isinstance(body.get("name"), str) or not body["name"]:
        yield wrong("required", ["name"], 'The property "name" is required here')
    fields = body.get("fields")
    if not isinstance(fields, list):
        yield wrong("required", ["fields"], 'The property "fields" is required here')
        return
    seen: set[str] = set()
    for place, field in enumerate(fields):
        for name in ("id", "name", "type"):
            if not isinstance(field.get(name), str):
                yield wrong("required", ["fields", place, name], f'"{name}" is required here')
        if field.get("type") not in JSON_TYPES:
            yield wrong("unknown", ["fields", place, "type"], "Unknown type")
        elif field["type"] == "Link" and field.get("linkType") not in ("Entry", "Asset"):
            yield wrong("required", ["fields", place, "linkType"], "linkType is required here")
        elif field["type"] == "Array" and not isinstance(field.get("items"), dict):
            yield wrong("required", ["fields", place, "items"], "items is required here")
        if field.get("id") in seen:
            yield wrong("uniqueFieldIds", ["fields", place, "id"], "Field ids are unique")
        seen.add(field.get("id"))
    for old in (published or {}).get("fields", ()):
        now = next((one for one in fields if one.get("id") == old["id"]), None)
        if now is None and not old.get("omitted"):
            yield wrong("fieldOmittedBeforeDelete", ["fields"], f"{old['id']} is not omitted yet")
        elif now is not None and now.get("type") != old["type"]:
            yield wrong("fieldTypeChanged", ["fields"], f"{old['id']} has another type")
