"""Plans from wherever they are: by name, in a folder, or in a file that Segment Protocols gave.

Belongs here: which of these is meant, and a plan's files out of a file of Segment's.
Does not belong here: the two forms themselves (`segment_rules.py`, `segment_csv.py`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from chord_platform.errors import PlanRefused
from chord_platform.events.plans import segment_csv, segment_rules
from chord_platform.events.plans.library import Plans, is_plan
from chord_platform.events.plans.plan import Plan
from chord_platform.events.plans.plan_contents import Content, named
from chord_platform.events.plans.plan_files import (
    PLAN_JSON,
    held_to_form,
    plan_of,
    read_plan,
    without_doubles,
)

Files = tuple[Content, Mapping[str, Content]]
"""`plan.json`, and the events' files by name."""


def plan_at(meant: str, plans: Plans) -> Plan:
    """meant: a path, or else a plan's name.

    Raises:
        UnknownPlan: neither is there.
        PlanRefused: it is wrong; says file, place and reason.
    """
    path = Path(meant)
    if path.is_dir() and not (meant in plans.names() and "/" not in meant):
        return read_plan(path)
    if not path.is_file():
        return plans.load(meant)
    if is_plan(path.parent):
        return read_plan(path.parent)
    said, files = files_of_segment(path, name=slug(path.stem))
    return plan_of(said, files, place=path)


def files_of_segment(path: Path, *, name: str) -> Files:
    """Raises:
    PlanRefused: the file is not of Segment's form, or what it says is no plan.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
        if path.suffix.lower() == ".csv":
            said: Content = segment_rules.plan_said({}, name=name)
            events = segment_csv.contents_of(text)
        else:
            document: Any = json.loads(text, object_pairs_hook=without_doubles)
            said, events = segment_rules.contents_of(document, name=name)
    except PlanRefused as refusal:
        raise PlanRefused(f"{path}: {refusal.what}", hint=refusal.hint) from refusal
    except (OSError, ValueError, RecursionError) as error:
        raise PlanRefused(f"{path}: {error}.", hint="Nothing of it is imported.") from error
    files = named(events)
    held_to_form(said, form="plan", file=path / PLAN_JSON)
    for file, content in files.items():
        held_to_form(content, form="event", file=path / file)
    plan_of(said, files, place=path)
    return said, files


def slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-") or "plan"
