"""Holds messages to Slack to the types of its own SDK.

Belongs here: the check of one posted message. Does not belong here: the search for the files.
"""

from __future__ import annotations

import json
from functools import cached_property
from typing import Any

from jsonschema import Draft7Validator

from tests.conformance.specs import NOT_COMPARED, read_spec
from vendor_emulator.recorder import Recorded

MESSAGE = "incoming_webhook.schema.json"
ANSWERS = "incoming_webhook_responses.json"


class SlackSpec:
    """An operation's name is `message`: there is but one."""

    vendor = "slack"
    used = frozenset({"message"})

    def check(self, recorded: Recorded) -> str:
        if self.schema is None or self.answers is None:
            return NOT_COMPARED
        said = (recorded.answer or b"").decode()
        if recorded.status == 200:
            assert said == "ok"
            self.check_message(recorded.sent)
            return "message"
        known = {(one["status"], one["body"]) for one in self.answers["errors"]}
        assert (recorded.status, said) in known, f"slack: {recorded.status} {said}"
        return "message"

    def check_message(self, message: Any) -> None:
        """The schema cannot say that one of three parts has to be there."""
        if self.schema is None:
            return
        assert any(message.get(part) for part in ("text", "blocks", "attachments"))
        errors = [
            f"{one.json_path}: {one.message[:200]}"
            for one in Draft7Validator(self.schema).iter_errors(message)
        ]
        assert not errors, "slack: " + "\n  ".join(errors)

    @cached_property
    def schema(self) -> dict[str, Any] | None:
        text = read_spec(self.vendor, MESSAGE)
        return None if text is None else json.loads(text)

    @cached_property
    def answers(self) -> dict[str, Any] | None:
        text = read_spec(self.vendor, ANSWERS)
        return None if text is None else json.loads(text)


SPEC = SlackSpec()
