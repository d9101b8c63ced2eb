"""When a connection's own cron says it is due. All times UTC.

Belongs here: reading cron text. Does not belong here: who is paused (`status.py`), launching.

croniter is dlt's own dependency and reads cron as Dagster's vendored copy of it does.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from chord_platform.errors import ConnectionRefused, SettingsWrong

FIELDS = 5


def require_cron(text: str) -> str:
    """The cron text, trimmed.

    Raises:
        ConnectionRefused: it is not one of five fields, or never comes (30 February).
    """
    from croniter import croniter

    cron = " ".join(text.split())
    refused = ConnectionRefused(
        f"{text!r} is not a cron schedule.",
        hint="Five fields in UTC: minute hour day month weekday, as in '0 */6 * * *'.",
    )
    if not croniter.is_valid(cron) or len(croniter.expand(cron)[0]) != FIELDS:
        raise refused
    try:
        next_due(cron, after=datetime(2024, 1, 1, tzinfo=UTC))
    except ValueError as never:
        raise refused from never
    return cron


def require_default(text: str) -> str:
    try:
        return require_cron(text)
    except ConnectionRefused as error:
        raise SettingsWrong(f"CHORD_DEFAULT_SCHEDULE: {error.what}", hint=error.hint) from None


def next_due(cron: str, *, after: datetime) -> datetime:
    from croniter import croniter

    return croniter(cron, after.astimezone(UTC)).get_next(datetime)


def latest_due(cron: str, *, now: datetime) -> datetime:
    """The last time at or before `now`: missed times collapse into this one."""
    from croniter import croniter

    just_after = now.astimezone(UTC).replace(microsecond=0) + timedelta(seconds=1)
    return croniter(cron, just_after).get_prev(datetime)
