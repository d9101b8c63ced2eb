"""What the audit log calls a change.

Belongs here: naming what differs between a connection before and after. Does not belong here:
writing it down (`records.py`).
"""

from __future__ import annotations

from chord_platform.connections.connection import Connection, Setup

CREATED = "connection created"


def what_happened(
    before: Connection, after: Connection, *, secrets_given: bool = False
) -> str | None:
    """The weightiest of what differs; None when only clocks and counters moved."""
    if before.created_at is None and after.created_at is not None:
        return CREATED
    if before.pause is None and after.pause is not None:
        return "paused"
    if before.pause is not None and after.pause is None:
        return "resumed"
    if before.setup is not after.setup:
        return {
            Setup.CONNECTED: "healed",
            Setup.BROKEN: "broke",
            Setup.INCOMPLETE: "became incomplete",
        }[after.setup]
    if secrets_given or asked(before) != asked(after):
        return "settings changed"
    if before.trouble != after.trouble:
        return "still incomplete" if after.setup is Setup.INCOMPLETE else "failed again"
    return None


def asked(connection: Connection) -> tuple[object, ...]:
    """What people set, without what happened since."""
    return dict(connection.settings), connection.secrets, connection.schedule
