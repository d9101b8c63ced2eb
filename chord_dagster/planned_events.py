"""Which event tables there can be: Segment's own, and one per event of the plans that ship.

Belongs here: names and words, read from the plans' files. Does not belong here: judging by a plan.

Read without the validator and without the store: the code location is loaded in every run.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import orjson

from chord_platform.events.loading.names import STANDARD_TABLES, TABLE_BY_TYPE, event_table

PLANS = Path(__file__).resolve().parent.parent / "chord_platform" / "events" / "plans" / "files"
ABOUT = {
    "tracks": "One row per track call: what all events have in common. A view over them.",
    "identifies": "One row per identify call: the traits as they were stated.",
    "users": "One row per user: each trait's last value.",
    "pages": "One row per page call.",
    "screens": "One row per screen call.",
    "groups": "One row per group call.",
    "aliases": "One row per alias call.",
}


@dataclass(frozen=True)
class PlannedTable:
    """event: what its plan calls it; empty for a table of Segment's that no plan speaks of."""

    name: str
    event: str
    description: str
    is_mandatory: bool = False

    @property
    def is_view(self) -> bool:
        return self.name == TABLE_BY_TYPE["track"]


def planned_tables(plans: Path = PLANS) -> list[PlannedTable]:
    """Segment's first, then events by name; an event of several plans once."""
    found = {name: PlannedTable(name, "", text) for name, text in ABOUT.items()}
    events: dict[str, PlannedTable] = {}
    for folder in sorted(path for path in plans.iterdir() if (path / "plan.json").is_file()):
        mandatory = orjson.loads((folder / "plan.json").read_bytes()).get("mandatory", {})
        for file in sorted(folder.glob("*.json")):
            if file.name == "plan.json":
                continue
            said = orjson.loads(file.read_bytes())
            call, event = said["call"], said["event"]
            name = event_table(event) if call == "track" else TABLE_BY_TYPE.get(call)
            if name in STANDARD_TABLES:
                found[name] = PlannedTable(name, event, ABOUT[name])
            elif name:
                before = events.get(name)
                events[name] = PlannedTable(
                    name,
                    event,
                    before.description if before else said.get("description") or event,
                    event in mandatory or bool(before and before.is_mandatory),
                )
    return [*found.values(), *(events[name] for name in sorted(events))]
