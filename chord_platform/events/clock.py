"""When an event happened by our clock, whatever the sender's clock says.

Belongs here: reading senders' times, and the correction.

    timestamp = receivedAt - (sentAt - originalTimestamp)

A sender whose clock is an hour late is an hour late in both of its times, so their difference is
right. Without `sentAt` its own time stands as it is; without any time, the arrival's.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

MILLISECONDS_FROM = 1e11
"""Numbers from here on are milliseconds since 1970 (1973 in them, year 5138 in seconds)."""


def corrected(original: datetime | None, *, sent: datetime | None, received: datetime) -> datetime:
    if original is None:
        return received
    if sent is None:
        return original
    try:
        return received - (sent - original)
    except OverflowError:  # a clock in the year 1 or 9999
        return received


def read_time(value: Any) -> datetime | None:
    """None: absent, or nothing that can be read as a time."""
    try:
        if isinstance(value, str):
            read = datetime.fromisoformat(value)
        elif isinstance(value, int | float) and not isinstance(value, bool):
            seconds = value / 1000 if abs(value) >= MILLISECONDS_FROM else value
            return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
        else:
            return None
        if read.tzinfo is UTC:
            return read
        return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def written(time: datetime) -> str:
    """UTC with a Z, and microseconds where there are any."""
    return orjson.dumps(time, option=orjson.OPT_UTC_Z)[1:-1].decode()


def stamp(time: datetime) -> bytes:
    """In UTC, to the microsecond in any case, so that later ones come later as text."""
    if time.microsecond:
        return orjson.dumps(time, option=orjson.OPT_UTC_Z)[1:-1]
    return time.astimezone(UTC).isoformat(timespec="microseconds")[:-6].encode() + b"Z"
