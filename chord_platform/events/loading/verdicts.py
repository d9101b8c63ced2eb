"""How each source's events fare: held to the plan, arriving, as many as usual, agreeing on orders.

Belongs here: rules, pure: figures in, verdicts out. Does not belong here: figures (`figures.py`),
Dagster. What the plan states (severity, rates, least events, deviations, expected times) is the
plan's; what it has no word for stands here as a constant.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from math import sqrt
from statistics import fmean, pstdev
from typing import Any

from chord_platform.events.loading.names import TABLE_BY_TYPE, event_table
from chord_platform.events.plans.plan import Call, PlannedEvent, Severity

PLAN_IS_HELD = "plan_is_held"
ARRIVES_IN_TIME = "arrives_in_time"
VOLUME_IS_USUAL = "volume_is_usual"
MATCHES_ORDERS = "back_end_matches_orders"
MATCHES_BACK_END = "front_end_matches_back_end"

ORDER_COMPLETED = "Order Completed"
LEAST_DAYS = 7
"""Fewer days say nothing of what is usual."""

LEAST_SPREAD = 0.1
"""Days of a shop differ by a tenth of their mean, however even the last four weeks were."""

MOST_MISSING = 0.02
"""The share of orders without an event, or of events without an order."""

LEAST_SEEN_IN_FRONT = 0.5
"""Ad blockers thin the front end by a fifth or a third; by half something is broken."""


@dataclass(frozen=True, kw_only=True)
class Period:
    messages: int = 0
    violating: int = 0

    @property
    def rate(self) -> float:
        return self.violating / self.messages if self.messages else 0.0


@dataclass(frozen=True, kw_only=True)
class Sample:
    field: str
    type: str
    description: str
    count: int
    message_ids: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class EventFigures:
    """periods: by `hour`, `day` and `week`, in whole hours of arrival. days: messages of the last
    24 hours and of each 24 hours before, newest first, back to the event's first one."""

    periods: Mapping[str, Period] = field(default_factory=dict)
    days: Sequence[int] = ()
    last_received_at: datetime | None = None
    samples: Sequence[Sample] = ()


@dataclass(frozen=True, kw_only=True)
class OrderFigures:
    """Orders of a time that both sides have. `examples` are ids that one side alone has."""

    expected: int
    found: int
    missing: int
    unknown: int
    missing_examples: Sequence[str] = ()
    unknown_examples: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """`table` is the warehouse's table of the event, on whose asset the check stands."""

    source: str
    table: str
    event: str
    check: str
    passed: bool
    severity: Severity
    description: str
    figures: Mapping[str, Any] = field(default_factory=dict)
    samples: Sequence[Sample] = ()


def table_of_event(call: Call, name: str) -> str:
    return event_table(name) if call == "track" else TABLE_BY_TYPE[call]


def verdict(
    source: str,
    planned: PlannedEvent,
    check: str,
    *,
    passed: bool,
    description: str,
    figures: Mapping[str, Any] | None = None,
    samples: Sequence[Sample] = (),
) -> Verdict:
    return Verdict(
        source=source,
        table=table_of_event(planned.call, planned.name),
        event=planned.name,
        check=check,
        passed=passed,
        severity=planned.severity,
        description=description,
        figures=figures or {},
        samples=samples,
    )


def judged_event(
    source: str,
    planned: PlannedEvent,
    found: EventFigures,
    *,
    sending_since: datetime | None,
    now: datetime,
) -> Iterator[Verdict]:
    """All that is asked of one planned event of one source. sending_since: the source's first
    message of any kind; None while it has sent nothing."""
    yield plan_is_held(source, planned, found)
    yield volume_is_usual(source, planned, found)
    if planned.expected_within is not None:
        yield arrives_in_time(source, planned, found, sending_since=sending_since, now=now)


def plan_is_held(source: str, planned: PlannedEvent, found: EventFigures) -> Verdict:
    limits, least = planned.thresholds.violation_rate, planned.thresholds.least_events
    too_many = []
    figures: dict[str, Any] = {"least_events": least}
    for name, limit in limits.items():
        period = found.periods.get(name, Period())
        figures[f"messages_{name}"] = period.messages
        figures[f"violating_{name}"] = period.violating
        figures[f"violation_rate_{name}"] = round(period.rate, 4)
        figures[f"violation_rate_{name}_allowed"] = limit
        if period.messages >= least and period.rate > limit:
            too_many.append(
                f"{period.violating:,} of {period.messages:,} in the last {name}"
                f" ({period.rate:.0%}, allowed {limit:.0%})"
            )
    said = f"violates its plan: {'; '.join(too_many)}." if too_many else "holds its plan."
    return verdict(
        source,
        planned,
        PLAN_IS_HELD,
        passed=not too_many,
        description=f"{planned.name} {said}",
        figures=figures,
        samples=found.samples,
    )


def volume_is_usual(source: str, planned: PlannedEvent, found: EventFigures) -> Verdict:
    """The last 24 hours beside the 24 hours before, up to four weeks of them."""
    wanted = planned.thresholds
    last, before = (found.days[0], found.days[1:]) if found.days else (0, ())
    if len(before) < LEAST_DAYS or fmean(before) < wanted.least_events:
        said = "is too young or too rare for its volume to be usual or not."
        return verdict(
            source,
            planned,
            VOLUME_IS_USUAL,
            passed=True,
            description=f"{planned.name} {said}",
            figures={"messages_day": last, "days_before": len(before)},
        )
    mean = fmean(before)
    spread = max(pstdev(before), sqrt(mean), LEAST_SPREAD * mean)
    deviations = (last - mean) / spread
    passed = abs(deviations) <= wanted.volume_deviations
    direction = "usual" if passed else "far above the usual" if deviations > 0 else "far below"
    return verdict(
        source,
        planned,
        VOLUME_IS_USUAL,
        passed=passed,
        description=f"{planned.name}: {last:,} in 24 hours, {direction} ({mean:,.0f}).",
        figures={
            "messages_day": last,
            "usual_messages_day": round(mean, 1),
            "deviations": round(deviations, 2),
            "deviations_allowed": wanted.volume_deviations,
            "days_before": len(before),
        },
    )


def arrives_in_time(
    source: str,
    planned: PlannedEvent,
    found: EventFigures,
    *,
    sending_since: datetime | None,
    now: datetime,
) -> Verdict:
    assert planned.expected_within is not None
    hours = planned.expected_within.total_seconds() / 3600
    last = found.last_received_at
    waited_since = last or sending_since
    passed = waited_since is None or now - waited_since <= planned.expected_within
    if sending_since is None:
        said = "the source has sent nothing yet"
    elif last is None:
        said = "it was never seen" if not passed else "not seen yet, the source is new"
    else:
        said = f"last seen {last:%Y-%m-%d %H:%M} UTC"
    return verdict(
        source,
        planned,
        ARRIVES_IN_TIME,
        passed=passed,
        description=f"{planned.name} is expected each {hours:g} hours: {said}.",
        figures={
            "expected_within_hours": hours,
            "last_received_at": last.isoformat() if last else "never",
        },
    )


def matches_orders(source: str, planned: PlannedEvent, found: OrderFigures) -> Verdict:
    passed = found.missing <= MOST_MISSING * found.expected and found.unknown <= MOST_MISSING * max(
        found.found, 1
    )
    return verdict(
        source,
        planned,
        MATCHES_ORDERS,
        passed=passed,
        description=(
            f"Of {found.expected:,} orders {found.missing:,} have no {planned.name};"
            f" of {found.found:,} of these events {found.unknown:,} have no order."
        ),
        figures=order_figures(found),
    )


def matches_back_end(source: str, planned: PlannedEvent, found: OrderFigures) -> Verdict:
    seen = 1 - found.missing / found.expected if found.expected else 1.0
    passed = seen >= LEAST_SEEN_IN_FRONT and found.unknown <= MOST_MISSING * max(found.found, 1)
    return verdict(
        source,
        planned,
        MATCHES_BACK_END,
        passed=passed,
        description=(
            f"The front end saw {seen:.0%} of the {found.expected:,} orders that the back end"
            f" told of, and {found.unknown:,} that it did not."
        ),
        figures={**order_figures(found), "least_seen": LEAST_SEEN_IN_FRONT},
    )


def order_figures(found: OrderFigures) -> dict[str, Any]:
    return {
        "expected": found.expected,
        "found": found.found,
        "missing": found.missing,
        "unknown": found.unknown,
        "missing_such_as": ", ".join(found.missing_examples) or "none",
        "unknown_such_as": ", ".join(found.unknown_examples) or "none",
        "share_allowed": MOST_MISSING,
    }


def failing(verdicts: Iterable[Verdict]) -> list[Verdict]:
    return [each for each in verdicts if not each.passed]
