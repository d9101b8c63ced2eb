"""How far loading came, told to those who must not wait for the warehouse.

The truth stands in the warehouse, committed with the rows. This copy is written after, so it is
never ahead: who asks it whether there is work, or what of the inbox may be forgotten, errs to the
safe side.

Belongs here: that copy. Does not belong here: the state itself (`meta.py`).
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from chord_platform.events.inbox import Position


@dataclass(frozen=True)
class Loaded:
    position: Position
    at: datetime


@dataclass(frozen=True)
class Watermark:
    path: Path

    def read(self) -> Loaded | None:
        """None where nothing was ever loaded, or the copy is unreadable."""
        try:
            said = json.loads(self.path.read_text(encoding="utf-8"))
            return Loaded(said["position"], datetime.fromisoformat(said["at"]))
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def keep(self, position: Position, *, at: datetime) -> None:
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = self.path.with_suffix(f".{os.getpid()}")
        fresh.write_text(json.dumps({"position": position, "at": at.isoformat()}))
        fresh.replace(self.path)
