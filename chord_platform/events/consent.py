"""Applies a source's consent rules to a message: dropped, stripped of the person, or as it is.

Belongs here: what "strip" takes away. Does not belong here: what a rule says (`source.py`), where
consented events are forwarded to (destinations).

`context.consent` itself always stays: it says why the rest is gone.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from chord_platform.events.source import ConsentAction, ConsentRule

IDS = ("userId", "anonymousId", "groupId", "previousId", "traits")
OF_CONTEXT = (
    *("ip", "traits", "clientIds", "externalIds", "device", "location", "network"),
    *("userAgent", "userAgentData", "groupId"),
)
OF_PROPERTIES = (
    *("email", "phone", "first_name", "last_name", "user_id", "customer_id", "username"),
    *("address", "billing_address", "shipping_address", "birthday", "customer"),
)
ABOUT_A_PERSON = frozenset({"identify", "alias", "group"})
"""Nothing is left of these without one."""


def consent_action(context: dict[str, Any], rules: Sequence[ConsentRule]) -> ConsentAction | None:
    """The strictest of what the refused categories ask for; None when none is refused."""
    consent = context.get("consent")
    preferences = consent.get("categoryPreferences") if isinstance(consent, dict) else None
    said = preferences if isinstance(preferences, dict) else {}
    actions = {rule.action for rule in rules if rule.refuses(said)}
    if "drop" in actions:
        return "drop"
    return "strip" if actions else None


def strip(message: dict[str, Any]) -> dict[str, Any] | None:
    """The message without its person; None where that leaves nothing."""
    if message.get("type") in ABOUT_A_PERSON:
        return None
    stripped = {name: value for name, value in message.items() if name not in IDS}
    for name, personal in (("context", OF_CONTEXT), ("properties", OF_PROPERTIES)):
        if isinstance(inner := message.get(name), dict):
            stripped[name] = {key: value for key, value in inner.items() if key not in personal}
    return stripped
