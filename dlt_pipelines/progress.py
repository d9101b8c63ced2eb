"""How far each table of a connection was read, as dlt's state of its pipeline knows it.

Belongs here: reading that state. Does not belong here: writing it (`streams.py`), windows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import dlt

from dlt_pipelines.streams import BACKFILL, CURSOR, SYNC_NUMBER
from dlt_pipelines.windows import SyncRequest


@dataclass(frozen=True)
class Progress:
    pipeline: dlt.Pipeline
    source: str

    @property
    def state(self) -> dict[str, Any]:
        return self.pipeline.state.get("sources", {}).get(self.source, {})

    @property
    def sync_number(self) -> int:
        """Of the last package."""
        return self.state.get(SYNC_NUMBER, 0)

    @property
    def cursors(self) -> dict[str, str]:
        """By table."""
        resources = self.state.get("resources", {})
        return {name: state[CURSOR] for name, state in resources.items() if CURSOR in state}

    def reached(self, request: SyncRequest) -> dict[str, str]:
        """The cursors; in a backfill, how far this very backfill came."""
        if not request.is_backfill:
            return self.cursors
        resources = self.state.get("resources", {})
        marks = {name: state.get(BACKFILL, {}) for name, state in resources.items()}
        return {
            name: mark[CURSOR] for name, mark in marks.items() if mark.get("of") == request.backfill
        }
