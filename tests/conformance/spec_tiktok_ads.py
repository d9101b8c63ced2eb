"""TikTok's files: OpenAPI for some operations, the SDK's parameters for the others, metric names.

Belongs here: which file speaks of what, and where they are loose. Does not belong here: the check
of an OpenAPI file (`openapi.py`).

TikTok publishes no schema of an answer: only the keys within `data` are known. What a record may
hold is held to the fields that another connector's users have met (not the vendor's).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from tests.conformance.openapi import OpenApi
from tests.conformance.specs import NOT_COMPARED, read_spec
from vendor_emulator.recorder import Recorded

VENDOR = "tiktok_ads"
PREFIX = "/open_api/v1.3"
OF_THE_SDK = (
    "/campaign/get/",
    "/adgroup/get/",
    "/ad/get/",
    "/file/video/ad/search/",
    "/file/image/ad/info/",
)
SCHEMAS = {
    "/advertiser/info/": "advertisers",
    "/campaign/get/": "campaigns",
    "/adgroup/get/": "ad_groups",
    "/ad/get/": "ads",
    "/pixel/list/": "pixels",
}
MORE_FIELDS = {
    "/adgroup/get/": {
        "click_attribution_window": "Newer than the peer's schema, which dates from live answers"
        " before the ad group told its windows.",
        "view_attribution_window": "As above.",
        "engaged_view_attribution_window": "As above.",
        "attribution_event_count": "As above.",
    },
}
NOT_IN_THE_VOCABULARY = {
    "reach": "The vocabulary is that of Smart+ materials, which have no reach.",
    "campaign_id": "Names and ids are asked as metrics; the vocabulary lacks all of them.",
    "campaign_name": "As above.",
    "adgroup_id": "As above.",
    "adgroup_name": "As above.",
    "ad_name": "As above.",
}
GMV_MAX = "/gmv_max/report/get/"  # it has metrics of its own, which no file lists
KINDS = {"str": str, "int": int, "bool": bool, "list": list}


class TikTok:
    vendor = VENDOR
    used = frozenset(
        {
            "Report Integrated Get",
            "Advertiser Info",
            "Smart_plus Campaign Get",
            "Smart_plus Adgroup Get",
            "Smart_plus Ad Get",
            "Pixel List",
            "Dmp Custom_audience List",
            "Gmv_max Store List",
            "Gmv_max Report Get",
            "Campaign Gmv_max Info",
            *(f"GET {path}" for path in OF_THE_SDK),
        }
    )
    """`Bc Get` and `Bc Asset Get` are asked only where no ad account is named: see the
    connector's own tests."""

    def __init__(self) -> None:
        self.openapi = OpenApi(VENDOR, "openapi_v1.3.json", prefix=PREFIX)

    def check(self, recorded: Recorded) -> str:
        if self.openapi.spec is None:
            return NOT_COMPARED
        path = recorded.path.removeprefix(PREFIX)
        by_sdk = path in OF_THE_SDK
        name = f"GET {path}" if by_sdk else self.openapi.check(recorded)
        wrong = [*self.wrong_parameters(path, recorded)] if by_sdk else []
        wrong += [*self.wrong_metrics(path, recorded), *self.wrong_answer(path, recorded)]
        assert not wrong, f"{VENDOR}: {name} is not as the files say:\n  " + "\n  ".join(wrong)
        return name

    @cached_property
    def sdk(self) -> Mapping[str, Any]:
        return json.loads(read_spec(VENDOR, "sdk_operations.json") or "{}")["operations"]

    @cached_property
    def records(self) -> Mapping[str, Any]:
        text = read_spec(VENDOR, "unofficial_response_schemas.json") or "{}"
        return json.loads(text)["schemas"]

    @cached_property
    def metrics(self) -> frozenset[str]:
        text = read_spec(VENDOR, "report_metrics.json") or "{}"
        return frozenset(name for names in json.loads(text)["packages"].values() for name in names)

    def wrong_parameters(self, path: str, recorded: Recorded) -> Iterator[str]:
        known = self.sdk[f"GET {PREFIX}{path}"]["params"]
        given = dict(recorded.params)
        for name in given.keys() - known.keys():
            yield f"request ?{name}: no such parameter"
        for name, said in known.items():
            if name not in given:
                if said["required"]:
                    yield f"request ?{name}: is required"
                continue
            kind = said["type"].split("[")[0]
            value = given[name] if kind == "str" else json.loads(given[name])
            if not isinstance(value, KINDS.get(kind, dict)):
                yield f"request ?{name}: {value!r} is no {said['type']}"
            for field in (
                set(value) - set(said.get("properties", value)) if said.get("properties") else ()
            ):
                yield f"request ?{name}.{field}: no such field"

    def wrong_metrics(self, path: str, recorded: Recorded) -> Iterator[str]:
        asked = dict(recorded.params).get("metrics")
        if asked is None or path == GMV_MAX:
            return
        for name in json.loads(asked):
            if name not in self.metrics and name not in NOT_IN_THE_VOCABULARY:
                yield f"request ?metrics: {name} is not among the {len(self.metrics)} known ones"

    def wrong_answer(self, path: str, recorded: Recorded) -> Iterator[str]:
        answer = recorded.received
        if recorded.status == 404:
            return
        if not isinstance(answer, dict) or not {"code", "message", "request_id"} <= answer.keys():
            yield "answer: it lacks code, message or request_id"
            return
        if answer["code"] != 0:
            return
        data = answer["data"]
        operation = (self.openapi.spec or {})["paths"].get(path, {}).get("get", {})
        keys = {key.split("[")[0] for key in operation.get("x-response-data-keys", data)}
        for name in data.keys() - keys:
            yield f"answer data.{name}: no such key"
        if path not in SCHEMAS:
            return
        known = {*self.records[SCHEMAS[path]]["properties"], *MORE_FIELDS.get(path, ())}
        found = {name for record in data.get("list") or data.get("pixels") or () for name in record}
        for name in sorted(found - known):
            yield f"answer data.list.{name}: no one has met such a field"


SPEC = TikTok()
