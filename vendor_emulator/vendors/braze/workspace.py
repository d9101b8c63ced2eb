"""The emulated Braze workspace: its key, its permissions, its limits, its exports of people.

Belongs here: one request from bytes to bytes, and what a test may do to the workspace. Does not
belong here: what a good request is answered (`reports.py`), numbers (`world.py`).
"""

from __future__ import annotations

import io
import zipfile
from collections import deque
from collections.abc import Mapping
from datetime import datetime, timedelta
from threading import RLock
from typing import Any

import orjson

from vendor_emulator.business import Business, Changes
from vendor_emulator.vendors import Answer, Asked, Opening, json_answer
from vendor_emulator.vendors.braze.records import braze_id
from vendor_emulator.vendors.braze.reports import answered
from vendor_emulator.vendors.braze.requests import ENDPOINTS, Endpoint, bad, refused
from vendor_emulator.vendors.braze.world import CUSTOM_EVENTS, World

API_KEY = "emulated-braze-key-0000-000000000000"
LIMITS = {"all": (250_000, 3600), "names": (1000, 3600)}
FILES = "/exported/"
USERS_A_FILE = 5000
NO_PERMISSION = "Invalid API key: it lacks the permission for this endpoint"
NOT_READY = Answer(403, b"<Error><Code>AccessDenied</Code></Error>", {}, "text/xml")


class Workspace:
    """options: limits ("off", "strict"), largest_page, without (permissions that the key lacks),
    export_seconds (how long an export of people takes), names_per_hour, days (a connection made
    with the given credentials starts so many days ago).
    """

    def __init__(self, opening: Opening) -> None:
        self.clock, self.business, self.options = opening.clock, opening.business, opening.options
        self.lock = RLock()
        self.largest = int(self.options.get("largest_page", 100_000))
        self.without = frozenset(self.options.get("without", ()))
        self.is_strict = self.options.get("limits", "strict") != "off"
        self.limits = {**LIMITS, "names": (int(self.options.get("names_per_hour", 1000)), 3600)}
        self.calls: dict[str, deque[float]] = {name: deque() for name in LIMITS}
        self.is_revoked = False
        self.export_seconds = float(self.options.get("export_seconds", 0))
        self.exports: dict[str, tuple[float, str]] = {}
        self.made: World | None = None

    @property
    def world(self) -> World:
        """Made when somebody asks."""
        if self.made is None:
            self.made = World(self.business)
        return self.made

    # ------------------------------------------------------------------ what the server calls

    def answer(self, asked: Asked) -> Answer:
        with self.lock:
            if asked.path.startswith(FILES):
                return self.file(asked)
            if self.is_revoked or asked.headers.get("authorization") != f"Bearer {API_KEY}":
                return bad("Invalid API key", 401)
            endpoint = ENDPOINTS.get(asked.path)
            if endpoint is None or endpoint.method != asked.method:
                return bad("Unknown URL", 404)
            if endpoint.permission in self.without:
                return bad(NO_PERMISSION, 401)
            headers, may_pass = self.taken(endpoint)
            if not may_pass:
                return json_answer({"message": "Rate limit exceeded"}, status=429, **headers)
            made = refused(endpoint, asked)
            if made is None and endpoint.table == "users":
                made = self.export(asked)
            if made is None:
                made = answered(endpoint, self.world, asked, self.clock.now(), self.largest)
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            return Answer(made.status, made.body, {**made.headers, **named}, made.media_type)

    def taken(self, endpoint: Endpoint) -> tuple[dict[str, str], bool]:
        """The limit's headers (its reset in epoch seconds), and whether the call may pass."""
        allowed, seconds = self.limits[endpoint.rate]
        calls, now = self.calls[endpoint.rate], self.clock.seconds()
        while calls and calls[0] <= now - seconds:
            calls.popleft()
        may_pass = len(calls) < allowed or not self.is_strict
        if may_pass:
            calls.append(now)
        wait = calls[0] + seconds - now if calls else 0
        return {
            "X_RateLimit_Limit": str(allowed),
            "X_RateLimit_Remaining": str(max(0, allowed - len(calls))),
            "X_RateLimit_Reset": str(int(self.clock.now().timestamp() + wait) + 1),
        }, may_pass

    # ------------------------------------------------------------------ people

    def export(self, asked: Asked) -> Answer:
        try:
            sent = orjson.loads(asked.body)
        except orjson.JSONDecodeError:
            return bad("Malformed JSON")
        if not isinstance(sent, dict) or sent.get("segment_id") not in self.world.segments:
            return bad("Invalid segment_id")
        known = {"segment_id", "callback_endpoint", "fields_to_export", "output_format"}
        if unknown := sorted(set(sent) - known):
            return bad(f"'{unknown[0]}' is not a valid parameter")
        if not sent.get("fields_to_export"):
            return bad("'fields_to_export' is required")
        segment, now = sent["segment_id"], self.clock.seconds()
        running = self.exports.get(segment)
        if running and running[0] > now:
            return bad("An export of this segment is already running", 429)
        name = f"{segment}-{len(self.exports)}-{int(now)}.zip"
        self.exports[segment] = (now + self.export_seconds, name)
        fields = list(sent["fields_to_export"])
        self.exports[name] = (now + self.export_seconds, ",".join(fields))
        address = f"{asked.base_url}{FILES}{name}"
        return json_answer(
            {"message": "success", "object_prefix": name.removesuffix(".zip"), "url": address},
            status=201,
        )

    def file(self, asked: Asked) -> Answer:
        """The address is good once the export is ready; it takes no key, and must get none."""
        if "authorization" in asked.headers:
            return Answer(400, b"<Error><Code>InvalidArgument</Code></Error>", {}, "text/xml")
        ready, fields = self.exports.get(asked.path.removeprefix(FILES), (float("inf"), ""))
        if ready > self.clock.seconds():
            return NOT_READY
        wanted = set(fields.split(","))
        packed = io.BytesIO()
        users = [
            {name: value for name, value in user.items() if name in wanted and value is not None}
            for user in self.world.users
        ]
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for start in range(0, max(1, len(users)), USERS_A_FILE):
                lines = [orjson.dumps(user) for user in users[start : start + USERS_A_FILE]]
                archive.writestr(f"{start}.txt", b"\n".join(lines))
        return Answer(200, packed.getvalue(), {}, "application/zip")

    # ------------------------------------------------------------------ scripts and tests

    def names(self, asked: Asked) -> tuple[str, ...]:
        if asked.path.startswith(FILES):
            return ("exported users",)
        endpoint = ENDPOINTS.get(asked.path)
        return (endpoint.table,) if endpoint else ()

    def fault(self, name: str, asked: Asked) -> Answer | None:
        if name in ("429", "throttled"):
            reset = str(int(self.clock.now().timestamp()) + 1)
            limited = {"X_RateLimit_Limit": "250000", "X_RateLimit_Remaining": "0"}
            told: dict[str, Any] = {"message": "Rate limit exceeded"}
            return json_answer(told, status=429, X_RateLimit_Reset=reset, **limited)
        if name in ("500", "502", "503", "504"):
            return bad("Internal Server Error", int(name))
        if name == "revoked":
            self.is_revoked = True
            return bad("Invalid API key", 401)
        if name == "no-permission":
            return bad(NO_PERMISSION, 401)
        if name == "not-ready":
            return NOT_READY
        if name == "not-success":
            return json_answer({"message": "The request could not be completed"})
        return None

    def credentials(self, base_url: str) -> dict[str, str]:
        values = {
            "api_key": API_KEY,
            "base_url": base_url,
            "export_segments": braze_id("segment", 0),
        }
        return {**values, "start_on": self.starts_on} if self.starts_on else values

    @property
    def starts_on(self) -> str:
        days = int(self.options.get("days", 0))
        return (self.clock.start - timedelta(days=days)).date().isoformat() if days else ""

    def next_day(
        self, business: Business, changes: Changes, *, stamped_at: datetime | None = None
    ) -> None:
        with self.lock:
            self.world.advance(business, stamped_at=stamped_at)
            self.business = business

    def touch(self, table: str) -> str:
        with self.lock:
            return self.world.touch(table, self.clock.now())

    def rows(self) -> Mapping[str, int]:
        """Of daily numbers there are as many as days are asked for; they are not compared."""
        with self.lock:
            world = self.world
            found = {
                "campaigns": len(world.campaigns),
                "canvases": len(world.canvases),
                "segments": len(world.segments),
                "custom_events": len(CUSTOM_EVENTS),
                "products": len(world.products),
                "email_templates": len(world.templates),
                "content_blocks": len(world.blocks),
                "hard_bounces": self.listed(world.bounces, "hard_bounced_at"),
                "unsubscribes": self.listed(world.unsubscribes, "unsubscribed_at"),
                "users": len(world.users),
            }
            hidden = {one.table for one in ENDPOINTS.values() if one.permission in self.without}
            return {table: count for table, count in found.items() if table not in hidden}

    def listed(self, records: list[Any], word: str) -> int:
        return len({(one["email"], one[word]) for one in records if one[word] >= self.starts_on})

    def close(self) -> None:
        return
