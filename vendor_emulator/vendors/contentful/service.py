"""Contentful's management API over HTTP: who may ask, how often, for what.

Belongs here: tokens, the rate limit, headers, operations on the emulated space.
Does not belong here: versions and states (`environment.py`), webhooks (`hooks.py`).

Options: `limits` strict | off, `rate` (requests a second, 7), `content_types` all | none,
`environments`, `signing_secret`, `processing_seconds`, `retry_seconds`.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from datetime import datetime, timedelta
from threading import RLock
from typing import Any

import orjson

from vendor_emulator.business import Business, Changes
from vendor_emulator.vendors import Answer, Asked, Opening
from vendor_emulator.vendors.contentful.content_model import CONTENT_TYPES, content_type
from vendor_emulator.vendors.contentful.editing import Editing
from vendor_emulator.vendors.contentful.environment import Environment
from vendor_emulator.vendors.contentful.files import Files
from vendor_emulator.vendors.contentful.operations import Operations
from vendor_emulator.vendors.contentful.rate import Rate
from vendor_emulator.vendors.contentful.refusals import MEDIA_TYPE, Refused
from vendor_emulator.vendors.contentful.routes import find_route
from vendor_emulator.vendors.contentful.telling import Telling

SPACE = "fableandco01"
TOKEN = "CFPAT-fable-and-co-integration"  # noqa: S105
EDITOR_TOKEN = "CFPAT-fable-and-co-editor"  # noqa: S105
USERS = {TOKEN: "6integration", EDITOR_TOKEN: "7editor"}
LOCALES = (
    {"code": "en-US", "name": "English (United States)", "default": True, "fallbackCode": None},
    {"code": "de-DE", "name": "German (Germany)", "default": False, "fallbackCode": "en-US"},
)
LARGEST_REQUEST = 1_048_576


class Contentful(Editing):
    def __init__(self, opening: Opening) -> None:
        self.clock, self.options = opening.clock, opening.options
        self.lock = RLock()
        self.is_revoked = False
        rate = int(self.options.get("rate", 7))
        self.rate = Rate(rate, self.clock.seconds, self.options.get("limits", "strict") == "strict")
        self.files = Files(self.clock.seconds, float(self.options.get("processing_seconds", 0)))
        self.telling = Telling(
            SPACE,
            moment=lambda: self.now().strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z",
            signing_secret=self.options.get("signing_secret", ""),
            retry_seconds=float(self.options.get("retry_seconds", 30)),
        )
        self.environments: dict[str, Environment] = {}
        for name in self.options.get("environments", ("master", "staging")):
            self.environments[name] = self.new_environment(name)
        self.telling.is_open = True

    def now(self) -> datetime:
        return self.clock.start + timedelta(seconds=self.clock.seconds())

    def new_environment(self, name: str) -> Environment:
        made = Environment(SPACE, name, self.now, self.telling.happened, self.files)
        for locale in LOCALES:
            code = str(locale["code"])
            made.things["Locale"][code] = {
                **locale,
                "internal_code": code,
                "optional": not locale["default"],
                "contentDeliveryApi": True,
                "contentManagementApi": True,
                "sys": made.new_sys("Locale", code, USERS[EDITOR_TOKEN]),
            }
        for id_ in CONTENT_TYPES if self.options.get("content_types", "all") == "all" else ():
            by = USERS[EDITOR_TOKEN]
            made.put("ContentType", id_, deepcopy(content_type(id_)), by=by)
            made.publish("ContentType", id_, version=1, by=by)
        return made

    # ------------------------------------------------------------------ the emulator's side

    def credentials(self, base_url: str) -> dict[str, str]:
        return {
            "base_url": base_url,
            "space_id": SPACE,
            "environment_id": "master",
            "management_token": TOKEN,
            "editor_token": EDITOR_TOKEN,
        }

    def names(self, asked: Asked) -> tuple[str, ...]:
        """`publish`, `entries`, `publish entries`."""
        route = find_route(asked.method, asked.path)
        if route is None:
            return ()
        both = (f"{route.operation} {route.kind}",) if route.kind else ()
        return tuple(one for one in (route.operation, route.kind, *both) if one)

    def fault(self, name: str, asked: Asked) -> Answer | None:
        if name == "revoked":
            self.is_revoked = True
            return Refused("AccessTokenInvalid", "The access token is invalid.").answer()
        if name in ("throttled", "429"):
            return with_headers(throttled(), self.rate.headers(reset=1))
        if name == "half-processed":
            return Answer(status=204, media_type=MEDIA_TYPE)
        if name in ("version-mismatch", "409"):
            return Refused("VersionMismatch").answer()
        if name in ("ill", "503"):
            return Refused("ServiceUnavailable", "The service is not available.").answer()
        return Refused("ServerError", "Internal Server Error").answer() if name == "500" else None

    def rows(self) -> Mapping[str, int]:
        return {}

    def touch(self, table: str) -> str:
        raise LookupError(f"no table is read from Contentful: {table}")

    def next_day(
        self, business: Business, changes: Changes, *, stamped_at: datetime | None = None
    ) -> None:
        """Editors have the day off."""

    def close(self) -> None:
        self.telling.close()

    # ------------------------------------------------------------------ requests

    def answer(self, asked: Asked) -> Answer:
        with self.lock:
            if not self.rate.has_room():
                return with_headers(throttled(), self.rate.headers(reset=1))
            try:
                status, content = self.answered(asked)
                body = b"" if content is None else orjson.dumps(content)
                made = Answer(status=status, body=body, media_type=MEDIA_TYPE)
            except Refused as refused:
                made = refused.answer()
            return with_headers(made, self.rate.headers(reset=0))

    def answered(self, asked: Asked) -> tuple[int, Any]:
        token = asked.headers.get("authorization", "").removeprefix("Bearer ")
        token = token or asked.query.get("access_token", "")
        if token not in USERS or (self.is_revoked and token == TOKEN):
            raise Refused(
                "AccessTokenInvalid",
                "The access token you sent could not be found or is invalid.",
            )
        if len(asked.body) > LARGEST_REQUEST:
            raise Refused("BadRequest", "Request body is too large.")
        route = find_route(asked.method, asked.path)
        if route is None:
            raise Refused("UnknownRoute", "The requested route does not exist.")
        if route.space not in ("", SPACE):
            raise Refused("NotFound", "The resource could not be found.", type="Space")
        operations = Operations(
            self.environments, self.telling, SPACE, USERS[token], self.largest_references
        )
        return operations.answered(route, asked)

    @property
    def largest_references(self) -> int:
        return int(self.options.get("largest_references", 1_000))


def throttled() -> Answer:
    text = "You have exceeded the rate limit of the Organization this Space belongs to by making "
    return Refused("RateLimitExceeded", text + "too many API requests.").answer()


def with_headers(answer: Answer, headers: Mapping[str, str]) -> Answer:
    return Answer(
        status=answer.status,
        body=answer.body,
        headers={**answer.headers, **headers},
        media_type=answer.media_type,
    )
