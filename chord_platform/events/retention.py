"""How long the inbox keeps what came in.

Belongs here: the rule. Does not belong here: files (`inbox.py`), when it is applied: after each
load (`loading/loader.py`), since without its progress nothing can go, and one comes every hour.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from chord_platform.events.destination_service import Destinations
from chord_platform.events.inbox import Inbox, Position

KEPT = timedelta(days=7)
"""Also of what everybody has read: `chord events tail` looks back, and a mistake is seen late."""
KEPT_FOR_DESTINATIONS = timedelta(days=30)
"""A destination that is paused or down for longer loses what it has not read: the disk would fill,
and then the collector could take nothing from anybody. The warehouse's loader loses nothing."""


def forget_what_was_read(
    inbox: Inbox, *, loaded: Position, destinations: Destinations, now: datetime
) -> list[Path]:
    """loaded: where the warehouse's loader stands; at the beginning, all stays."""
    positions = {each.name: each.progress.position for each in destinations.list()}
    least = min(loaded, *positions.values()) if positions else loaded
    forgotten = inbox.forget(least, older_than=now - KEPT)
    late = inbox.forget(loaded, older_than=now - KEPT_FOR_DESTINATIONS)
    if late:
        for name in (name for name, position in positions.items() if position < loaded):
            destinations.progress.lost(name, older_than=now - KEPT_FOR_DESTINATIONS)
    return forgotten + late
