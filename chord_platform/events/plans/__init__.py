"""Tracking plans: which events a source should send, of which shape, and whether one does.

Belongs here: plan files, judging a message, Segment Protocols' form, what a plan would change.
Does not belong here: storing verdicts (the loader), forwarding violations (the destinations).
"""

from __future__ import annotations

from chord_platform.events.plans.compiled import CompiledPlan
from chord_platform.events.plans.library import Plans
from chord_platform.events.plans.plan import Plan, PlannedEvent, Thresholds
from chord_platform.events.plans.verdict import Rules, Verdict
from chord_platform.events.plans.violation import Violation

__all__ = [
    "CompiledPlan",
    "Plan",
    "PlannedEvent",
    "Plans",
    "Rules",
    "Thresholds",
    "Verdict",
    "Violation",
]
