"""Adding, changing, checking, pausing and resuming connections.

Belongs here: what people ask of a connection itself, and the order of its steps.
Does not belong here: its syncs (`service.py`), its rules (`connection.py`), rows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial

from chord_platform.connections.connection import Connection, Setup
from chord_platform.connections.names import slug
from chord_platform.connections.records import Records
from chord_platform.connections.schedules import require_cron
from chord_platform.connections.setup_tests import Checked, SetupReport, run_setup_tests, tested
from chord_platform.connections.values import accept, for_connector, merged
from chord_platform.errors import ConnectionRefused
from dlt_pipelines.connector import Connector


class Managing:
    """by: who asks, for the audit log. Names are taken as people write them (`My Shop`)."""

    def __init__(
        self,
        *,
        records: Records,
        connectors: Callable[[], Mapping[str, Connector]],
        clock: Callable[[], datetime],
    ) -> None:
        self.records = records
        self.connectors = connectors
        self.clock = clock

    def list(self) -> list[Connection]:
        return self.records.list()

    def get(self, name: str) -> Connection:
        return self.records.get(slug(name))

    def connector_of(self, connection: Connection) -> Connector:
        return self.connector(connection.connector)

    def connector(self, name: str) -> Connector:
        known = self.connectors()
        if name not in known:
            raise ConnectionRefused(
                f"There is no connector {name!r}.", hint=f"Connectors: {', '.join(known)}."
            )
        return known[name]

    def add(
        self,
        name: str,
        *,
        connector: str,
        values: Mapping[str, str],
        schedule: str | None = None,
        start: bool = False,
        by: str,
    ) -> Checked:
        """Keeps what was given even when it is not enough. Nothing is kept of what is refused."""
        now = self.clock()
        given = accept(self.connector(connector), values)
        settings, secrets = merged({}, given.settings), merged({}, given.secrets)
        connection = Connection.added(
            slug(name),
            connector=connector,
            settings=settings,
            secrets=frozenset(secrets),
            schedule=require_cron(schedule) if schedule else None,
            start=start,
            by=by,
            at=now,
        )
        self.records.insert(connection, secrets=secrets, by=by, at=now)
        return self.check(connection.name, by=by)

    def set(
        self,
        name: str,
        *,
        values: Mapping[str, str] | None = None,
        schedule: str | None = None,
        by: str,
    ) -> Checked:
        """Merges, and checks again. An empty value takes one away; an empty schedule inherits."""
        connection = self.get(name)
        given = accept(self.connector_of(connection), values or {})
        cron = require_cron(schedule) if schedule else None

        def configured(current: Connection) -> Connection:
            removed = {field for field, secret in given.secrets.items() if not secret}
            return current.configured(
                settings=merged(current.settings, given.settings),
                secrets=frozenset((current.secrets | set(given.secrets)) - removed),
                schedule=current.schedule if schedule is None else cron,
            )

        self.records.change(
            connection.name, configured, secrets=given.secrets, by=by, at=self.clock()
        )
        if not values:
            report = SetupReport(tests=())
            return Checked(connection=self.records.get(connection.name), report=report)
        return self.check(connection.name, by=by)

    def check(self, name: str, *, by: str) -> Checked:
        """Runs the setup tests; what they find is the connection's status from now on."""
        connection = self.get(name)
        secrets = self.records.secrets(connection.name)
        values = {**for_connector(connection.settings), **secrets}
        report = run_setup_tests(
            self.connector_of(connection),
            values,
            name=connection.name,
            secrets=tuple(secrets.values()),
            keep=lambda renewed: self.records.keep_renewed(
                connection.name, renewed, at=self.clock()
            ),
        )
        now = self.clock()
        after = partial(tested, report=report, at=now)
        changed = self.records.change(connection.name, after, by=by, at=now)
        return Checked(connection=changed, report=report)

    def values(self, name: str) -> dict[str, str]:
        """Settings and opened secrets, for whoever asks the vendor, or is asked by it. Not to be
        shown.

        Raises:
            SecretKeyWrong: the key at hand does not open them.
        """
        connection = self.get(name)
        return {**for_connector(connection.settings), **self.records.secrets(connection.name)}

    def pause(self, name: str, *, because: str = "they asked for it", by: str) -> Connection:
        """Lets a sync that runs come to its end. Whoever paused it first stays named."""
        now = self.clock()
        return self.records.change(
            slug(name),
            lambda current: (
                current if current.pause else current.paused(by=by, because=because, at=now)
            ),
            by=by,
            at=now,
        )

    def resume(self, name: str, *, by: str) -> Checked:
        """Runs the setup tests first.

        Raises:
            ConnectionRefused: they fail in a way that a person has to end; it stays paused.
        """
        checked = self.check(name, by=by)
        connection, failure = checked.connection, checked.report.failure
        needs_a_person = failure and failure.fault and failure.fault.needs_a_person
        if failure and (needs_a_person or connection.setup is Setup.INCOMPLETE):
            raise ConnectionRefused(
                f"{connection.name} is {connection.setup}, so it stays paused: {failure.reason}",
                hint=failure.next_step,
            )
        now = self.clock()
        resumed = self.records.change(
            connection.name,
            lambda current: current.resumed(at=now) if current.pause else current,
            by=by,
            at=now,
        )
        return Checked(connection=resumed, report=checked.report)

    def all_paused(self, connector: str) -> bool:
        """Whether the connector's schedule has nothing left to start."""
        return all(
            not connection.is_runnable
            for connection in self.list()
            if connection.connector == connector
        )
