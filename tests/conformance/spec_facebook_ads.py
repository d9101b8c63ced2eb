"""Facebook Ads: what was asked and answered, held to the vendor's own field and edge lists.

Belongs here: the operations and fields that the connector uses, the exceptions where the lists are
loose. Does not belong here: counting (`coverage.py`).

Requests: the edge is one of the object's, every field one of the returned object's, every parameter
one of the edge's, every value one of the parameter's enum. Answers: the JSON Schema of the object.
"""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any
from urllib.parse import parse_qsl

from jsonschema import Draft202012Validator

from dlt_pipelines.sources.facebook_ads.report_tables import REPORTS
from dlt_pipelines.sources.facebook_ads.tables import LISTS
from tests.conformance.quick_schemas import compiled
from tests.conformance.specs import NOT_COMPARED, SPECS, read_spec
from vendor_emulator.recorder import Recorded

VENDOR = "facebook"
OBJECTS_FILE, SCHEMA_FILE = "objects_v26.json", "json_schema_v26.json"
PATH = re.compile(r"/v26\.0/(?P<node>me|act_\d+|\d+)(?:/(?P<edge>\w+))?")
GRAPH_PARAMS = {"fields", "limit", "after", "summary", "appsecret_proof", "access_token"}
"""Of every edge of the Graph API: the lists name only what an edge has of its own."""
UNLISTED_PARAMS = {
    "/campaigns": {"filtering"},
    "/adsets": {"filtering"},
    "/ads": {"filtering"},
    # The lists lack it, the vendor's pages on reading campaigns, ad sets and ads have it.
}
ENDED = {"7d_view", "28d_view", "dma"}
"""The enums keep retired values (SOURCE.md); limits_and_errors.json says when they ended."""
USED = frozenset(
    {"GET User/adaccounts", "GET AdAccount/insights", "POST AdAccount/insights"}
    | {"GET AdReportRun/", "GET AdReportRun/insights"}
    | {f"GET AdAccount/{each.edge}" for each in LISTS}
    | {
        f"insights of {report.level} by {','.join(report.breakdowns) or 'day'}"
        for report in REPORTS
    }
)


@cache
def objects() -> dict[str, Any]:
    text = read_spec(VENDOR, OBJECTS_FILE)
    assert text is not None
    return json.loads(text)["objects"]


@cache
def definitions() -> dict[str, Any]:
    text = read_spec(VENDOR, SCHEMA_FILE)
    assert text is not None
    return json.loads(text)["$defs"]


@cache
def validator(name: str) -> Draft202012Validator:
    return Draft202012Validator({"$ref": f"#/$defs/{name}", "$defs": definitions()})


class FacebookSpec:
    vendor = "facebook_ads"
    used = USED

    def check(self, recorded: Recorded) -> str:
        """The operation's name. Raises `AssertionError` where one side is not the vendor's."""
        if not SPECS.is_dir():
            return NOT_COMPARED
        match = PATH.fullmatch(recorded.path)
        assert match, f"{recorded.path} is no address of v26.0"
        if recorded.status >= 400:
            refuse(recorded, "GraphError", recorded.received)
            return NOT_COMPARED
        owner, path = owner_of(match["node"]), f"/{match['edge'] or ''}"
        edge = edge_of(owner, path, recorded.method)
        params = params_of(recorded)
        check_params(owner, path, edge, params)
        check_fields(edge["returns"], params, recorded)
        check_answer(path, edge["returns"], recorded)
        if edge["returns"] == "AdsInsights" and "time_increment" in params:
            name = ",".join(json.loads(params.get("breakdowns", "[]"))) or "day"
            if params["time_increment"] == "1":
                return f"insights of {params['level']} by {name}"
        return f"{recorded.method} {owner}{path}"


def owner_of(node: str) -> str:
    if node == "me":
        return "User"
    return "AdAccount" if node.startswith("act_") else "AdReportRun"


def edge_of(owner: str, path: str, method: str) -> dict[str, Any]:
    for edge in objects()[owner]["edges"]:
        if edge["endpoint"] == path and edge["method"] == method:
            return edge
    raise AssertionError(f"{owner} has no {method} {path}")


def params_of(recorded: Recorded) -> dict[str, str]:
    sent = dict(recorded.params)
    return {**sent, **dict(parse_qsl(recorded.body.decode()))}


def check_params(owner: str, path: str, edge: dict[str, Any], params: dict[str, str]) -> None:
    known = GRAPH_PARAMS | edge["params"].keys() | UNLISTED_PARAMS.get(path, set())
    unknown = params.keys() - known
    assert not unknown, f"{owner}{path} has no parameters {sorted(unknown)}"
    for name, value in params.items():
        kind = edge["params"].get(name, "string")
        inner = kind.removeprefix("list<").removesuffix(">")
        if kind.startswith("list<") and value[:1] == "[":
            values = json.loads(value)
        else:
            values = value.split(",") if kind.startswith("list<") else [value]
        if enum := edge["param_enums"].get(inner):
            holder, enum_name = enum.split(".")
            listed = set(objects()[holder]["enums"][enum_name]) - ENDED
            assert set(values) <= listed, f"{owner}{path}: {name} knows no {values}"
        elif inner == "bool":
            assert value in ("true", "false"), f"{owner}{path}: {name} is no {value}"
        elif inner == "int":
            assert value.isdigit(), f"{owner}{path}: {name} is no {value}"
        elif inner == "map":
            assert isinstance(json.loads(value), dict), f"{owner}{path}: {name} is no {value}"


def check_fields(returned: str, params: dict[str, str], recorded: Recorded) -> None:
    """A POST of insights answers a run, and its fields are those of the rows to come."""
    name = "AdsInsights" if returned == "AdReportRun" and recorded.method == "POST" else returned
    asked = [each.split("{")[0] for each in params.get("fields", "").split(",") if each]
    unknown = set(asked) - objects()[name]["fields"].keys()
    assert not unknown, f"{name} has no fields {sorted(unknown)}"


def check_answer(path: str, returned: str, recorded: Recorded) -> None:
    received = recorded.received
    if received is None:
        return
    if recorded.method == "POST":
        assert received.keys() == {"report_run_id"}, f"{path} answered {sorted(received)}"
        return
    is_page = path != "/"
    name = f"Page_{returned}" if is_page else returned
    if is_page and returned == "AdsInsights":
        received = without_breakdowns(received)
    refuse(recorded, name, received)


def without_breakdowns(page: dict[str, Any]) -> dict[str, Any]:
    """A row carries the values of its breakdowns, whose names are an enum and no fields."""
    names = set(objects()["AdsInsights"]["enums"]["Breakdowns"]) - ENDED
    fields = objects()["AdsInsights"]["fields"].keys()
    rows = [
        {name: value for name, value in row.items() if name in fields or name not in names}
        for row in page["data"]
    ]
    return {**page, "data": rows}


@cache
def quick(name: str) -> Any:
    return compiled({"$ref": f"#/$defs/{name}", "$defs": definitions()})


def refuse(recorded: Recorded, name: str, received: Any) -> None:
    if quick(name).is_valid(received):
        return
    errors = [
        f"{recorded.path}: {'/'.join(map(str, error.absolute_path))}: {error.message[:200]}"
        for error in validator(name).iter_errors(received)
    ]
    assert not errors, "\n".join(errors[:5])


SPEC = FacebookSpec()
