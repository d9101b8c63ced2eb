"""Setup tests: each by name, so that a person sees how far a connection comes.

Belongs here: running a connector's check, which tests passed, what that makes of the connection.
Does not belong here: what a failure means (`diagnosis.py`), transitions (`connection.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from chord_platform.connections.connection import Connection, Fault, Setup
from chord_platform.connections.diagnosis import Diagnosis, after, diagnose
from dlt_pipelines.connector import CheckResult, Connector
from dlt_pipelines.errors import (
    ConnectorError,
    CredentialsRejected,
    SettingsRefused,
)


class Outcome(StrEnum):
    PASSED = "passed"
    WARNING = "warning"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class SetupTest:
    name: str
    outcome: Outcome
    message: str = ""


NAMES = ("settings complete", "vendor reachable", "credentials accepted", "scopes granted")
SETTINGS, REACH, CREDENTIALS, SCOPES = range(4)


@dataclass(frozen=True, kw_only=True)
class SetupReport:
    """failure: None when the connection works; missing scopes narrow it and do not fail it.
    missing: names of required settings that were not given."""

    tests: tuple[SetupTest, ...]
    failure: Diagnosis | None = None
    missing: tuple[str, ...] = ()
    account: str = ""
    warnings: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        return self.failure is None


@dataclass(frozen=True, kw_only=True)
class Checked:
    """A connection, and the setup tests it has just been through."""

    connection: Connection
    report: SetupReport

    @property
    def passed(self) -> bool:
        return self.connection.setup is not Setup.INCOMPLETE and self.report.passed


def run_setup_tests(
    connector: Connector,
    values: Mapping[str, str],
    *,
    name: str,
    secrets: tuple[str, ...],
    keep: Callable[[Mapping[str, str]], None],
) -> SetupReport:
    """One cheap request at most; none when settings are missing. `keep` stores renewed values."""
    from dlt_pipelines.sync import check

    def failed(error: Exception, at: int) -> SetupReport:
        failure = diagnose(error, name=name, secrets=secrets)
        missing = connector.missing(values)
        if missing:
            failure = replace(failure, next_step=how_to_give(connector, missing, name=name))
        return SetupReport(tests=stopped_at(at, failure.reason), failure=failure, missing=missing)

    try:
        connector.complete(values)
    except SettingsRefused as error:
        return failed(error, SETTINGS)
    try:
        result = check(connector, values, keep=keep)
    except SettingsRefused as error:
        return failed(error, SETTINGS)
    except CredentialsRejected as error:
        return failed(error, CREDENTIALS)
    except ConnectorError as error:
        # An answer of an unknown shape means that something else stands at this address.
        return failed(error, REACH)
    except Exception as error:  # a bug of the connector's check must not hide as a traceback
        return failed(error, REACH)
    return SetupReport(
        tests=passed(result), account=result.account, warnings=tuple(result.warnings)
    )


def how_to_give(connector: Connector, missing: tuple[str, ...], *, name: str) -> str:
    secret = {field.name for field in connector.fields if field.secret}
    options = [
        f"--secret {each}=env:VARIABLE" if each in secret else f"--set {each}=VALUE"
        for each in missing
    ]
    return f"Run `chord connections set {name} {' '.join(options)}`."


def stopped_at(test: int, message: str) -> tuple[SetupTest, ...]:
    before = tuple(SetupTest(name, Outcome.PASSED) for name in NAMES[:test])
    skipped = tuple(SetupTest(name, Outcome.SKIPPED) for name in NAMES[test + 1 :])
    return (*before, SetupTest(NAMES[test], Outcome.FAILED, message), *skipped)


def passed(result: CheckResult) -> tuple[SetupTest, ...]:
    messages = ["", "", result.account, ""]
    tests = [
        SetupTest(name, Outcome.PASSED, message)
        for name, message in zip(NAMES, messages, strict=True)
    ]
    if result.missing_scopes:
        missing = f"missing: {', '.join(result.missing_scopes)}; their fields stay empty"
        tests[SCOPES] = SetupTest(NAMES[SCOPES], Outcome.WARNING, missing)
    notes = [SetupTest("note", Outcome.WARNING, warning) for warning in result.warnings]
    return (*tests, *notes)


def tested(connection: Connection, *, report: SetupReport, at: datetime) -> Connection:
    """The connection after its setup tests."""
    if report.failure is None:
        return connection.checked(at=at, account=report.account)
    connection, failure = replace(connection, last_checked_at=at), report.failure
    if report.missing:
        return connection.incomplete(
            because=failure.reason,
            next_step=failure.next_step,
            fault=failure.fault or Fault.SETTINGS,
            at=at,
        )
    return after(connection, failure, at=at)
