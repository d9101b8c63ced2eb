"""Whatever happens to a connection, in whatever order, its statuses keep their promises."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from chord_platform.connections.connection import (
    PATIENCE,
    RULE,
    Connection,
    Fault,
    Setup,
    Trouble,
)
from chord_platform.connections.history import CREATED, what_happened
from chord_platform.connections.overview import due
from chord_platform.connections.status import SyncStatus, pause_of, sync_status

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)

PEOPLE_ACT = st.sampled_from([fault for fault in Fault if fault.needs_a_person])
REASONS = st.text(min_size=1, max_size=20)
PEOPLE = st.sampled_from(["ada", "grace"])
TOGGLES = st.sampled_from([None, True, False])


def added(*, start: bool = False) -> Connection:
    return Connection.added(
        "shop",
        connector="market",
        settings={"region": "NO"},
        secrets=frozenset({"api_key"}),
        schedule=None,
        start=start,
        by="ada",
        at=NOON,
    )


def connected(*, start: bool = True) -> Connection:
    return added(start=start).checked(at=NOON, account="Market")


def rejected(connection: Connection, at: datetime, fault: Fault = Fault.MERCHANT) -> Connection:
    return connection.broken(
        because="the key was refused.", next_step="Give another.", fault=fault, at=at
    )


class AnyLife(RuleBasedStateMachine):
    """Hypothesis plays merchant, vendor, schedule and clock."""

    @initialize(start=st.booleans())
    def is_added(self, start: bool) -> None:
        self.now = NOON
        self.seen_synced: datetime | None = None
        self.connection = added(start=start)

    @rule(hours=st.integers(min_value=0, max_value=100))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @rule()
    def passes_its_tests(self) -> None:
        self.connection = self.connection.checked(at=self.now)
        assert self.connection.setup is Setup.CONNECTED
        assert self.connection.failures == 0

    @rule(fault=PEOPLE_ACT, reason=REASONS)
    def fails_so_that_a_person_must_act(self, fault: Fault, reason: str) -> None:
        before = self.connection
        self.connection = rejected_for(before, reason=reason, fault=fault, at=self.now)
        assert self.connection.setup is not Setup.CONNECTED
        if self.connection.pause and not before.pause:
            warned = before.pauses_after()
            assert self.connection.pause.by == RULE
            assert warned is not None, "it was paused without a warning"
            assert self.now >= warned

    @rule(reason=REASONS)
    def finds_the_vendor_down(self, reason: str) -> None:
        before = self.connection
        self.connection = before.unreachable(because=reason, next_step="Wait.", at=self.now)
        assert self.connection.pause == before.pause, "an outage never pauses"
        if before.setup is Setup.CONNECTED and before.unreachable_since is None:
            assert self.connection.setup is Setup.CONNECTED, "one outage never breaks"

    @rule(late=st.integers(min_value=0, max_value=50), whole=st.booleans())
    def a_sync_ends_well(self, late: int, whole: bool) -> None:
        at = self.now - timedelta(hours=late)
        was = self.connection.setup
        self.connection = self.connection.synced(at=at, whole=whole)
        assert self.connection.setup is not Setup.BROKEN
        assert (self.connection.setup is Setup.INCOMPLETE) == (was is Setup.INCOMPLETE)

    @rule(reason=REASONS)
    def loses_a_setting(self, reason: str) -> None:
        self.connection = self.connection.incomplete(
            because=reason, next_step="Give it.", fault=Fault.SETTINGS, at=self.now
        )

    @rule(by=PEOPLE, because=REASONS)
    def is_paused(self, by: str, because: str) -> None:
        self.connection = self.connection.paused(by=by, because=because, at=self.now)

    @rule()
    def is_resumed(self) -> None:
        self.connection = self.connection.resumed(at=self.now)
        assert self.connection.pause is None
        assert self.connection.pauses_after() is None

    @rule(toggle=TOGGLES, run=st.sampled_from([None, "run-1"]))
    def is_looked_at(self, toggle: bool | None, run: str | None) -> None:
        status = sync_status(self.connection, schedule_running=toggle, live_run=run)
        pause = pause_of(self.connection, schedule_running=toggle)
        if self.connection.setup is Setup.INCOMPLETE:
            assert status is SyncStatus.PAUSED
        elif run:
            assert status is SyncStatus.SYNCING
        else:
            assert (status is SyncStatus.PAUSED) == (pause is not None)
        if status is SyncStatus.PAUSED:
            assert pause and pause.by and pause.because, "a pause names who and why"

    @rule()
    def is_asked_whether_it_is_due(self) -> None:
        found = due(self.connection, cron="0 * * * *", last=None, now=self.now)
        assert (found is not None) == self.connection.is_runnable

    @invariant()
    def trouble_has_a_reason_and_a_next_step(self) -> None:
        trouble = self.connection.trouble
        assert (trouble is None) == (self.connection.setup is Setup.CONNECTED)
        assert trouble is None or (trouble.reason and trouble.next_step)

    @invariant()
    def incomplete_is_never_scheduled(self) -> None:
        if self.connection.setup is Setup.INCOMPLETE:
            assert not self.connection.is_runnable

    @invariant()
    def broken_was_connected_once(self) -> None:
        if self.connection.setup is Setup.BROKEN:
            assert self.connection.created_at is not None

    @invariant()
    def last_synced_at_never_goes_back(self) -> None:
        if self.seen_synced:
            assert self.connection.last_synced_at is not None
            assert self.connection.last_synced_at >= self.seen_synced
        self.seen_synced = self.connection.last_synced_at

    @invariant()
    def what_it_is_stays(self) -> None:
        assert (self.connection.name, self.connection.connector) == ("shop", "market")
        assert self.connection.added_at == NOON


def rejected_for(connection: Connection, *, reason: str, fault: Fault, at: datetime) -> Connection:
    return connection.broken(because=reason, next_step="Mend it.", fault=fault, at=at)


TestAnyLife = AnyLife.TestCase
TestAnyLife.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)


def test_two_failures_days_apart_pause_it_and_the_first_one_warns() -> None:
    first = rejected(connected(), NOON)
    assert first.pause is None
    assert first.pauses_after() == NOON + PATIENCE.days_apart
    soon = rejected(first, NOON + timedelta(hours=6))
    assert soon.pause is None, "two failures of one night are one cause"
    later = rejected(soon, NOON + PATIENCE.days_apart)
    assert later.pause and later.pause.by == RULE
    assert later.pause.because == (
        "3 failures in 2 days that only a person can end; the last: the key was refused."
    )


def test_a_good_sync_between_two_failures_starts_the_count_anew() -> None:
    failed = rejected(connected(), NOON)
    healed = failed.synced(at=NOON + timedelta(hours=1))
    again = rejected(healed, NOON + timedelta(days=3))
    assert again.pause is None
    assert again.failures == 1


def test_an_outage_between_two_failures_does_not_hide_them() -> None:
    failed = rejected(connected(), NOON)
    down = failed.unreachable(because="503", next_step="Wait.", at=NOON + timedelta(days=1))
    assert down.setup is Setup.BROKEN
    assert rejected(down, NOON + timedelta(days=2)).pause is not None


def test_whoever_paused_it_stays_named_when_it_fails_again() -> None:
    paused = connected().paused(by="ada", because="stocktaking", at=NOON)
    failed = rejected(rejected(paused, NOON), NOON + timedelta(days=9))
    assert failed.pause and failed.pause.by == "ada"


def test_a_schedule_stopped_in_dagster_shows_as_paused_by_dagster() -> None:
    connection = connected()
    assert sync_status(connection, schedule_running=False) is SyncStatus.PAUSED
    pause = pause_of(connection, schedule_running=False)
    assert pause and pause.by == "Dagster"
    assert "sync_market_schedule" in pause.because


def test_without_dagster_the_flag_alone_decides() -> None:
    assert sync_status(connected(), schedule_running=None) is SyncStatus.SCHEDULED


def test_trouble_keeps_the_time_since_when_the_same_fault_lasts() -> None:
    failed = rejected(connected(), NOON)
    again = rejected(failed, NOON + timedelta(hours=3))
    other = rejected(again, NOON + timedelta(hours=4), Fault.WAREHOUSE)
    assert again.trouble and again.trouble.since == NOON
    assert other.trouble and other.trouble.since == NOON + timedelta(hours=4)


@pytest.mark.parametrize("setup", [Setup.BROKEN, Setup.INCOMPLETE])
def test_a_trouble_without_reason_or_next_step_cannot_be_made(setup: Setup) -> None:
    with pytest.raises(ValueError, match="does not go with"):
        replace(connected(), setup=setup)
    nameless = Trouble(fault=Fault.VENDOR, reason="", next_step="Wait.", since=NOON)
    with pytest.raises(ValueError, match="reason and a next step"):
        replace(connected(), setup=setup, trouble=nameless)


def test_the_first_pass_is_logged_as_connection_created_and_only_once() -> None:
    before = added()
    after = before.checked(at=NOON)
    assert what_happened(before, after) == CREATED
    healed = rejected(after, NOON).checked(at=NOON)
    assert what_happened(rejected(after, NOON), healed) == "healed"


@given(minutes=st.integers(min_value=0, max_value=3000))
def test_missed_times_collapse_into_the_latest_one(minutes: int) -> None:
    """Never due twice for one time, never before it, never later than the schedule's own step."""
    now = NOON + timedelta(minutes=minutes)
    found = due(connected(), cron="0 * * * *", last=NOON, now=now)
    if minutes < 60:
        assert found is None
        return
    assert found is not None
    assert NOON < found.due_at <= now < found.due_at + timedelta(hours=1)
    assert found.run_key == f"shop@{found.due_at.isoformat()}"
    assert due(connected(), cron="0 * * * *", last=found.due_at, now=now) is None


def test_the_first_sync_is_due_as_soon_as_it_is_started() -> None:
    found = due(connected(), cron="0 3 1 * *", last=None, now=NOON + timedelta(seconds=5))
    assert found is not None
    assert found.due_at == NOON
