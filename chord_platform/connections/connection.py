"""A connection's state and what may happen to it. Pure: values in, a new value out.

Belongs here: transitions, named for what happened. Does not belong here: storage (`records.py`),
the sync status, which also depends on Dagster (`status.py`), what an error means (`diagnosis.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum


class Setup(StrEnum):
    CONNECTED = "connected"
    INCOMPLETE = "incomplete"
    BROKEN = "broken"


class Fault(StrEnum):
    """Where the cause lies, and so who must act."""

    SETTINGS = "settings"
    MERCHANT = "merchant"
    VENDOR = "vendor"
    CONNECTOR = "connector"
    WAREHOUSE = "warehouse"

    @property
    def needs_a_person(self) -> bool:
        """A vendor that is down comes back by itself."""
        return self is not Fault.VENDOR


@dataclass(frozen=True, kw_only=True)
class Trouble:
    fault: Fault
    reason: str
    next_step: str
    since: datetime


@dataclass(frozen=True, kw_only=True)
class Pause:
    """by: a person's name, or the rule's."""

    by: str
    because: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Patience:
    """failures, days_apart: so many failures that need a person, the last so long after the first,
    and the connection pauses itself; both are needed, so that one bad night pauses nothing.
    vendor: a vendor unreachable for longer than this breaks the connection."""

    failures: int = 2
    days_apart: timedelta = timedelta(days=2)
    vendor: timedelta = timedelta(days=1)


PATIENCE = Patience()
RULE = "rule: failures that need a person"


@dataclass(frozen=True, kw_only=True)
class Connection:
    """settings hold no secret; `secrets` are the names of the sealed ones.

    trouble     why it is incomplete or broken; None when connected
    account     what the vendor called itself at the last good check
    created_at  when its setup tests first passed
    started_at  when its pause last ended: schedules count from here
    """

    name: str
    connector: str
    settings: Mapping[str, str] = field(default_factory=dict)
    secrets: frozenset[str] = frozenset()
    schedule: str | None = None
    setup: Setup = Setup.INCOMPLETE
    trouble: Trouble | None = None
    pause: Pause | None = None
    failures: int = 0
    first_failed_at: datetime | None = None
    unreachable_since: datetime | None = None
    account: str = ""
    added_at: datetime
    created_at: datetime | None = None
    started_at: datetime | None = None
    last_checked_at: datetime | None = None
    last_synced_at: datetime | None = None

    def __post_init__(self) -> None:
        if (self.setup is Setup.CONNECTED) != (self.trouble is None):
            raise ValueError(f"{self.name}: {self.setup} does not go with {self.trouble}")
        if self.trouble and not (self.trouble.reason and self.trouble.next_step):
            raise ValueError(f"{self.name}: a trouble has a reason and a next step")

    @staticmethod
    def added(
        name: str,
        *,
        connector: str,
        settings: Mapping[str, str],
        secrets: frozenset[str],
        schedule: str | None,
        start: bool,
        by: str,
        at: datetime,
    ) -> Connection:
        """Incomplete until its setup tests pass, paused until it is started."""
        unstarted = Pause(by=by, because="it has not been started yet", at=at)
        return Connection(
            name=name,
            connector=connector,
            settings=settings,
            secrets=secrets,
            schedule=schedule,
            trouble=Trouble(
                fault=Fault.SETTINGS,
                reason="Its setup tests have not run yet.",
                next_step=f"Run `chord connections check {name}`.",
                since=at,
            ),
            pause=None if start else unstarted,
            started_at=at if start else None,
            added_at=at,
        )

    def configured(
        self, *, settings: Mapping[str, str], secrets: frozenset[str], schedule: str | None
    ) -> Connection:
        return replace(self, settings=settings, secrets=secrets, schedule=schedule)

    def incomplete(self, *, because: str, next_step: str, fault: Fault, at: datetime) -> Connection:
        return replace(
            self,
            setup=Setup.INCOMPLETE,
            trouble=self.troubled(because, next_step=next_step, fault=fault, at=at),
        )

    def checked(self, *, at: datetime, account: str = "") -> Connection:
        """Its setup tests passed: heals what was broken, completes what was incomplete."""
        return replace(
            self.healthy(),
            account=account or self.account,
            created_at=self.created_at or at,
            last_checked_at=at,
        )

    def synced(self, *, at: datetime, whole: bool = True) -> Connection:
        """A good sync heals. One of some tables or of a window says nothing of how fresh all is."""
        healed = self if self.setup is Setup.INCOMPLETE else self.healthy()
        if not whole:
            return healed
        return replace(healed, last_synced_at=max(self.last_synced_at or at, at))

    def broken(
        self,
        *,
        because: str,
        next_step: str,
        fault: Fault,
        at: datetime,
        patience: Patience = PATIENCE,
    ) -> Connection:
        """A failure that someone must act on. Before the first good check it is incomplete still;
        failing again days later pauses it, which the first failure warned of (`pauses_after`)."""
        if self.created_at is None or self.setup is Setup.INCOMPLETE:
            return self.incomplete(because=because, next_step=next_step, fault=fault, at=at)
        failed = replace(
            self,
            setup=Setup.BROKEN,
            trouble=self.troubled(because, next_step=next_step, fault=fault, at=at),
            failures=self.failures + 1,
            first_failed_at=self.first_failed_at or at,
            unreachable_since=None,
        )
        assert failed.first_failed_at is not None
        is_lasting = at - failed.first_failed_at >= patience.days_apart
        if self.pause or failed.failures < patience.failures or not is_lasting:
            return failed
        return failed.paused(
            by=RULE,
            because=f"{failed.failures} failures in {days(at - failed.first_failed_at)} that only"
            f" a person can end; the last: {because}",
            at=at,
        )

    def unreachable(
        self, *, because: str, next_step: str, at: datetime, patience: Patience = PATIENCE
    ) -> Connection:
        """The vendor does not answer. That breaks nothing, until it has lasted."""
        since = self.unreachable_since or at
        still = replace(self, unreachable_since=since)
        if self.setup is Setup.INCOMPLETE:
            return still.incomplete(because=because, next_step=next_step, fault=Fault.VENDOR, at=at)
        if self.setup is Setup.BROKEN or at - since < patience.vendor:
            return still
        return replace(
            still,
            setup=Setup.BROKEN,
            trouble=Trouble(fault=Fault.VENDOR, reason=because, next_step=next_step, since=since),
        )

    def paused(self, *, by: str, because: str, at: datetime) -> Connection:
        return replace(self, pause=Pause(by=by, because=because, at=at))

    def resumed(self, *, at: datetime) -> Connection:
        """Starts counting failures anew: whoever resumes it vouches that it was looked after."""
        return replace(self, pause=None, started_at=at, failures=0, first_failed_at=None)

    @property
    def is_runnable(self) -> bool:
        """Whether its schedule may sync it. Broken ones are tried: a good sync heals them."""
        return self.setup is not Setup.INCOMPLETE and self.pause is None

    def pauses_after(self, patience: Patience = PATIENCE) -> datetime | None:
        """From when on one more failure pauses it; None while nothing threatens."""
        if not self.failures or self.first_failed_at is None or self.pause:
            return None
        return self.first_failed_at + patience.days_apart

    def healthy(self) -> Connection:
        return replace(
            self,
            setup=Setup.CONNECTED,
            trouble=None,
            failures=0,
            first_failed_at=None,
            unreachable_since=None,
        )

    def troubled(self, reason: str, *, next_step: str, fault: Fault, at: datetime) -> Trouble:
        """`since` stays while the same fault lasts."""
        lasting = self.trouble if self.trouble and self.trouble.fault is fault else None
        since = lasting.since if lasting else at
        return Trouble(fault=fault, reason=reason, next_step=next_step, since=since)


def days(span: timedelta) -> str:
    whole = round(span / timedelta(days=1))
    return f"{whole} day" if whole == 1 else f"{whole} days"
