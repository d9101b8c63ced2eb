"""A Slack channel that an incoming webhook posts to.

Belongs here: what a message must be, plain-text answers, one message a second with short bursts.
Does not belong here: Slack's Web API.

Options: `limits` strict | off. What was posted stands in `messages`, oldest first.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import orjson

from vendor_emulator.business import Business, Changes
from vendor_emulator.vendors import Answer, Asked, Opening

PATH = "/services/T0FABLE01/B0CHORD01/4mXUuL6qXSgdhqYx0pzXhWfQ"
BURST, MESSAGES_A_SECOND = 4, 1.0
MOST_BLOCKS, MOST_ATTACHMENTS = 50, 100
LENGTHS = {"header": 150, "section": 3_000, "field": 2_000}
BLOCKS = frozenset(
    {
        "actions",
        "alert",
        "card",
        "context",
        "divider",
        "file",
        "header",
        "image",
        "input",
        "markdown",
        "rich_text",
        "section",
        "table",
        "video",
    }
)


class Slack:
    def __init__(self, opening: Opening) -> None:
        self.clock, self.options = opening.clock, opening.options
        self.messages: list[dict[str, Any]] = []
        self.times: deque[float] = deque()
        self.is_revoked = False

    def credentials(self, base_url: str) -> dict[str, str]:
        return {"webhook_url": base_url + PATH}

    def names(self, asked: Asked) -> tuple[str, ...]:
        return ("message",)

    def rows(self) -> Mapping[str, int]:
        return {}

    def touch(self, table: str) -> str:
        raise LookupError(f"no table is read from Slack: {table}")

    def next_day(
        self, business: Business, changes: Changes, *, stamped_at: datetime | None = None
    ) -> None:
        return None

    def close(self) -> None:
        return None

    def fault(self, name: str, asked: Asked) -> Answer | None:
        if name == "revoked":
            self.is_revoked = True
        return FAULTS.get(name)

    def answer(self, asked: Asked) -> Answer:
        if asked.path != PATH or self.is_revoked:
            return plain(404, "no_service")
        if asked.method != "POST":
            return plain(405, "method_not_allowed")
        if not self.has_room():
            return FAULTS["throttled"]
        try:
            message = orjson.loads(asked.body)
        except orjson.JSONDecodeError:
            message = None
        if not isinstance(message, dict) or not isinstance(message.get("text", ""), str):
            return plain(400, "invalid_payload")
        if not any(message.get(part) for part in ("text", "blocks", "attachments")):
            return plain(400, "no_text")
        if len(message.get("attachments", ())) > MOST_ATTACHMENTS:
            return plain(400, "too_many_attachments")
        if next(wrong_blocks(message.get("blocks", [])), None) is not None:
            return plain(400, "invalid_blocks")
        self.messages.append(message)
        return plain(200, "ok")

    def has_room(self) -> bool:
        now = self.clock.seconds()
        while self.times and self.times[0] <= now - BURST / MESSAGES_A_SECOND:
            self.times.popleft()
        if self.options.get("limits", "strict") == "strict" and len(self.times) >= BURST:
            return False
        self.times.append(now)
        return True


def wrong_blocks(blocks: Any) -> Iterator[str]:
    if not isinstance(blocks, list) or len(blocks) > MOST_BLOCKS:
        yield "blocks"
        return
    for block in blocks:
        kind = block.get("type") if isinstance(block, dict) else None
        if kind not in BLOCKS:
            yield str(kind)
        elif kind == "header" and not is_text(block.get("text"), "plain_text", LENGTHS[kind]):
            yield kind
        elif kind == "section":
            texts = [block["text"]] if "text" in block else []
            if not texts and not block.get("fields"):
                yield kind
            if any(not is_text(one, None, LENGTHS[kind]) for one in texts):
                yield kind
            fields = block.get("fields", [])
            if len(fields) > 10 or any(not is_text(one, None, LENGTHS["field"]) for one in fields):
                yield kind
        elif kind == "context" and not 1 <= len(block.get("elements", [])) <= 10:
            yield kind


def is_text(value: Any, kind: str | None, longest: int) -> bool:
    if not isinstance(value, dict) or not isinstance(value.get("text"), str):
        return False
    kinds = (kind,) if kind else ("plain_text", "mrkdwn")
    return value.get("type") in kinds and 1 <= len(value["text"]) <= longest


def plain(status: int, text: str, **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status=status, body=text.encode(), headers=named, media_type="text/html")


FAULTS = {
    "throttled": plain(429, "rate_limited", Retry_After="1"),
    "429": plain(429, "rate_limited", Retry_After="1"),
    "rollup-error": plain(500, "rollup_error"),
    "500": plain(500, "rollup_error"),
    "archived": plain(410, "channel_is_archived"),
    "revoked": plain(404, "no_service"),
}
