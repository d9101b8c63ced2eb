"""What many of Shopify's raw tables have in common: where their times stand, and lag.

Belongs here: the vocabulary of `tables.py` and `store_tables.py`. Does not belong here: any table.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

LAG = timedelta(minutes=15)
"""Filters are answered by a search index that may lag behind writes by some minutes."""

CREATED = {"created_at": "createdAt"}
UPDATED = {"updated_at": "updatedAt"}
TIMESTAMP: dict[str, Any] = {"data_type": "timestamp"}
TEXT: dict[str, Any] = {"data_type": "text"}
