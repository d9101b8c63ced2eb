"""Where the shop's PostgreSQL is, and how a session there is opened.

Belongs here: the connection's address, its parameters, one read-only session.
Does not belong here: what is asked in a session.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from dlt_pipelines.connector import ConnectionSettings
from dlt_pipelines.errors import SettingsRefused
from dlt_pipelines.sources.chord_oms.failures import failure_of
from dlt_pipelines.sources.chord_oms.naming import ADDRESS_HELP, CONNECTOR_NAME

APPLICATION_NAME = "chord-dagster"
CONNECT_SECONDS = 10
CHECK_SECONDS = 20
IDLE_SECONDS = 900
KNOWN_PARAMETERS = {
    "host",
    "hostaddr",
    "port",
    "dbname",
    "sslmode",
    "sslrootcert",
    "sslcert",
    "sslkey",
    "channel_binding",
    "target_session_attrs",
    "gssencmode",
}


@dataclass(frozen=True)
class Database:
    """`parameters` are libpq's, without the password, which never stands in a text of ours."""

    parameters: dict[str, str]
    password: str = field(repr=False)
    schema: str
    statement_timeout_seconds: int

    @property
    def where(self) -> str:
        host = self.parameters.get("host", "localhost")
        port = self.parameters.get("port")
        return f"{self.parameters['dbname']} on {host}" + (f":{port}" if port else "")

    def conninfo(self, *, password: bool, timeout_seconds: int | None = None) -> str:
        timeout = self.statement_timeout_seconds if timeout_seconds is None else timeout_seconds
        session = {
            "statement_timeout": f"{timeout}s",
            "idle_in_transaction_session_timeout": f"{IDLE_SECONDS}s",
            "default_transaction_read_only": "on",
            "timezone": "UTC",
            "datestyle": "ISO",
            "intervalstyle": "iso_8601",
            "bytea_output": "hex",
            "extra_float_digits": "1",
        }
        parameters: dict[str, Any] = {
            **self.parameters,
            "application_name": APPLICATION_NAME,
            "connect_timeout": CONNECT_SECONDS,
            "keepalives_idle": 30,
            "options": " ".join(f"-c {name}={value}" for name, value in session.items()),
        }
        if password:
            parameters["password"] = self.password
        return make_conninfo(**parameters)


def database_of(settings: ConnectionSettings) -> Database:
    """Raises `SettingsRefused` for an address that is not one."""
    address = settings["base_url"]
    try:
        parameters = {name: str(value) for name, value in conninfo_to_dict(address).items()}
    except psycopg.ProgrammingError:
        raise refused("base_url is malformed.") from None
    if not parameters.get("dbname"):
        raise refused("base_url names no database.")
    if unknown := sorted(parameters.keys() - KNOWN_PARAMETERS):
        raise refused(f"base_url may not set {', '.join(unknown)}.")
    return Database(
        {**parameters, "user": settings["user"]},
        settings["password"],
        settings["schema"],
        int(settings["statement_timeout_seconds"]),
    )


def refused(what: str) -> SettingsRefused:
    return SettingsRefused(CONNECTOR_NAME, what, hint=ADDRESS_HELP)


@contextmanager
def session(
    database: Database, *, timeout_seconds: int | None = None
) -> Iterator[psycopg.Connection[Any]]:
    """One read-only session; its failures come out named after who must act."""
    try:
        conninfo = database.conninfo(password=True, timeout_seconds=timeout_seconds)
        with psycopg.connect(conninfo, autocommit=True, prepare_threshold=None) as connection:
            yield connection
    except psycopg.Error as error:
        raise failure_of(error, where=database.where) from None
