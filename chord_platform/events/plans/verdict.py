"""What a plan says of one message.

Belongs here: the verdict, and which rules of a source it depends on.
Does not belong here: reaching it (`compiled.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple, Protocol

from chord_platform.events.plans.violation import Violation


class Rules(Protocol):
    """What a source does about its plan."""

    @property
    def unplanned_events(self) -> Literal["allow", "block"]: ...
    @property
    def unplanned_properties(self) -> Literal["allow", "omit"]: ...
    @property
    def violations(self) -> Literal["allow", "block", "omit"]: ...


class Verdict(NamedTuple):
    """A tuple, because one is made for every message and tuples are made fastest.

    message: the one judged, or a copy with what was omitted gone and `context.protocols` written.
    event: the plan's name of it; raw_event: as the client spelled it.
    """

    action: Literal["accept", "block"]
    message: Mapping[str, Any]
    event: str
    raw_event: str
    violations: tuple[Violation, ...]
    is_planned: bool
