"""What a failure says about the connection: whose fault, why, and the next step.

Belongs here: reading errors. Does not belong here: what follows for the status (`connection.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from chord_platform.connections.connection import Connection, Fault
from chord_platform.errors import PlatformError, WarehouseBusy, WarehouseError
from dlt_pipelines.errors import (
    ConnectorError,
    CredentialsRejected,
    SettingsRefused,
    UnexpectedResponse,
    VendorUnavailable,
)

FAULTS: dict[type[ConnectorError], Fault] = {
    CredentialsRejected: Fault.MERCHANT,
    SettingsRefused: Fault.SETTINGS,
    VendorUnavailable: Fault.VENDOR,
    UnexpectedResponse: Fault.CONNECTOR,
}
NEXT_STEPS = {
    Fault.MERCHANT: "Check the key and its scopes, then `chord connections set {name}`.",
    Fault.SETTINGS: "Correct it with `chord connections set {name}`.",
    Fault.VENDOR: "Nobody has to act: it is tried again at the next scheduled time.",
    Fault.CONNECTOR: "Report it with the log of this run: the connector has to be mended.",
    Fault.WAREHOUSE: "Look after the warehouse's file and its disk, then sync again.",
}
SHORTEST_SECRET = 4


@dataclass(frozen=True, kw_only=True)
class Diagnosis:
    """fault: None where the failure says nothing about the connection (the warehouse was busy)."""

    fault: Fault | None
    reason: str
    next_step: str


def diagnose(error: BaseException, *, name: str, secrets: Iterable[str] = ()) -> Diagnosis:
    fault, reason, hint = reading(error)
    next_step = hint or (NEXT_STEPS[fault].format(name=name) if fault else "Sync again.")
    return Diagnosis(
        fault=fault, reason=redacted(reason, secrets), next_step=redacted(next_step, secrets)
    )


def reading(error: BaseException) -> tuple[Fault | None, str, str]:
    if isinstance(error, ConnectorError):
        for kind, fault in FAULTS.items():
            if isinstance(error, kind):
                return fault, error.what, error.hint
        return Fault.CONNECTOR, error.what, error.hint
    chain = list(causes(error))
    for cause in chain:
        if isinstance(cause, WarehouseBusy):
            return None, cause.what, cause.hint
        if isinstance(cause, WarehouseError):
            return Fault.WAREHOUSE, cause.what, cause.hint
        if is_duckdb(cause):
            return Fault.WAREHOUSE, f"The warehouse failed: {first_line(cause)}", ""
        if isinstance(cause, OSError):
            return Fault.WAREHOUSE, f"A file could not be written: {first_line(cause)}", ""
    if isinstance(error, PlatformError):
        return None, error.what, error.hint
    return Fault.CONNECTOR, f"The connector failed: {first_line(chain[-1])}", ""


def after(connection: Connection, diagnosis: Diagnosis, **when: object) -> Connection:
    """The connection after this failure; `when`: `at`, and `patience` where not the default."""
    said: dict = {"because": diagnosis.reason, "next_step": diagnosis.next_step, **when}
    if diagnosis.fault is None:
        return connection
    if diagnosis.fault is Fault.VENDOR:
        return connection.unreachable(**said)
    return connection.broken(fault=diagnosis.fault, **said)


def redacted(text: str, secrets: Iterable[str]) -> str:
    """A vendor may echo a key into its answer; no answer's text gets it past here."""
    for secret in sorted(secrets, key=len, reverse=True):
        if len(secret) >= SHORTEST_SECRET:
            text = text.replace(secret, "••••")
    return text


def is_duckdb(error: BaseException) -> bool:
    import duckdb

    return isinstance(error, duckdb.Error)


def first_line(error: BaseException) -> str:
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0]}" if lines else f"{type(error).__name__}."


def causes(error: BaseException) -> Iterator[BaseException]:
    """The error and what led to it, outermost first."""
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        yield current
        current = current.__cause__ or current.__context__
