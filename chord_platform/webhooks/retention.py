"""How long deliveries are kept.

Belongs here: the rule. Does not belong here: when it is applied (a schedule).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from chord_platform.webhooks.deliveries import Deliveries
from chord_platform.webhooks.refusals import Refusals


@dataclass(frozen=True, kw_only=True)
class Retention:
    """Bodies hold names and addresses, so what is done goes after a fortnight; what is dead waits a
    quarter for somebody to look at it. Nothing that waits or is being worked ever goes."""

    done: timedelta = timedelta(days=14)
    dead: timedelta = timedelta(days=90)
    refusals: timedelta = timedelta(days=90)


def tidy(
    deliveries: Deliveries,
    refusals: Refusals,
    *,
    now: datetime,
    retention: Retention | None = None,
) -> int:
    """How many rows went."""
    rule = retention or Retention()
    return (
        deliveries.forget(now - rule.done)
        + deliveries.forget(now - rule.dead, state="dead")
        + refusals.forget((now - rule.refusals).date())
    )
