"""Google's discovery documents of Sheets and Drive.

Belongs here: methods, their parameters, and answers as JSON Schemas. Does not belong here: the
vendor's files.

A discovery document's schemas refer to each other by their ids, which JSON Schema does not; and
they let unknown fields pass, which is forbidden here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from jsonschema import Draft3Validator, Draft4Validator

from tests.conformance.fields import unknown_fields
from tests.conformance.specs import NOT_COMPARED, read_spec
from vendor_emulator.recorder import Recorded

VENDOR = "google_sheets"
FILES = {"sheets.v4.readonly.discovery.json": "/", "drive.v3.files.discovery.json": "/drive/v3/"}
TOKEN = "oauth2.token"
ERROR = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "message"],
            "properties": {
                "code": {"type": "integer"},
                "message": {"type": "string"},
                "status": {"type": "string"},
                "errors": {"type": "array"},
                "details": {"type": "array"},
            },
            "additionalProperties": False,
        }
    },
    "additionalProperties": False,
}
"""The documents say nothing of errors; this is the form of Google's guide to its APIs."""


class Method:
    def __init__(self, document: Mapping[str, Any], method: Mapping[str, Any], at: str) -> None:
        self.document, self.name, self.verb = document, method["id"], method["httpMethod"]
        path = at + method.get("flatPath", method["path"]).lstrip("/")
        self.path = re.compile(re.sub(r"\\\{\w+\\\}", "[^/:]+", re.escape(path)))
        own = {
            name: one
            for name, one in method.get("parameters", {}).items()
            if one["location"] == "query"
        }
        self.parameters = {**document["parameters"], **own}
        self.answer = method["response"]["$ref"]

    @cached_property
    def schema(self) -> dict[str, Any]:
        text = json.dumps(self.document["schemas"])
        schemas = json.loads(re.sub(r'"\$ref": "(\w+)"', r'"$ref": "#/definitions/\1"', text))
        for schema in schemas.values():
            del schema["id"]  # in JSON Schema an id moves what references within it mean
        return {"$ref": f"#/definitions/{self.answer}", "definitions": schemas}

    def wrong_parameters(self, recorded: Recorded) -> Iterator[str]:
        seen: set[str] = set()
        for name, value in recorded.params:
            known = self.parameters.get(name)
            if known is None:
                yield f"request ?{name}: no such parameter"
                continue
            if name in seen and not known.get("repeated"):
                yield f"request ?{name}: is given more than once"
            seen.add(name)
            if known.get("enum") and value not in known["enum"]:
                yield f"request ?{name}: {value} is not among {known['enum']}"
            if known["type"] == "boolean" and value not in ("true", "false"):
                yield f"request ?{name}: {value} is no truth"

    def wrong_answer(self, recorded: Recorded) -> Iterator[str]:
        answer = recorded.received
        schema = ERROR if recorded.status >= 400 else self.schema
        # Discovery documents are of JSON Schema's third draft, which knows the type "any".
        validator = Draft4Validator(ERROR) if schema is ERROR else Draft3Validator(schema)
        for error in validator.iter_errors(answer):
            yield f"answer {'/'.join(map(str, error.absolute_path))}: {error.message[:200]}"
        if recorded.status < 400:
            top = {"$ref": f"#/definitions/{self.answer}"}
            for at in unknown_fields(answer, [top], spec=self.schema):
                yield f"answer {at}: no such field"


class Discovery:
    vendor = VENDOR
    used = frozenset({"sheets.spreadsheets.get", "sheets.spreadsheets.values.batchGet"}) | {
        "drive.files.get"
    }

    @cached_property
    def methods(self) -> list[Method] | None:
        found = []
        for file, at in FILES.items():
            text = read_spec(VENDOR, file)
            if text is None:
                return None
            document = json.loads(text)
            found += [Method(document, one, at) for one in methods_of(document)]
        return found

    def check(self, recorded: Recorded) -> str:
        if self.methods is None:
            return NOT_COMPARED
        if (recorded.method, recorded.path) == ("POST", "/token"):
            return TOKEN  # Google's tokens have no discovery document; RFC 6749 and 7523 do
        for method in self.methods:
            if method.verb == recorded.method and method.path.fullmatch(recorded.path):
                wrong = [*method.wrong_parameters(recorded), *method.wrong_answer(recorded)]
                assert not wrong, f"{VENDOR}: {method.name}:\n  " + "\n  ".join(wrong[:8])
                return method.name
        raise AssertionError(f"{VENDOR}: {recorded.method} {recorded.path} is no method")


def methods_of(resource: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield from resource.get("methods", {}).values()
    for inner in resource.get("resources", {}).values():
        yield from methods_of(inner)


SPEC = Discovery()
