"""What PostgreSQL says, translated into who must act.

Belongs here: SQLSTATEs and the words of failures that come without one.
Does not belong here: retries, HTTP.

libpq gives no SQLSTATE for a connection that was refused, and DuckDB and ADBC pass only the words
on. DuckDB's also quote the connection and the query, so no error text is repeated as it is: only
the server's own sentence is, and only its first line.
"""

from __future__ import annotations

import re

import duckdb
import psycopg

from dlt_pipelines.errors import (
    ConnectorError,
    CredentialsRejected,
    SettingsRefused,
    UnexpectedResponse,
    VendorUnavailable,
)
from dlt_pipelines.sources.chord_oms.naming import CONNECTOR_NAME

GRANT_HINT = "Run the SQL of the setup guide again (`chord connectors show chord_oms`)."
AGAIN = "It is tried again by itself."

STATES_BY_WORDS = (
    ("28P01", r"password authentication failed|no password supplied|SASL authentication"),
    ("28000", r'role ".*" does not exist|no pg_hba\.conf entry|not permitted to log in'),
    ("28000", r"certificate authentication failed|pg_hba\.conf rejects"),
    ("3D000", r'database ".*" does not exist'),
    ("42501", r"permission denied"),
    ("40001", r"conflict with recovery|could not serialize access"),
    ("57014", r"canceling statement"),
    ("53300", r"too many (clients|connections)|remaining connection slots"),
    ("57P03", r"the database system is|not yet accepting connections"),
    ("57P01", r"terminating connection"),
    ("08P01", r"unsupported startup parameter"),
    ("0A000", r"server does not support SSL|SSL is required|sslmode|root certificate"),
    ("08001", r"could not translate host name|Name or service not known|failed to resolve host"),
    ("08001", r"Connection refused|No route to host|Network is unreachable|timeout expired"),
    ("08001", r"connection timeout|No such file or directory|Is the server running"),
    ("08006", r"server closed the connection|connection (has been|was|is) (closed|lost|bad)"),
    ("08006", r"could not (receive|send) data|no connection to the server|Connection reset"),
    ("42P01", r'relation ".*" does not exist|Table with name .* does not exist'),
    ("42703", r'column ".*" does not exist'),
)


def state_of(error: BaseException) -> str:
    """The SQLSTATE, read from the words where the driver gives none; empty when unknown."""
    state = getattr(error, "sqlstate", None)
    if isinstance(state, str) and state and state != "00000":
        return state
    text = str(error).rpartition('": ')[2]  # without the query that DuckDB quotes
    for state, words in STATES_BY_WORDS:
        if re.search(words, text, re.IGNORECASE):
            return state
    return ""


def sentence_of(error: BaseException) -> str:
    """The server's own words, without the query and the address that drivers put around them."""
    primary = error.diag.message_primary if isinstance(error, psycopg.Error) else None
    if primary:
        return primary.rstrip(".")
    found = re.search(r"(?:ERROR|FATAL|PANIC):\s*(.+)", str(error))
    if found:
        return found.group(1).strip().rstrip(".")
    found = re.search(r"(?:failed|error): ([^:]*)$", str(error).strip().splitlines()[0])
    return found.group(1).strip().rstrip(".") if found else type(error).__name__


def failure_of(error: BaseException, *, where: str, reading: str = "") -> ConnectorError:
    """`where` names the database, `reading` the table that was read."""
    if isinstance(error, ConnectorError):
        return error
    state, said = state_of(error), sentence_of(error)
    at = f" while {reading} was read" if reading else ""
    if state.startswith("28"):
        return CredentialsRejected(
            CONNECTOR_NAME,
            f"{where} refused the user ({said}).",
            hint="Check user and password, and that this machine's address may log in;"
            " then reconnect the data source.",
        )
    if state == "42501":
        return CredentialsRejected(
            CONNECTOR_NAME, f"the role may not read{at} ({said}).", hint=GRANT_HINT
        )
    if state == "3D000":
        return SettingsRefused(
            CONNECTOR_NAME, f"there is no such database: {where}.", hint="Check the base_url."
        )
    if state == "08P01":
        return SettingsRefused(
            CONNECTOR_NAME,
            f"{where} refused the session's settings ({said}).",
            hint="A connection pooler stands in between: give the address of PostgreSQL itself.",
        )
    if state == "0A000":
        return SettingsRefused(
            CONNECTOR_NAME,
            f"{where} and this machine do not agree on encryption ({said}).",
            hint="Set sslmode in the base_url, for example ?sslmode=require.",
        )
    if state in ("57014", "40001"):
        return VendorUnavailable(
            CONNECTOR_NAME,
            f"{where} cancelled a query{at} ({said}).",
            hint=f"{AGAIN} If it lasts: raise statement_timeout_seconds, or set"
            " hot_standby_feedback = on at a replica.",
        )
    if state == "08001":
        return VendorUnavailable(
            CONNECTOR_NAME,
            f"{where} could not be reached ({said}).",
            hint=f"{AGAIN} If it lasts: check host and port in the base_url, and the firewall.",
        )
    if state[:2] in ("08", "53", "57", "40", "25", "55", "58"):
        return VendorUnavailable(CONNECTOR_NAME, f"{where} broke off{at} ({said}).", hint=AGAIN)
    if isinstance(error, psycopg.OperationalError):
        return VendorUnavailable(CONNECTOR_NAME, f"{where} did not let us in ({said}).", hint=AGAIN)
    if isinstance(error, duckdb.OutOfMemoryException):
        return UnexpectedResponse(
            CONNECTOR_NAME,
            f"more memory is needed{at} than is allowed here.",
            hint="Leave the table out by the setting `tables`, and report it.",
        )
    if isinstance(error, OSError | duckdb.IOException) and "No space left" in str(error):
        return UnexpectedResponse(
            CONNECTOR_NAME,
            f"this machine's disk is full{at}.",
            hint="Make room in CHORD_HOME; the next sync starts where this one did.",
        )
    return UnexpectedResponse(
        CONNECTOR_NAME,
        f"{where} answered with something this connector does not know{at} ({said}).",
        hint="Please report it with the log of this run.",
    )
