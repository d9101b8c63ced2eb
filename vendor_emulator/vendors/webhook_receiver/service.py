"""A receiver that keeps to Standard Webhooks: it verifies, and takes each webhook-id once.

Belongs here: verifying, keeping, refusing. Does not belong here: who sends.

`taken` holds the payloads in the order of their first arrival, by webhook-id; `repeated` counts
those that came again. `poison` answers a status to every request that mentions one of its texts.
"""

from __future__ import annotations

from base64 import b64encode
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson
from standardwebhooks import Webhook, WebhookVerificationError

from vendor_emulator.business import Business, Changes
from vendor_emulator.vendors import Answer, Asked, Opening, json_answer

PATH = "/events"
SECRET = f"whsec_{b64encode(b'emulated receiver of 32 bytes...').decode()}"


class WebhookReceiver:
    def __init__(self, opening: Opening) -> None:
        self.verifier = Webhook(opening.options.get("secret", SECRET))
        self.taken: dict[str, dict[str, Any]] = {}
        self.repeated: Counter[str] = Counter()
        self.poison: dict[str, int] = {}

    @property
    def events(self) -> list[dict[str, Any]]:
        """The events of single requests and of batches alike."""
        return [
            each
            for payload in self.taken.values()
            for each in (payload["data"] if payload["type"] == "batch" else [payload])
        ]

    def credentials(self, base_url: str) -> dict[str, str]:
        return {"url": base_url + PATH, "secret": SECRET}

    def names(self, asked: Asked) -> tuple[str, ...]:
        return ("events",)

    def rows(self) -> Mapping[str, int]:
        return {}

    def touch(self, table: str) -> str:
        raise LookupError(f"no table is read from a receiver: {table}")

    def next_day(
        self, business: Business, changes: Changes, *, stamped_at: datetime | None = None
    ) -> None:
        return None

    def close(self) -> None:
        return None

    def fault(self, name: str, asked: Asked) -> Answer | None:
        return None

    def answer(self, asked: Asked) -> Answer:
        if asked.path != PATH:
            return json_answer({"error": "not found"}, status=404)
        try:
            self.verifier.verify(asked.body, dict(asked.headers), json_parse=False)
        except WebhookVerificationError as error:
            return json_answer({"error": str(error)}, status=401)
        for text, status in self.poison.items():
            if text.encode() in asked.body:
                return json_answer({"error": "scripted"}, status=status)
        webhook_id = asked.headers["webhook-id"]
        if webhook_id in self.taken:
            self.repeated[webhook_id] += 1
        else:
            self.taken[webhook_id] = orjson.loads(asked.body)
        return Answer(status=204)
