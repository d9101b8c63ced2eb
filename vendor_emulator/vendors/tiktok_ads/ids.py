"""Ids and times as TikTok writes them.

Belongs here: their form. Does not belong here: what has them (`world.py`).

Ids are above 2^53, as TikTok's are: who reads them as a float loses their last digits.
"""

from __future__ import annotations

from datetime import UTC, datetime

FIRST_ID = 1_700_000_000_000_000_000


def vendor_id(number: int) -> str:
    return str(FIRST_ID + number)


def stamp(moment: datetime) -> str:
    """UTC, and it does not say so."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")


def video_id(product: int) -> str:
    return f"v10033g50000c{product:08d}"


def image_id(product: int) -> str:
    return f"ad-site-i18n-sg/202609{product:08d}"
