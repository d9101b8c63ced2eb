"""A source with its key, and what of its events reached the inbox.

Belongs here: adding one, waiting for events. Does not belong here: clients.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import Any, Literal

from chord_platform.bootstrap import Platform
from chord_platform.events.source import Source, SourceRules

WITHIN_SECONDS = 20

Message = dict[str, Any]


@dataclass
class Shop:
    platform: Platform
    source: Source
    key: str
    url: str

    def envelopes(self) -> list[dict[str, Any]]:
        return [
            envelope
            for chunk in self.platform.inbox.read()
            for envelope in map(json.loads, chunk.records)
            if envelope["source"] == self.source.name
        ]

    def messages(self, count: int) -> list[Message]:
        """Waits until so many have come; more than that is wrong as well."""
        until = time.monotonic() + WITHIN_SECONDS
        while len(found := self.envelopes()) < count and time.monotonic() < until:
            time.sleep(0.05)
        assert all("refused" not in envelope for envelope in found), found
        messages = [envelope["message"] for envelope in found]
        assert len(messages) == count, [(m["type"], m.get("event")) for m in messages]
        return messages

    def by_type(self, count: int) -> dict[str, Message]:
        return {message["type"]: message for message in self.messages(count)}


def open_shop(
    platform: Platform,
    url: str,
    title: str,
    *,
    side: Literal["front-end", "back-end"],
    rules: SourceRules | None = None,
) -> Shop:
    source, key = platform.sources.add(title, side=side, environment="staging", rules=rules)
    return Shop(platform, source, key, url)
