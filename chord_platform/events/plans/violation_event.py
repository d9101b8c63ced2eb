"""The `Violation Generated` event that tells other tools of a violation.

Belongs here: its message, in the form Segment Protocols forwards.
Does not belong here: whom it is sent to (the destinations).
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any, Protocol

from chord_platform.events.plans.plan import Plan
from chord_platform.events.plans.violation import Violation

EVENT = "Violation Generated"
USER = "schema-violations"


class Sender(Protocol):
    """The source whose message it was."""

    @property
    def name(self) -> str: ...
    @property
    def title(self) -> str: ...


def violation_event(
    source: Sender, envelope: Mapping[str, Any], violation: Violation, plan: Plan
) -> dict[str, Any]:
    """The same violation of the same message has the same messageId, however often it is told."""
    message = envelope["message"]
    message_id = text(message.get("messageId"))
    context = message.get("context")
    app = context.get("app") if isinstance(context, dict) else None
    what = "\n".join((source.name, message_id, violation.field, violation.type))
    return {
        "type": "track",
        "event": EVENT,
        "userId": USER,
        "messageId": f"sch-{sha256(what.encode()).hexdigest()[:32]}",
        "timestamp": envelope["received_at"],
        "integrations": {},
        "context": {"app": app, "library": {"name": "chord-dagster"}},
        "properties": {
            "appVersion": text(app.get("version")) if isinstance(app, dict) else "",
            "eventMessageID": message_id,
            "eventName": violation.event,
            "eventSentAt": text(message.get("sentAt")),
            "eventTimestamp": text(message.get("timestamp")),
            "eventType": text(message.get("type")),
            "sourceID": source.name,
            "sourceName": source.title,
            "sourceSlug": source.name,
            "trackingPlanID": plan.name,
            "trackingPlanName": plan.title,
            "violationDescription": violation.description,
            "violationField": violation.field,
            "violationType": violation.type,
        },
        "forwardedFromProject": source.name,
    }


def text(value: object) -> str:
    return value if isinstance(value, str) else ""
