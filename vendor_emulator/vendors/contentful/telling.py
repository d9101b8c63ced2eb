"""Tells the gateways of whoever registered: definitions, what is sent, the log of calls.

Belongs here: registered webhooks, one call per change and hook, holding calls back for a test.
Does not belong here: what a call says (`hooks.py`).

A test may `hold()` what is to be sent, and `release` it in another order, twice, or never.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

import orjson

from vendor_emulator.vendors.contentful.hooks import body_of, headers_of, signature_headers, wants
from vendor_emulator.vendors.contentful.refusals import invalid, not_found, wrong
from vendor_emulator.vendors.contentful.validation import Record
from vendor_emulator.webhooks import Manners, Sender, Tried, Webhook

KEPT_CALLS = 500


@dataclass(frozen=True)
class Call:
    hook: str
    event: str
    url: str
    headers: Mapping[str, str]
    body: bytes


@dataclass
class Telling:
    space: str
    moment: Callable[[], str]
    signing_secret: str = ""
    retry_seconds: float = 30.0
    is_open: bool = False
    hooks: dict[str, Record] = field(default_factory=dict)
    held: list[Call] | None = None
    log: list[tuple[Call, Tried, str]] = field(default_factory=list)
    sent: dict[str, Call] = field(default_factory=dict)
    made: int = 0
    lock: Lock = field(default_factory=Lock)

    def __post_init__(self) -> None:
        # The second and third tries come so much later.
        self.manners = Manners(waits=(self.retry_seconds, self.retry_seconds), timeout=30.0)
        self.sender = Sender(self.manners, then=self.record)

    # ------------------------------------------------------------------ definitions

    def define(self, id: str | None, body: Record, *, by: Record) -> Record:
        errors = [
            wrong("required", [name], f'The property "{name}" is required here')
            for name in ("name", "url", "topics")
            if not body.get(name)
        ]
        if errors:
            raise invalid(errors)
        kept = ("name", "url", "topics", "headers", "filters", "active", "transformation")
        current = self.hooks.get(id or "")
        self.made += 1
        sys = {
            "type": "WebhookDefinition",
            "id": id or f"hook{self.made:018d}",
            "space": {"sys": {"type": "Link", "linkType": "Space", "id": self.space}},
            "version": (current["sys"]["version"] + 1) if current else 0,
            "createdBy": current["sys"]["createdBy"] if current else by,
            "createdAt": current["sys"]["createdAt"] if current else self.moment(),
            "updatedBy": by,
            "updatedAt": self.moment(),
        }
        made = {name: body[name] for name in kept if body.get(name) is not None}
        made = {"headers": [], "active": True, **made, "sys": sys}
        self.hooks[sys["id"]] = made
        return shown(made)

    def get(self, id: str) -> Record:
        if id not in self.hooks:
            raise not_found("WebhookDefinition", id, space=self.space)
        return shown(self.hooks[id])

    # ------------------------------------------------------------------ calls

    def happened(self, type: str, action: str, thing: Record, _: Record | None) -> None:
        if not self.is_open:
            return
        for hook in self.hooks.values():
            told = {**thing, "sys": {**thing["sys"]}}
            if action == "delete":
                told["sys"]["deletedBy"] = thing["sys"]["updatedBy"]
            if not wants(hook, type=type, action=action, thing=told):
                continue
            body = orjson.dumps(body_of(type, action, thing))
            headers = headers_of(hook, type=type, action=action, body=body)
            call = Call(hook["sys"]["id"], f"{type}.{action}", hook["url"], headers, body)
            if self.held is not None:
                self.held.append(call)
            else:
                self.send(call)

    def send(self, call: Call) -> None:
        with self.lock:
            number = str(len(self.sent) + 1)
            self.sent[number] = call
        self.sender.send(
            Webhook(call.url, call.body, lambda attempt: self.headers(call), subject=number)
        )

    def headers(self, call: Call) -> dict[str, str]:
        """Signed anew for each try: a signature has a time."""
        headers = dict(call.headers)
        if self.signing_secret:
            headers |= signature_headers(
                self.signing_secret,
                method="POST",
                url=call.url,
                headers=headers,
                body=call.body,
                timestamp=int(time.time() * 1000),
            )
        return headers

    def record(self, tried: Tried) -> bool:
        with self.lock:
            self.log.insert(0, (self.sent[tried.webhook.subject], tried, self.moment()))
            del self.log[KEPT_CALLS:]
        return True

    def hold(self) -> None:
        self.held = []

    def release(self, order: Callable[[list[Call]], Iterable[Call]] = list) -> None:
        """Sends what was held, as `order` gives it; nothing is held any more."""
        calls, self.held = self.held or [], None
        for call in order(calls):
            self.send(call)

    def settle(self, *, within: float = 10.0) -> bool:
        """Waits until all that was sent is answered or given up."""
        return self.sender.settle(within)

    def calls(self, hook: str) -> list[Any]:
        with self.lock:
            return [
                call_details(number, call, tried, asked_at)
                for number, (call, tried, asked_at) in enumerate(self.log)
                if call.hook == hook
            ]

    def close(self) -> None:
        self.sender.close()


def call_details(number: int, call: Call, tried: Tried, asked_at: str) -> Record:
    return {
        "sys": {"type": "WebhookCallDetails", "id": f"call{number}", "createdAt": asked_at},
        "request": {
            "url": call.url,
            "method": "POST",
            "headers": {**call.headers, "x-api-key": "***"},
            "body": call.body.decode(),
        },
        "response": {
            "url": call.url,
            "method": "POST",
            "statusCode": tried.status,
            "headers": {},
            "body": "",
        },
        "statusCode": tried.status,
        "errors": [] if tried.status else ["nobody answered"],
        "eventType": call.event,
        "url": call.url,
        "requestAt": asked_at,
        "responseAt": asked_at,
    }


def shown(hook: Record) -> Record:
    """The value of a secret header is never shown again."""
    headers = [
        {key: value for key, value in one.items() if key != "value"} if one.get("secret") else one
        for one in hook["headers"]
    ]
    return {**hook, "headers": headers}
