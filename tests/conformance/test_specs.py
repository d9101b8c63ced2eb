"""The checks of the vendors' specs themselves: they are there, and they refuse what is wrong.

What was recorded is held to them after each contract test (`tests/connectors/test_contract.py`).
"""

from __future__ import annotations

import json
import pkgutil
from pathlib import Path
from typing import Any

import pytest

from tests.conformance import openapi, specs
from tests.conformance.coverage import Held, spec_of
from tests.conformance.openapi import OpenApi
from tests.conformance.specs import NOT_COMPARED
from vendor_emulator import vendors
from vendor_emulator.recorder import Recorded
from vendor_emulator.vendors import find_vendor

VENDORS = sorted(
    module.name
    for module in pkgutil.iter_modules(vendors.__path__)
    # A database, held to its DDL in tests/emulator; anybody's receiver, which verifies by the
    # standard's own library.
    if module.name not in ("chord_oms", "webhook_receiver")
)

SPEC: dict[str, Any] = {
    "openapi": "3.0.3",
    "info": {"title": "Parcels", "version": "1"},
    "servers": [{"url": "https://api.parcels.test/v2"}],
    "paths": {
        "/parcels/{id}/stops": {
            "get": {
                "operationId": "ListStops",
                "parameters": [
                    {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}},
                    {
                        "name": "limit",
                        "in": "query",
                        "required": True,
                        "schema": {"type": "integer", "maximum": 100},
                    },
                    {
                        "name": "api-version",
                        "in": "header",
                        "required": True,
                        "schema": {"type": "string", "enum": ["7"]},
                    },
                ],
                "responses": {
                    "200": {
                        "description": "",
                        "headers": {"X-Left": {"schema": {"type": "integer"}, "required": True}},
                        "content": {
                            "application/json": {"schema": {"$ref": "#/components/schemas/Page"}}
                        },
                    }
                },
            }
        },
        "/parcels/search": {
            "post": {
                "operationId": "Search",
                "requestBody": {
                    "required": True,
                    "content": {
                        "application/json": {
                            "schema": {
                                "type": "object",
                                "required": ["text"],
                                "properties": {"text": {"type": "string"}},
                            }
                        }
                    },
                },
                "responses": {
                    "200": {"description": "", "content": {"application/json": {"schema": {}}}}
                },
            }
        },
    },
    "components": {
        "schemas": {
            "Page": {
                "type": "object",
                "required": ["stops"],
                "properties": {
                    "stops": {"type": "array", "items": {"$ref": "#/components/schemas/Stop"}},
                    "next": {"type": "string", "nullable": True},
                },
            },
            "Stop": {
                "allOf": [
                    {"type": "object", "properties": {"id": {"type": "string"}}},
                    {
                        "type": "object",
                        "properties": {"city": {"type": "string"}, "extra": {"type": "object"}},
                    },
                ]
            },
        }
    },
}

GOOD: dict[str, Any] = {
    "vendor": "parcels",
    "method": "GET",
    "path": "/v2/parcels/p1/stops",
    "names": (),
    "body": b"",
    "status": 200,
    "params": (("limit", "50"),),
    "headers": {"api-version": "7"},
    "answer_headers": {"X-Left": "3"},
    "answer": json.dumps({"stops": [{"id": "a", "city": "Oslo", "extra": {"x": 1}}]}).encode(),
    "media_type": "application/json; charset=utf-8",
}


def exchange(**changes: Any) -> Recorded:
    return Recorded(**{**GOOD, **changes})


def answered(content: Any) -> Recorded:
    return exchange(answer=json.dumps(content).encode())


@pytest.fixture
def parcels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> type[OpenApi]:
    (tmp_path / "parcels").mkdir()
    (tmp_path / "parcels" / "openapi.json").write_text(json.dumps(SPEC))
    monkeypatch.setattr(specs, "SPECS", tmp_path)
    return OpenApi


def test_an_exchange_as_the_file_says_is_named_after_its_operation(parcels: type[OpenApi]) -> None:
    assert parcels("parcels", "openapi.json").check(exchange()) == "ListStops"


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"path": "/v2/parcels/p1/legs"}, "is no operation of openapi.json"),
        ({"method": "DELETE"}, "is no operation of openapi.json"),
        ({"params": ()}, "request limit: Missing required query parameter"),
        ({"params": (("limit", "500"),)}, "request limit: 500"),
        ({"params": (("limit", "5"), ("sort", "id"))}, "request ?sort: no such parameter"),
        ({"headers": {"api-version": "6"}}, "request api-version: '6' is not one of"),
        ({"headers": {}}, "request api-version: Missing required header parameter"),
        ({"status": 418}, "answer: status 418 is not among 200"),
        ({"answer_headers": {}}, "answer X-Left: Missing required header"),
        ({"answer": b'{"stops": [{"id": 1}]}'}, "answer /stops/0/id: 1 is not of type 'string'"),
        ({"answer": b'{"stops": [{"town": "x"}]}'}, "answer /stops/0/town: no such field"),
        ({"answer": b'{"next": null}'}, "'stops' is a required property"),
    ],
)
def test_what_the_file_does_not_say_is_refused_readably(
    parcels: type[OpenApi], wrong: dict[str, Any], says: str
) -> None:
    with pytest.raises(AssertionError) as refused:
        parcels("parcels", "openapi.json").check(exchange(**wrong))
    assert says in str(refused.value)


def test_a_body_is_held_to_the_file(parcels: type[OpenApi]) -> None:
    search = {"method": "POST", "path": "/v2/parcels/search", "params": ()}
    search["headers"] = {"content-type": "application/json"}
    assert parcels("parcels", "openapi.json").check(exchange(**search, body=b'{"text": "x"}')) == (
        "Search"
    )
    with pytest.raises(AssertionError, match="'text' is a required property"):
        parcels("parcels", "openapi.json").check(exchange(**search, body=b"{}"))


@pytest.mark.parametrize(
    ("wrong", "exception"),
    [
        (answered({"stops": [{"id": None}]}), "* null"),
        (answered({"stops": [{"id": 1}]}), "#/components/schemas/Stop/allOf/0/properties/id"),
        (answered({"stops": [{"id": 1}]}), "ListStops /stops/*/id"),
        (answered({"stops": [{"town": "x"}]}), "ListStops fields"),
        (answered({"stops": [{"town": "x"}]}), "* /stops/*/town"),
        (answered({}), "#/components/schemas/Page/required"),
        (answered([]), "ListStops response"),
        (exchange(params=()), "ListStops request"),
        (exchange(params=(("limit", "5"), ("sort", "id"))), "ListStops ?sort"),
        (exchange(status=429, answer=b"{}"), "* 429"),
        (exchange(path="/v2/hidden"), "GET /v2/hidden"),
    ],
)
def test_an_exception_stands_for_one_thing_the_file_gets_wrong(
    parcels: type[OpenApi], wrong: Recorded, exception: str
) -> None:
    parcels("parcels", "openapi.json", exceptions={exception: "a reason"}).check(wrong)
    with pytest.raises(AssertionError):
        parcels("parcels", "openapi.json").check(wrong)


def test_an_exception_that_points_at_nothing_is_refused(parcels: type[OpenApi]) -> None:
    stale = {"#/components/schemas/Leg": "it is gone"}
    with pytest.raises(AssertionError, match="points at nothing"):
        parcels("parcels", "openapi.json", exceptions=stale).check(exchange())


def test_a_swagger_2_file_is_read_as_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = {
        "swagger": "2.0",
        "info": {"title": "Parcels", "version": "1"},
        "basePath": "/v2",
        "paths": {
            "/parcels": {
                "get": {
                    "operationId": "list",
                    "parameters": [
                        {
                            "name": "ids",
                            "in": "query",
                            "type": "array",
                            "items": {"type": "integer"},
                            "collectionFormat": "multi",
                        }
                    ],
                    "responses": {"200": {"schema": {"$ref": "#/definitions/Parcels"}}},
                }
            }
        },
        "definitions": {
            "Parcels": {"type": "object", "properties": {"count": {"type": "integer"}}}
        },
    }
    (tmp_path / "parcels").mkdir()
    (tmp_path / "parcels" / "swagger.json").write_text(json.dumps(old))
    monkeypatch.setattr(specs, "SPECS", tmp_path)
    api = OpenApi("parcels", "swagger.json")
    good = exchange(path="/v2/parcels", params=(("ids", "1"), ("ids", "2")), answer=b'{"count": 2}')
    assert api.check(good) == "list"
    with pytest.raises(AssertionError, match="is not of type 'integer'"):
        api.check(exchange(path="/v2/parcels", params=(), answer=b'{"count": "2"}'))


def test_without_the_files_nothing_is_compared_and_nothing_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(specs, "SPECS", tmp_path / "absent")
    assert OpenApi("parcels", "openapi.json").check(exchange()) == NOT_COMPARED


@pytest.mark.parametrize("vendor", VENDORS)
def test_every_vendor_has_a_spec_that_names_what_the_connector_uses(vendor: str) -> None:
    served = find_vendor(vendor)
    if served is None:
        return  # a module of several vendors' own, none itself
    spec = spec_of(vendor)
    assert spec is not None, f"tests/conformance/spec_{vendor}.py is missing"
    assert vendor.startswith(spec.vendor)  # the spec folder's name may be shorter
    assert spec.used
    if isinstance(spec, openapi.OpenApi) and spec.spec is not None:
        excepted = {name for name in spec.exceptions if " /" in name}
        assert spec.used - set(spec.operations) - excepted == set()


def test_an_exchange_that_a_fault_made_is_not_judged() -> None:
    held = Held("shopify")
    assert held.hold([exchange(vendor="shopify", fault="html")]) == []
    assert held.seen == {}
