"""How the Graph API speaks: errors, parameters, field lists, pages.

Belongs here: the dialect that every edge shares. Does not belong here: what an edge holds
(`world.py`), reports (`insights.py`), which address is which (`service.py`).
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode

import orjson

from vendor_emulator.vendors import Answer, Asked

VERSION = "v26.0"
DEFAULT_LIMIT = 25
LARGEST_LIMIT = 5000
TRACE = "A1b2C3d4E5f6G7h8"
SHARED_PARAMS = frozenset(
    {"access_token", "appsecret_proof", "fields", "limit", "after", "summary"}
)


class Refused(Exception):
    """An error as the Graph API tells it. The HTTP status says little, code and subcode much."""

    def __init__(
        self,
        message: str,
        *,
        code: int = 100,
        subcode: int | None = None,
        status: int = 400,
        kind: str = "OAuthException",
        is_transient: bool | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        error: dict[str, Any] = {"message": message, "type": kind, "code": code}
        if subcode is not None:
            error["error_subcode"] = subcode
        if is_transient is not None:
            error["is_transient"] = is_transient
        error["fbtrace_id"] = TRACE
        self.code, self.subcode, self.message = code, subcode, message
        self.status, self.error, self.headers = status, error, dict(headers or {})

    def answer(self, headers: Mapping[str, str] | None = None) -> Answer:
        named = {**(headers or {}), **self.headers}
        if self.code in (102, 190):
            named["WWW-Authenticate"] = (
                f'OAuth "Facebook Platform" "invalid_token" "{self.message}"'
            )
        return Answer(self.status, orjson.dumps({"error": self.error}), named)


@dataclass(frozen=True)
class Call:
    """One request's parameters, whether they came in the address, as a form or as JSON."""

    asked: Asked
    params: Mapping[str, Any] = field(default_factory=dict)

    def only(self, names: Iterable[str]) -> None:
        """Stricter than the vendor, who passes over a name it does not know: a misspelt filter
        would go unnoticed."""
        for name in self.params:
            if name not in SHARED_PARAMS and name not in names:
                raise Refused(f"(#100) The parameter {name} is not known here")

    def value(self, name: str) -> Any:
        """JSON is read as such, everything else is text."""
        value = self.params.get(name)
        if isinstance(value, str) and value[:1] in ("[", "{"):
            try:
                return orjson.loads(value)
            except orjson.JSONDecodeError:
                raise Refused(f"(#100) Param {name} must be valid JSON") from None
        return value

    def listed(self, name: str) -> list[Any]:
        value = self.value(name)
        if value is None or value == "":
            return []
        if isinstance(value, str):
            return [part.strip() for part in value.split(",")]
        if isinstance(value, list):
            return value
        raise Refused(f"(#100) Param {name} must be an array.")

    def flag(self, name: str) -> bool:
        value = self.value(name)
        if value in (True, "true", "1"):
            return True
        if value in (None, False, "false", "0"):
            return False
        raise Refused(f"(#100) Param {name} must be a boolean")

    def fields(self) -> list[str]:
        """Top-level names; `creative{id,name}` asks for creative."""
        text = self.value("fields")
        if isinstance(text, list):
            text = ",".join(text)
        names, depth, name = [], 0, ""
        for letter in f"{text or ''},":
            depth += (letter == "{") - (letter == "}")
            if letter == "," and depth == 0:
                if name.strip():
                    names.append(name.split("{")[0].strip())
                name = ""
            else:
                name += letter
        if depth:
            raise Refused("Syntax error: Expected end of string", code=2500)
        return names

    def limit(self) -> int:
        text = str(self.params.get("limit", DEFAULT_LIMIT))
        if not text.isdigit() or int(text) > LARGEST_LIMIT:
            raise Refused("(#100) Param limit must be a number between 0 and 5000")
        return int(text)

    def filters(self) -> list[tuple[str, str, Any]]:
        found = []
        for each in self.listed("filtering"):
            if not isinstance(each, dict) or each.keys() != {"field", "operator", "value"}:
                raise Refused("(#100) Param filtering[0] must have field, operator and value")
            found.append((each["field"], each["operator"], each["value"]))
        return found


def call_of(asked: Asked) -> Call:
    params: dict[str, Any] = dict(asked.query)
    if asked.method == "POST" and asked.body:
        if asked.headers.get("content-type", "").startswith("application/json"):
            try:
                sent = orjson.loads(asked.body)
            except orjson.JSONDecodeError:
                raise Refused("(#100) The body is not JSON") from None
            params.update(sent)
        else:
            params.update(parse_qsl(asked.body.decode("utf-8", "replace"), keep_blank_values=True))
    return Call(asked, params)


def page(
    call: Call, rows: Sequence[Any], *, largest: int, token: str
) -> tuple[int, int, dict[str, Any]]:
    """Where the page begins and ends, and its `paging`. A page may be shorter than was asked for;
    only without `next` is it the last."""
    start = 0
    if after := call.params.get("after"):
        start = place_of(str(after), len(rows))
    end = min(start + min(call.limit() or 1, largest), len(rows))
    if start >= end:
        return start, end, {}
    paging: dict[str, Any] = {"cursors": {"before": cursor(start), "after": cursor(end)}}
    if end < len(rows):
        kept = {name: value for name, value in call.params.items() if name != "after"}
        # The vendor writes the token into the address of the next page.
        sent = {"access_token": token, **kept, "after": cursor(end)}
        address = f"{call.asked.base_url}{call.asked.path}"
        paging["next"] = f"{address}?{urlencode(sent, doseq=True)}"
    return start, end, paging


def cursor(place: int) -> str:
    return urlsafe_b64encode(f"QVFIU{place}".encode()).decode().rstrip("=")


def same_place(after: str) -> str:
    """Another cursor to the same place."""
    text = urlsafe_b64decode(after + "=" * (-len(after) % 4)).decode()
    return urlsafe_b64encode(text.replace("QVFIU", "QVFIU0").encode()).decode().rstrip("=")


def place_of(after: str, rows: int) -> int:
    try:
        text = urlsafe_b64decode(after + "=" * (-len(after) % 4)).decode()
        place = int(text.removeprefix("QVFIU"))
    except (ValueError, UnicodeDecodeError):
        place = -1
    if not 0 <= place <= max(rows, place if rows else 0):
        raise Refused("(#100) Invalid cursors values", subcode=33)
    return place


def select(
    node: Mapping[str, Any], names: Sequence[str], *, kind: str, known: Iterable[str]
) -> dict[str, Any]:
    """The asked fields of a node; those without a value are absent, the id is always there."""
    for name in names:
        if name not in known:
            raise Refused(
                f"(#100) Tried accessing nonexisting field ({name}) on node type ({kind})"
            )
    shown = {name: node[name] for name in names if node.get(name) is not None}
    if "id" in node:
        shown["id"] = node["id"]
    return shown
