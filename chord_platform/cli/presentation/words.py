"""Times, numbers and statuses as a person reads them.

Belongs here: short words and their colours. Does not belong here: tables (`connection_views.py`).
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from rich.text import Text

NONE = "-"
COLOURS = {
    "connected": "green",
    "incomplete": "yellow",
    "broken": "red",
    "scheduled": "green",
    "paused": "yellow",
    "syncing": "cyan",
    "done": "green",
    "failed": "red",
    "died": "red",
    "stopped": "yellow",
    "running": "cyan",
    "passed": "green",
    "warning": "yellow",
    "skipped": "dim",
}
SIGNS = {"passed": "✓", "warning": "!", "failed": "✗", "skipped": "·"}
UNITS = (("d", 86400), ("h", 3600), ("min", 60), ("s", 1))


def status(word: str) -> Text:
    return Text(f"● {word}", style=COLOURS.get(word, ""))


def sign(word: str) -> Text:
    return Text(SIGNS[word], style=COLOURS[word])


def moment(at: datetime | None) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC" if at else NONE


def ago(at: datetime | None, *, now: datetime) -> str:
    return f"{span(now - at)} ago" if at else NONE


def ahead(at: datetime | None, *, now: datetime) -> str:
    if at is None:
        return NONE
    return "now" if at <= now else f"in {span(at - now)}"


def span(length: timedelta) -> str:
    seconds = max(0, round(length.total_seconds()))
    for unit, size in UNITS:
        if seconds >= size * (2 if unit == "d" else 1):
            return f"{seconds // size} {unit}"
    return "0 s"


def number(value: int | None) -> str:
    return NONE if value is None else f"{value:,}"


def size(value: int | None) -> str:
    if value is None:
        return NONE
    amount = float(value)
    for unit in ("B", "kB", "MB"):
        if amount < 1000:
            return f"{amount:.0f} {unit}" if unit == "B" else f"{amount:.1f} {unit}"
        amount /= 1000
    return f"{amount:.1f} GB"


def seconds(value: float | None) -> str:
    if value is None:
        return NONE
    return f"{value:.1f} s" if value < 100 else span(timedelta(seconds=value))
