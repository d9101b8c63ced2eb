"""Plans as a spreadsheet, with what the editor of Segment Protocols shows of one.

Belongs here: rows and columns, and their limits. Does not belong here: the API's rules
(`segment_rules.py`), which carry everything.

A row without a property is an event, a row with one a property of the event named: its place is
written `shipment.address.city`, and items of an array `products.$.sku`. What a cell cannot say (a
minimum, alternatives, what is common to all messages) is left out and named to who exports.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from chord_platform.errors import PlanRefused
from chord_platform.events.plans.file_format import DRAFT_07
from chord_platform.events.plans.plan import Plan
from chord_platform.events.plans.plan_contents import Content
from chord_platform.events.plans.segment_rules import TYPE_OF, TYPES, within

COLUMNS: tuple[str, ...] = (
    "Type",
    "Event Name",
    "Version",
    "Event Description",
    "Labels",
    "Property Name",
    "Property Description",
    "Property Type",
    "Property Required",
    "Allowed Property Values",
)
MOST_BYTES = 15_000_000
MOST_ROWS = 100_000
SEVERAL = " | "
DATE_TIME = "date-time"
SHOWN = frozenset(
    {"type", "properties", "required", "items", "pattern", "enum", "format", "description"}
)
JSON_TYPES = ("array", "object", "boolean", "integer", "number", "string", "null")


def csv_of(plan: Plan) -> tuple[str, list[str]]:
    """The text, and what it has no cell for.

    Raises:
        PlanRefused: a property's name cannot be written, or it is more than Segment takes.
    """
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, restval="")
    writer.writeheader()
    left_out: list[str] = []
    rows = rules = 0
    for event in plan.events:
        if event.call == "common":
            left_out.append("what is common to all messages")
            continue
        if event.extra_rules:
            left_out.append(f"{event.name}: {len(event.extra_rules)} extra rules")
        for number, version in sorted(event.versions.items()):
            rules += 1
            if version.back_end_schema is not None:
                left_out.append(f"{event.name}: the shape of the back end alone")
            about = {"Type": TYPE_OF[event.call], "Event Name": event.name, "Version": number}
            labels = SEVERAL.join(f"{name}:{value}" for name, value in event.labels.items())
            described = {"Event Description": event.description, "Labels": labels}
            writer.writerow({**about, **described})
            payload = version.schema.get("properties", {}).get(event.payload, {})
            cells = list(cells_below(payload, "", event.name, left_out))
            writer.writerows({**about, **each} for each in cells)
            rows += 1 + len(cells)
    within(rules)
    found = text.getvalue()
    held(len(found.encode()), rows)
    return found, left_out


def held(size: int, rows: int) -> None:
    if size > MOST_BYTES or rows > MOST_ROWS:
        raise PlanRefused(
            f"A spreadsheet has at most {MOST_BYTES:,} bytes and {MOST_ROWS:,} rows at Segment,"
            f" and this one has {size:,} and {rows:,}.",
            hint="Use the form of its API, or divide the plan.",
        )


def cells_below(
    schema: Any, above: str, event: str, left_out: list[str]
) -> Iterator[dict[str, str]]:
    if not isinstance(schema, Mapping):
        return
    if unseen := sorted(name for name in schema if name not in SHOWN):
        left_out.append(f"{event}: {above or 'the whole'}: {', '.join(unseen)}")
    required = schema.get("required", ())
    for name, below in schema.get("properties", {}).items():
        if not name or "." in name or name == "$":
            raise PlanRefused(
                f"{event}: the property {name!r} cannot be written in a spreadsheet.",
                hint="Use the form of Segment's API.",
            )
        yield from cells_of(below, f"{above}{name}", event, left_out, name in required)
    if "items" in schema:
        yield from cells_of(schema["items"], f"{above}$", event, left_out, False)


def cells_of(
    schema: Any, place: str, event: str, left_out: list[str], is_required: bool
) -> Iterator[dict[str, str]]:
    said = schema if isinstance(schema, Mapping) else {}
    yield {
        "Property Name": place,
        "Property Description": said.get("description", ""),
        "Property Type": type_cell(said),
        "Property Required": "true" if is_required else "false",
        "Allowed Property Values": values_cell(said),
    }
    yield from cells_below(said, f"{place}.", event, left_out)


def type_cell(schema: Mapping[str, Any]) -> str:
    kinds = schema.get("type", "any")
    kinds = [kinds] if isinstance(kinds, str) else list(kinds)
    if schema.get("format") == DATE_TIME:
        kinds = [DATE_TIME if kind == "string" else kind for kind in kinds]
    return SEVERAL.join(kinds)


def values_cell(schema: Mapping[str, Any]) -> str:
    """A pattern; a list of texts becomes one that only they match."""
    if "pattern" in schema:
        return schema["pattern"]
    options = schema.get("enum", ())
    texts = [re.escape(each) for each in options if isinstance(each, str)]
    return f"^({'|'.join(texts)})$" if texts and len(texts) == len(options) else ""


def contents_of(text: str) -> list[Content]:
    """Raises:
    PlanRefused: says which line, and why.
    """
    held(len(text.encode()), 0)
    reader = csv.DictReader(io.StringIO(text, newline=""))
    missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
    if missing:
        raise PlanRefused(f"The columns {', '.join(missing)} are missing.")
    events: dict[tuple[str, str], Content] = {}
    rows = 0
    try:
        for row in reader:
            rows += 1
            add_row(events, row)
    except (ValueError, csv.Error) as error:
        raise PlanRefused(
            f"Line {reader.line_num}: {error}.", hint="Nothing of it is imported."
        ) from error
    held(0, rows)
    within(sum(len(event["versions"]) for event in events.values()))
    return list(events.values())


def add_row(events: dict[tuple[str, str], Content], row: Mapping[Any, Any]) -> None:
    if None in row or None in row.values():
        raise ValueError(f"a row has {len(COLUMNS)} cells")
    if row["Type"] not in TYPES or row["Type"] == "COMMON":
        raise ValueError(f"{row['Type']!r} is no type of event")
    call, name, number = TYPES[row["Type"]], row["Event Name"], row["Version"]
    if not name or not number.isdecimal() or int(number) < 1:
        raise ValueError("an event has a name, and a version from 1 on")
    payload = "traits" if call in ("identify", "group") else "properties"
    event = events.setdefault(
        (call, name),
        {"event": name, "call": call, "sides": ["front-end", "back-end"], "versions": {}},
    )
    fresh = {
        "schema": {
            "$schema": DRAFT_07,
            "type": "object",
            "properties": {payload: {"type": "object"}},
        }
    }
    schema = event["versions"].setdefault(str(int(number)), fresh)["schema"]
    if not row["Property Name"]:
        event["description"] = row["Event Description"]
        pairs = [each.partition(":") for each in row["Labels"].split(SEVERAL) if each]
        if pairs:
            event["labels"] = {label: value for label, _, value in pairs}
        return
    add_property(schema["properties"][payload], row)
    if schema["properties"][payload].get("required"):
        schema["required"] = [payload]


def add_property(payload: dict[str, Any], row: Mapping[str, str]) -> None:
    *above, last = row["Property Name"].split(".")
    holder = payload
    for part in above:
        below = holder.get("items") if part == "$" else holder.get("properties", {}).get(part)
        if below is None:
            raise ValueError(f"{part!r} of {row['Property Name']} has no row before")
        holder = below
    said = schema_of(row)
    if last == "$":
        holder["items"] = said
        return
    if last in holder.setdefault("properties", {}):
        raise ValueError(f"{row['Property Name']} is there twice")
    holder["properties"][last] = said
    if row["Property Required"].strip().lower() == "true":
        holder.setdefault("required", []).append(last)


def schema_of(row: Mapping[str, str]) -> dict[str, Any]:
    kinds = row["Property Type"].split(SEVERAL)
    said: dict[str, Any] = {}
    if kinds != ["any"]:
        plain = list(dict.fromkeys("string" if kind == DATE_TIME else kind for kind in kinds))
        if unknown := [kind for kind in plain if kind not in JSON_TYPES]:
            raise ValueError(f"{', '.join(unknown)} is no type of property")
        said["type"] = plain[0] if len(plain) == 1 else plain
    if DATE_TIME in kinds:
        said["format"] = DATE_TIME
    if row["Allowed Property Values"]:
        said["pattern"] = row["Allowed Property Values"]
    if row["Property Description"]:
        said["description"] = row["Property Description"]
    return said


def lines(left_out: Iterable[str]) -> list[str]:
    """Each thing once."""
    return list(dict.fromkeys(left_out))
