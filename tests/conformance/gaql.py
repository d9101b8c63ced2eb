"""Holds exchanges with the Google Ads API to Google's field list and REST schemas.

Belongs here: the comparison, for Google Ads and YouTube Ads alike. Does not belong here: which
queries a connector uses (`spec_google_ads.py`, `spec_youtube_ads.py`).

The parser is this file's own, as small as what is sent: neither the connector's nor the emulator's
idea of GAQL judges here. Answers: every row by the schema of GoogleAdsRow (int64 as text, enum
names, no unknown field), and a row shows no field that was not asked for, save resource names.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator

from tests.conformance.quick_schemas import compiled
from tests.conformance.specs import NOT_COMPARED, SPECS, read_spec
from vendor_emulator.recorder import Recorded

VENDOR = "google_ads"
PATH = re.compile(r"/v26/(?:customers/\d+/)?(?P<method>[A-Za-z]+:[A-Za-z]+)")
QUERY = re.compile(
    r"SELECT (?P<select>[\w., ]+?)(?: FROM (?P<resource>\w+))?(?: WHERE (?P<where>.+?))?"
    r"(?: ORDER BY (?P<order>[\w.]+) (?:ASC|DESC))?(?: LIMIT \d+)?"
)
NAMED = re.compile(r"\b((?:[a-z_]+\.)+[a-z0-9_]+)\s*(?:=|!=|>=|<=|>|<|IN\b|BETWEEN\b)")
SYSTEM_PARAMETERS = {"prettyPrint"}
"""discovery_v25.json, `parameters`: of every method of a Google API."""
RESULTS_CHECKED = 200
FIELD_COLUMNS = {
    *("name", "category", "selectable", "filterable", "sortable", "selectable_with"),
    *("attribute_resources", "metrics", "segments", "data_type", "is_repeated"),
}
"""`googleAdsFields:search` has no FROM; its columns are those of resources.GoogleAdsField."""


@cache
def spec(name: str) -> Any:
    text = read_spec(VENDOR, f"{name}.json")
    assert text is not None
    return json.loads(text)


@cache
def validator(name: str) -> Draft202012Validator:
    definitions = spec("rest_schemas_v26")["$defs"]
    return Draft202012Validator({"$ref": f"#/$defs/{name}", "$defs": definitions})


@dataclass
class GoogleAdsSpec:
    """`queries`: by table, the resource of FROM and the fields that the connector selects."""

    vendor: str
    queries: dict[str, tuple[str, tuple[str, ...]]]
    by_text: dict[tuple[str, tuple[str, ...]], str] = field(init=False)

    def __post_init__(self) -> None:
        self.by_text = {query: table for table, query in self.queries.items()}

    @property
    def used(self) -> frozenset[str]:
        return frozenset(
            {"customers:listAccessibleCustomers", "googleAdsFields:search"}
            | {f"query of {table}" for table in self.queries}
        )

    def check(self, recorded: Recorded) -> str:
        """The operation's name. Raises `AssertionError` where one side is not the vendor's."""
        if not SPECS.is_dir() or recorded.path == "/token":
            return NOT_COMPARED  # tokens are another service of Google's, without a file here
        match = PATH.fullmatch(recorded.path)
        assert match, f"{recorded.path} is no address of v26"
        method = match["method"]
        unknown = {name for name, _ in recorded.params} - SYSTEM_PARAMETERS
        assert not unknown, f"{method}: unknown parameters {unknown}"
        assert recorded.headers.get("developer-token"), f"{method}: no developer token"
        if method == "customers:listAccessibleCustomers":
            assert recorded.method == "GET", recorded.method
            hold("services.ListAccessibleCustomersResponse", recorded.received)
            return method
        assert recorded.method == "POST", recorded.method
        if recorded.status >= 400:
            refusal(recorded)
            return NOT_COMPARED
        if method == "googleAdsFields:search":
            hold("services.SearchGoogleAdsFieldsRequest", recorded.sent)
            fields_query(recorded.sent["query"])
            hold("services.SearchGoogleAdsFieldsResponse", recorded.received)
            return method
        through = recorded.headers.get("login-customer-id", "")
        assert through.isdigit(), f"login-customer-id {through!r} is not of digits alone"
        return self.of_query(recorded, method)

    def of_query(self, recorded: Recorded, method: str) -> str:
        streams = method == "googleAds:searchStream"
        name = "SearchGoogleAdsStream" if streams else "SearchGoogleAds"
        hold(f"services.{name}Request", recorded.sent)
        assert "pageSize" not in recorded.sent, "pageSize is refused since v19"
        resource, select = query_of(recorded.sent["query"])
        if recorded.answer is not None:
            received = recorded.received
            chunks = received if streams else [received]
            for chunk in chunks:
                rows = chunk.get("results", [])
                hold(f"services.{name}Response", {**chunk, "results": rows[:RESULTS_CHECKED]})
                for row in rows[:RESULTS_CHECKED]:
                    shows_only(row, select, resource)
        table = self.by_text.get((resource, select))
        assert table, f"no query of the connector selects this from {resource}"
        return f"query of {table}"


@cache
def quick(name: str) -> Any:
    definitions = spec("rest_schemas_v26")["$defs"]
    return compiled({"$ref": f"#/$defs/{name}", "$defs": definitions})


def hold(name: str, value: Any) -> None:
    if quick(name).is_valid(value):
        return
    for error in validator(name).iter_errors(value):
        raise AssertionError(f"{name}{error.json_path[1:]}: {error.message[:300]}")


def refusal(recorded: Recorded) -> None:
    """An error's envelope, and the GoogleAdsFailure in it."""
    body = recorded.received
    error = body[-1] if isinstance(body, list) else body
    hold("RestError", error)
    for detail in error["error"].get("details", ()):
        if detail["@type"].endswith("GoogleAdsFailure"):
            hold("errors.GoogleAdsFailure", {k: v for k, v in detail.items() if k != "@type"})


def fields_query(text: str) -> None:
    found = QUERY.fullmatch(text)
    assert found and not found["resource"], f"no query of fields: {text[:200]}"
    unknown = {name.strip() for name in found["select"].split(",")} - FIELD_COLUMNS
    assert not unknown, f"fields have no {unknown}"


def query_of(text: str) -> tuple[str, tuple[str, ...]]:
    """FROM and SELECT, once everything in the query is allowed together."""
    found = QUERY.fullmatch(text)
    assert found and found["resource"], f"not a query: {text[:200]}"
    select = tuple(name.strip() for name in found["select"].split(","))
    resource = found["resource"]
    of_from = spec("gaql_resources")["resources"].get(resource)
    assert of_from, f"there is no FROM {resource}"
    filtered = NAMED.findall(found["where"] or "")
    for name in select:
        require(name, resource, of_from, "selectable")
    for name in filtered:
        require(name, resource, of_from, "filterable")
        core = name in ("segments.date", "segments.month", "segments.week")
        assert core or not name.startswith("segments.") or name in select, (
            f"{name} filters {resource} and is not selected"
        )
    beside = spec("gaql_segment_metric_compatibility")["map"]
    for segment in (name for name in select if name.startswith("segments.")):
        for metric in (name for name in select if name.startswith("metrics.")):
            assert metric in beside[segment], f"{metric} may not stand beside {segment}"
    return resource, select


def require(name: str, resource: str, of_from: dict[str, Any], flag: str) -> None:
    known = spec("gaql_fields")["fields"].get(name)
    assert known, f"there is no field {name}"
    assert known[flag] is not False, f"{name} is not {flag}"
    prefix = name.partition(".")[0]
    if prefix in ("metrics", "segments"):
        assert name in of_from[prefix], f"{name} is not given for {resource}"
        return
    allowed = {resource, *of_from["attributed_resources"], *of_from["segmenting_resources"]}
    assert prefix in allowed, f"{name} does not belong to {resource}"


def shows_only(row: dict[str, Any], select: tuple[str, ...], resource: str) -> None:
    asked = {tuple(camel(step) for step in name.split(".")) for name in select}
    for path in leaves(row):
        is_name = path[-1] == "resourceName"
        assert is_name or any(path[: len(one)] == one for one in asked), (
            f"FROM {resource}: {'.'.join(path)} was not asked for"
        )


def leaves(value: Any, path: tuple[str, ...] = ()) -> Any:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from leaves(inner, (*path, name))
    else:
        yield path


@cache
def camel(name: str) -> str:
    return re.sub(r"_([a-z0-9])", lambda found: found[1].upper(), name)
