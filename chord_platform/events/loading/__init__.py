"""Moves what was collected into the warehouse: each message once, in Segment's tables.

Belongs here: naming, typing, judging in bulk, writing, replaying and what is counted on the way.
Does not belong here: the inbox (`inbox.py`), plans (`plans/`), Dagster.
"""

from __future__ import annotations
