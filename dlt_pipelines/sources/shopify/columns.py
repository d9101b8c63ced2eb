"""What many of Shopify's raw tables have in common: where their times stand, lag and slices.

Belongs here: the vocabulary of `tables.py` and `store_tables.py`. Does not belong here: any table.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

LAG = timedelta(minutes=15)
"""Filters are answered by a search index that may lag behind writes by some minutes."""
SLICE = timedelta(days=180)
"""A bulk slice is whole or void, and a paged one that dies is read anew; half a year of a large
shop (200,000 orders) is some minutes of work to lose, and a ten-year history is twenty slices.
Shorter slices buy little: each costs a bulk job's queueing on Shopify's side."""

CREATED = {"created_at": "createdAt"}
UPDATED = {"updated_at": "updatedAt"}
TIMESTAMP: dict[str, Any] = {"data_type": "timestamp"}
TEXT: dict[str, Any] = {"data_type": "text"}
