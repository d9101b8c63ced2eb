"""Holds exchanges with Contentful to the types of its own SDK and to operations that were recorded.

Belongs here: which operation answers with which type. Does not belong here: the search for the
files (`specs.py`).

Contentful publishes no description of its management API. Its TypeScript declarations say what a
resource is; recordings of its own clients say which operations there are.
"""

from __future__ import annotations

import json
import re
from functools import cached_property
from typing import Any

from jsonschema import Draft7Validator

from tests.conformance.specs import NOT_COMPARED, read_spec
from vendor_emulator.recorder import Recorded

RESOURCES = "cma_resources.relaxed.schema.json"
OPERATIONS = "cma_operations_observed.json"
TYPES = {
    "entries": "Entry",
    "assets": "Asset",
    "content_types": "ContentType",
    "tags": "Tag",
    "locales": "Locale",
    "webhook_definitions": "Webhook",
    "environments": "Environment",
    "spaces": "Space",
}
BEYOND_THE_RECORDINGS = {
    "GET /users/me": "in every client of Contentful, and in no recording of a space",
    "GET /spaces/{s}/environments/{e}/public/entries": "recorded without an environment only",
}
FILTERED_BY = ("sys.updatedBy.sys.id", "sys.deletedBy.sys.id")
"""Documented filters of webhooks that the SDK's types leave out."""
VERSIONED = re.compile(r"PUT .*/(published|archived|process)$")
MEDIA_TYPE = "application/vnd.contentful.management.v1+json"
HERE = "/spaces/{s}/environments/{e}"


class ContentfulSpec:
    """An operation's name is its method and path, ids taken out."""

    vendor = "contentful"
    used = frozenset(
        {
            "GET /users/me",
            "GET /spaces/{s}/webhook_definitions",
            "POST /spaces/{s}/webhook_definitions",
            "PUT /spaces/{s}/webhook_definitions/{id}",
            *(f"GET {HERE}/{one}" for one in ("entries", "assets", "content_types", "locales")),
            f"GET {HERE}/tags",
            f"GET {HERE}/entries/{{id}}",
            f"GET {HERE}/entries/{{id}}/references",
            f"GET {HERE}/entries/{{id}}/snapshots",
            f"GET {HERE}/public/entries",
            f"PUT {HERE}/entries/{{id}}",
            f"PUT {HERE}/entries/{{id}}/published",
            f"DELETE {HERE}/entries/{{id}}/published",
            f"DELETE {HERE}/entries/{{id}}",
            f"PUT {HERE}/assets/{{id}}/published",
            f"PUT {HERE}/content_types/{{id}}",
            f"PUT {HERE}/content_types/{{id}}/published",
            f"PUT {HERE}/tags/{{id}}",
        }
    )

    def check(self, recorded: Recorded) -> str:
        name = named(recorded)
        self.check_request(name, recorded)
        if self.resources is None or self.observed is None:
            return NOT_COMPARED
        if name not in BEYOND_THE_RECORDINGS:
            assert name in self.observed, f"contentful: {name} was never recorded"
        body = recorded.received
        if recorded.status >= 400:
            assert body["sys"]["type"] == "Error" and body["sys"]["id"], body
            if recorded.status == 409:
                assert body == {"sys": {"type": "Error", "id": "VersionMismatch"}}
        elif recorded.status == 204:
            assert not recorded.answer
        elif recorded.answer is not None:
            self.check_answer(name, recorded, body)
        return name

    def check_request(self, name: str, recorded: Recorded) -> None:
        assert recorded.headers.get("authorization", "").startswith("Bearer ")
        if recorded.body:
            assert recorded.headers.get("content-type", "").startswith(MEDIA_TYPE), recorded.headers
        if VERSIONED.match(name) and recorded.status < 400:
            assert recorded.headers.get("x-contentful-version", "").isdecimal(), name
        for header in ("Second-Limit", "Second-Remaining", "Reset"):
            assert f"X-Contentful-RateLimit-{header}" in recorded.answer_headers

    def check_answer(self, name: str, recorded: Recorded, body: Any) -> None:
        assert recorded.media_type == MEDIA_TYPE
        path = name.partition(" ")[2]
        last = path.rstrip("/").rpartition("/")[2]
        if path == "/users/me":
            assert body["sys"]["type"] == "User"
            return
        if "items" in body:
            for word in ("total", "skip", "limit"):
                assert isinstance(body[word], int)
            if "select" in dict(recorded.params):
                return
            kind = "SnapshotProps_EntryProps" if last == "snapshots" else TYPES.get(last, "Entry")
            kind = "WebhookCallDetails" if last == "calls" else kind
            for item in body["items"]:
                self.validate(as_typed(item, kind), kind, at=name)
            for type_, items in body.get("includes", {}).items():
                for item in items:
                    self.validate(item, type_, at=f"{name} includes")
            return
        part = next((word for word in reversed(path.split("/")) if word in TYPES), None)
        if part and last != "health":
            self.validate(as_typed(body, TYPES[part]), TYPES[part], at=name)

    def validate(self, value: Any, kind: str, *, at: str) -> None:
        if kind not in self.validators:
            whole = {**(self.resources or {}), "$ref": f"#/definitions/{kind}"}
            self.validators[kind] = Draft7Validator(whole)
        errors = [
            f"{at}{one.json_path[1:]}: {one.message[:300]}"
            for one in list(self.validators[kind].iter_errors(value))[:5]
        ]
        assert not errors, "contentful: " + "\n  ".join(errors)

    @cached_property
    def validators(self) -> dict[str, Draft7Validator]:
        return {}

    @cached_property
    def resources(self) -> dict[str, Any] | None:
        text = read_spec(self.vendor, RESOURCES)
        return None if text is None else json.loads(text)

    @cached_property
    def observed(self) -> frozenset[str] | None:
        text = read_spec(self.vendor, OPERATIONS)
        if text is None:
            return None
        return frozenset(f"{one['method']} {plain(one['path'])}" for one in json.loads(text))


def as_typed(item: Any, kind: str) -> Any:
    """The SDK's types say less of webhooks than the API does: the value of a secret header is
    never given, and users may be filtered by."""
    if kind != "Webhook":
        return item
    headers = [{"value": "", **one} for one in item["headers"]]
    filters = [
        one for one in item.get("filters", ()) if not any(f in str(one) for f in FILTERED_BY)
    ]
    return {**item, "headers": headers, "filters": filters}


def named(recorded: Recorded) -> str:
    path = "/" + recorded.path.strip("/")
    path = re.sub(r"^/spaces/[^/]+", "/spaces/{s}", path)
    if "/environments" not in path and re.match(r"/spaces/\{s\}/(entries|assets|tags)", path):
        path = path.replace("/spaces/{s}", HERE, 1)
    path = re.sub(r"/environments/[^/]+", "/environments/{e}", path)
    kinds = "entries|assets|content_types|tags|locales|webhook_definitions|webhooks"
    path = re.sub(rf"/({kinds})/[^/]+", r"/\1/{id}", path)
    path = re.sub(r"/files/[^/]+/process", "/files/{locale}/process", path)
    return f"{recorded.method} {path.replace('/public/{id}', '/public')}"


def plain(template: str) -> str:
    return template.replace("{space_id}", "{s}").replace("{environment_id}", "{e}")


SPEC = ContentfulSpec()
