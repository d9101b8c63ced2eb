"""The store's tables of event tracking: sources, their write keys, destinations, what was seen.

Belongs here: columns and keys.
Does not belong here: rules (`chord_platform/events/`), connections (`tables.py`).
"""

from __future__ import annotations
