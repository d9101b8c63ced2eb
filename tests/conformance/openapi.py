"""Holds a recorded exchange to a vendor's OpenAPI (3.0, 3.1) or Swagger 2.0 file.

Belongs here: finding the operation, validating request and answer, saying readably what is wrong.
Does not belong here: which file and which exceptions a vendor has (`spec_<vendor>.py`).

What a file gets wrong is written down as an exception, a key with the reason beside it:

    "#/components/schemas/Job/properties/total"   this part of the file is wrong and is not used
                                                  (`*` for any one step)
    "ListTickets"  "GET /api/v2/hidden"           the operation is not compared (or not in the file)
    "ListTickets request"   "... response"        that half is not compared
    "ListTickets ?per_page"                       a query parameter that the file leaves out
    "ListTickets 429"                             an answer's status that the file leaves out
    "ListTickets /tickets/*/sla"                  a place in the answer where the file is not obeyed
    "ListTickets fields"                          the answer has fields that the file leaves out
    "* null"                                      null may stand where the file names another type

`*` instead of an operation's name means all of them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from functools import cached_property
from typing import Any
from urllib.parse import unquote, urlsplit

import orjson
from openapi_core import Config, OpenAPI
from openapi_core.testing import MockRequest, MockResponse

from tests.conformance.fields import at_pointer, unknown_fields
from tests.conformance.file_exceptions import with_nulls, without
from tests.conformance.quick_schemas import of_openapi
from tests.conformance.specs import NOT_COMPARED, read_spec
from tests.conformance.swagger2 import METHODS, as_openapi3
from vendor_emulator.recorder import Recorded

HOST = "https://vendor.test"
SHOWN = 8


@dataclass(frozen=True)
class Operation:
    """`pattern` finds a path of it and the values of its path's parameters."""

    name: str
    method: str
    path: str
    pattern: re.Pattern[str]
    checks: OpenAPI
    definition: Mapping[str, Any]
    query: frozenset[str]


class OpenApi:
    """`prefix` is what the vendor's paths carry before the file's; left out, it is the path of the
    file's first server. `used` names the operations that our connector uses."""

    def __init__(
        self,
        vendor: str,
        file: str,
        *,
        prefix: str = "",
        exceptions: Mapping[str, str] | None = None,
        used: frozenset[str] | set[str] | tuple[str, ...] = frozenset(),
    ) -> None:
        self.vendor = vendor
        self.used = frozenset(used)
        self._file = file
        self._prefix = prefix.rstrip("/")
        self.exceptions = dict(exceptions or {})

    def check(self, recorded: Recorded) -> str:
        """The operation's name; an AssertionError says what does not agree with the file."""
        if self.spec is None:
            return NOT_COMPARED
        spoken = f"{recorded.method} {recorded.path}"
        operation = self._operation(recorded)
        if operation is None:
            for key in self.exceptions:
                if " /" in key and fnmatchcase(spoken, key):
                    return key
            raise AssertionError(f"{self.vendor}: {spoken} is no operation of {self._file}")
        if self._excepted(operation, ""):
            return operation.name
        wrong = [*self._wrong_request(operation, recorded)]
        wrong += self._wrong_answer(operation, recorded)
        if wrong:
            more = f"\n  and {len(wrong) - SHOWN} more" if len(wrong) > SHOWN else ""
            lines = "".join(f"\n  {line}" for line in wrong[:SHOWN])
            raise AssertionError(
                f"{self.vendor}: {operation.name} ({spoken} {recorded.status}) "
                f"is not as {self._file} says:{lines}{more}"
            )
        return operation.name

    @cached_property
    def spec(self) -> dict[str, Any] | None:
        """The file with its exceptions taken out; None where the specs are not here."""
        text = read_spec(self.vendor, self._file)
        if text is None:
            return None
        spec = json.loads(text)
        spec = as_openapi3(spec) if "swagger" in spec else spec
        for key in self.exceptions:
            if key.startswith("#/"):
                without(spec, key)
        return with_nulls(spec) if "* null" in self.exceptions else spec

    @cached_property
    def operations(self) -> dict[str, Operation]:
        """By name, those with more fixed letters in their path first; empty without the file."""
        found = [
            self._describe(path, method, item)
            for path, item in (self.spec or {}).get("paths", {}).items()
            for method in METHODS
            if method in item
        ]
        found.sort(key=lambda one: (one.path.count("{"), -len(one.path)))
        named: dict[str, Operation] = {}
        for one in found:
            # Some files give two operations one id: the later is called by its method and path.
            name = f"{one.method} {one.path}" if one.name in named else one.name
            named[name] = replace(one, name=name)
        return named

    def _describe(self, path: str, method: str, item: Mapping[str, Any]) -> Operation:
        spec, definition = self.spec or {}, item[method]
        shared = {name: value for name, value in item.items() if name not in METHODS}
        # A file of one path: the library walks all paths of a file for each request otherwise.
        alone = {
            **spec,
            "servers": [{"url": HOST}],
            "paths": {path: {**shared, method: definition}},
        }
        parameters = [*item.get("parameters", ()), *definition.get("parameters", ())]
        parameters = [at_pointer(spec, p["$ref"]) if "$ref" in p else p for p in parameters]
        pattern = "".join(
            f"(?P<{_group(part)}>[^/]+)" if part.startswith("{") else re.escape(part)
            for part in re.split(r"(\{[^}]+\})", path)
        )
        return Operation(
            name=definition.get("operationId") or f"{method.upper()} {path}",
            method=method.upper(),
            path=path,
            pattern=re.compile(pattern),
            checks=OpenAPI.from_dict(alone, config=Config(spec_validator_cls=None)),
            definition=definition,
            query=frozenset(p["name"] for p in parameters if p["in"] == "query"),
        )

    @cached_property
    def _server_prefix(self) -> str:
        servers = (self.spec or {}).get("servers") or [{"url": "/"}]
        return urlsplit(re.sub(r"\{[^}]*\}", "x", servers[0]["url"])).path.rstrip("/")

    def _beneath(self, path: str) -> str | None:
        if self._prefix:
            return path.removeprefix(self._prefix) if path.startswith(self._prefix) else None
        return path.removeprefix(self._server_prefix)

    def _operation(self, recorded: Recorded) -> Operation | None:
        path = self._beneath(recorded.path)
        for one in self.operations.values():
            if path and one.method == recorded.method and one.pattern.fullmatch(path):
                return one
        return None

    def _excepted(self, operation: Operation, what: str) -> bool:
        names = (operation.name, f"{operation.method} {operation.path}", "*")
        wanted = [f"{name} {what}".strip() for name in names]
        return any(
            fnmatchcase(one, key) if what.startswith("/") else one == key
            for key in self.exceptions
            for one in wanted
        )

    def _wrong_request(self, operation: Operation, recorded: Recorded) -> Iterator[str]:
        if self._excepted(operation, "request"):
            return
        for name in dict.fromkeys(name for name, _ in recorded.params):
            known = name in operation.query or name.split("[")[0] in operation.query
            if not known and not self._excepted(operation, f"?{name}"):
                yield f"request ?{name}: no such parameter"
        for error in operation.checks.iter_apicall_request_errors(self._asked(operation, recorded)):
            for at, text in _readable(error):
                yield f"request {at}{': ' if at else ''}{text}"

    def _wrong_answer(self, operation: Operation, recorded: Recorded) -> Iterator[str]:
        status = str(recorded.status)
        if self._excepted(operation, "response") or self._excepted(operation, status):
            return
        documented = operation.definition["responses"]
        if not {status, f"{status[0]}XX", f"{status[0]}xx", "default"} & set(documented):
            yield f"answer: status {status} is not among {', '.join(documented)}"
            return
        if recorded.answer is None:
            return
        answered = MockResponse(
            recorded.answer,
            status_code=recorded.status,
            headers=dict(recorded.answer_headers),
            content_type=recorded.media_type,
        )
        asked = self._asked(operation, recorded)
        slowly = () if self._fits(operation, recorded) else (asked, answered)
        for error in operation.checks.iter_apicall_response_errors(*slowly) if slowly else ():
            for at, text in _readable(error):
                if not (at and self._excepted(operation, at)):
                    yield f"answer {at}{': ' if at else ''}{text}"
        if not self._excepted(operation, "fields"):
            yield from self._unknown(operation, recorded)

    def _fits(self, operation: Operation, recorded: Recorded) -> bool:
        """Told by the compiled schema of the body, where the answer promises no headers."""
        response = self._response(operation, recorded)
        schema = self._schema(response, recorded)
        if schema is None or response.get("headers"):
            return False
        key = id(schema)
        if key not in self._compiled:
            self._compiled[key] = of_openapi(schema, (self.spec or {}).get("components", {}))
        return self._compiled[key].is_valid(recorded.received)

    @cached_property
    def _compiled(self) -> dict[int, Any]:
        return {}

    def _response(self, operation: Operation, recorded: Recorded) -> Mapping[str, Any]:
        status, documented = str(recorded.status), operation.definition["responses"]
        response = next(
            documented[one] for one in (status, f"{status[0]}XX", "default") if one in documented
        )
        return at_pointer(self.spec, response["$ref"]) if "$ref" in response else response

    def _schema(self, response: Mapping[str, Any], recorded: Recorded) -> Any:
        kind = recorded.media_type.split(";")[0].strip()
        return (response.get("content") or {}).get(kind, {}).get("schema")

    def _unknown(self, operation: Operation, recorded: Recorded) -> Iterator[str]:
        schema = self._schema(self._response(operation, recorded), recorded)
        if schema is None:
            return
        for at in unknown_fields(recorded.received, [schema], spec=self.spec):
            if not self._excepted(operation, at):
                yield f"answer {at}: no such field"

    def _asked(self, operation: Operation, recorded: Recorded) -> MockRequest:
        found = operation.pattern.fullmatch(self._beneath(recorded.path) or "")
        names = re.findall(r"\{([^}]+)\}", operation.path)
        values = {name: unquote(found[_group(name)]) for name in names} if found else {}
        kind = recorded.headers.get("content-type", "application/json")
        return MockRequest(
            HOST,
            recorded.method.lower(),
            operation.path,
            path_pattern=operation.path,
            args=list(recorded.params),  # type: ignore[arg-type]
            view_args=values,
            headers=dict(recorded.headers),
            data=recorded.body,
            content_type=kind,
        )


def _group(part: str) -> str:
    return "p_" + re.sub(r"\W", "_", part.strip("{}"))


def _readable(error: BaseException) -> Iterator[tuple[str, str]]:
    """Where and what: of a schema's errors one each, of anything else the innermost reason."""
    name = getattr(error, "name", None)
    cause: BaseException | None = error
    while cause is not None:
        found = list(getattr(cause, "schema_errors", ()))
        if found:
            for one in found:
                at = "".join(f"/{step}" for step in one.absolute_path)
                yield (f"{name}{at}" if name else at), _violation(one)
            return
        error, cause = (error if cause.__cause__ is None else cause), cause.__cause__
    last = getattr(error, "__cause__", None) or error
    yield name or "", _shortened(str(last) or type(last).__name__)


def _violation(error: Any) -> str:
    """A choice of schemas says only that none fits; the nearest one's reason is what helps."""
    nearest = error
    while nearest.context:
        nearest = max(nearest.context, key=lambda one: (len(one.absolute_path), -len(one.context)))
    if nearest is error:
        return f"{_shortened(error.message)}"
    deeper = "".join(f"/{step}" for step in nearest.absolute_path)
    return f"none of the choices fits; nearest {deeper}: {_shortened(nearest.message)}"


def _shortened(text: str, *, longest: int = 240) -> str:
    return text if len(text) <= longest else f"{text[:110]} ... {text[-110:]}"


def shown(value: Any) -> str:
    return _shortened(orjson.dumps(value, default=str).decode())
