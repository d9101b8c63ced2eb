"""Runs one connection's sync and records what came of it.

Belongs here: may it run, the run's record, the transition that follows, the request it answers.
Does not belong here: reading and loading (`dlt_pipelines.sync`), statuses (`connection.py`).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from chord_platform.connections.connection import Connection, Fault, Setup
from chord_platform.connections.diagnosis import Diagnosis, after, causes, diagnose, redacted
from chord_platform.connections.live import LiveSyncs
from chord_platform.connections.records import Records
from chord_platform.connections.requests import RequestedSync, Requests, SyncOptions
from chord_platform.connections.runs import Runs
from chord_platform.connections.values import PERSONAL_DATA, for_connector, history_of
from chord_platform.errors import ConnectionRefused, PlatformError, SyncSkipped, WarehouseError
from dlt_pipelines.connector import Connector
from dlt_pipelines.errors import ConnectorError, SettingsRefused, UnexpectedResponse

if TYPE_CHECKING:
    import duckdb

    from dlt_pipelines.personal import Protection
    from dlt_pipelines.results import SyncResult

log = logging.getLogger(__name__)

OpenWarehouse = Callable[[str], AbstractContextManager["duckdb.DuckDBPyConnection"]]
OnProgress = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class SyncRun:
    """explicit: a person asked for this very sync, so that a pause does not hold it back."""

    connection: Connection
    connector: Connector
    options: SyncOptions
    explicit: bool
    by: str
    now: datetime
    dagster_run_id: str | None
    reconcile: bool
    on_progress: OnProgress


class Syncing:
    def __init__(
        self,
        *,
        home: Path,
        records: Records,
        runs: Runs,
        requests: Requests,
        live: LiveSyncs,
        clock: Callable[[], datetime],
    ) -> None:
        self.home = home
        self.records = records
        self.runs = runs
        self.requests = requests
        self.live = live
        self.clock = clock

    def run(self, run: SyncRun, *, open_warehouse: OpenWarehouse) -> SyncResult:
        """Raises:
        SyncSkipped: it is paused or incomplete and nobody asked for it, or it is syncing already.
        ConnectorError, PlatformError: what went wrong; the connection's status says it too.
        """
        require_sense(run.connector, run.options)
        name = run.connection.name
        with self.live.alone(name):
            connection = self.records.get(name)
            refuse_held_back(connection, explicit=run.explicit or self.is_asked(name, run.options))
            secrets = self.records.secrets(name)
            with self.recorded(run, tuple(secrets.values())) as keep:
                values = {**for_connector(connection.settings), **secrets}
                result = self.read_and_load(run, connection, values, open_warehouse=open_warehouse)
                keep(result)
            return result

    def read_and_load(
        self,
        run: SyncRun,
        connection: Connection,
        values: Mapping[str, str],
        *,
        open_warehouse: OpenWarehouse,
    ) -> SyncResult:
        from dlt_pipelines.sync import sync
        from dlt_pipelines.windows import SyncRequest
        from dlt_pipelines.working_folder import AlreadySyncing

        options = run.options
        try:
            return sync(
                run.connector,
                connection_id=connection.name,
                values=values,
                home=self.home,
                open_warehouse=open_warehouse,
                request=SyncRequest(
                    now=run.now,
                    tables=options.tables,
                    full_refresh=options.full_refresh,
                    since=options.since,
                    until=options.until,
                    reconcile=run.reconcile,
                ),
                history=history_of(connection.settings),
                personal=self.protection(connection, at=run.now),
                keep=lambda renewed: self.records.keep_renewed(
                    connection.name, renewed, at=self.clock()
                ),
                on_progress=run.on_progress,
            )
        except AlreadySyncing as error:
            raise SyncSkipped(str(error)) from error

    def protection(self, connection: Connection, *, at: datetime) -> Protection | None:
        from dlt_pipelines.personal import Protection

        choice = connection.settings.get(PERSONAL_DATA, "keep")
        if choice == "hash" or choice == "drop":
            return Protection(choice, self.records.personal_key(at=at))
        return None

    @contextmanager
    def recorded(
        self, run: SyncRun, secrets: tuple[str, ...]
    ) -> Iterator[Callable[[SyncResult], None]]:
        """Whatever happens inside is remembered: as done, failed, or stopped; a kill leaves
        `running` behind a lock that nobody holds, which `heal` turns into died."""
        name = run.connection.name
        run_id = self.runs.begin(
            run.connection, run.options, by=run.by, at=run.now, dagster_run_id=run.dagster_run_id
        )
        request = self.requests.claim(name, run.options, run_id=run_id)
        try:
            yield lambda result: self.succeeded(run, run_id, request, result)
        except SyncSkipped:
            self.runs.stopped(run_id, at=self.clock())
            self.requests.try_later(request, now=self.clock())
            raise
        except Exception as error:
            diagnosis = diagnose(error, name=name, secrets=secrets)
            self.failed(run, run_id, request, diagnosis)
            said = speaking(error, run.connector, diagnosis, secrets=secrets)
            raise said from (None if leaks(error, secrets) else error)
        except BaseException:  # Ctrl-C, or Dagster ends the run
            self.runs.stopped(run_id, at=self.clock())
            self.requests.answered(request)
            raise

    def succeeded(
        self, run: SyncRun, run_id: str, request: RequestedSync | None, result: SyncResult
    ) -> None:
        now = self.clock()
        self.runs.done(run_id, result, at=now)
        self.requests.answered(request)
        self.records.change(
            run.connection.name,
            lambda connection: connection.synced(at=now, whole=not run.options.is_partial),
            by=run.by,
            at=now,
        )

    def failed(
        self, run: SyncRun, run_id: str, request: RequestedSync | None, diagnosis: Diagnosis
    ) -> None:
        now = self.clock()
        self.runs.failed(run_id, diagnosis, at=now)
        if diagnosis.fault and diagnosis.fault.needs_a_person:
            self.requests.answered(request)
        else:
            self.requests.try_later(request, now=now)
        connection = self.records.change(
            run.connection.name,
            lambda connection: after(connection, diagnosis, at=now),
            by=run.by,
            at=now,
        )
        warn_of_pause(connection)

    def is_asked(self, name: str, options: SyncOptions) -> bool:
        return any(request.options == options for request in self.requests.of(name))


def require_sense(connector: Connector, options: SyncOptions) -> None:
    """Raises what a person can mend before anything runs, and before any status is touched."""
    for table in sorted(options.tables or ()):
        try:
            connector.table(table)
        except SettingsRefused as error:
            raise ConnectionRefused(
                f"{connector.title} has no table {table!r}.", hint=error.hint
            ) from None
    if options.since and options.until and options.since >= options.until:
        raise ConnectionRefused(
            "The window ends before it begins.", hint="Give --from before --to."
        )
    if options.full_refresh and (options.since or options.until):
        raise ConnectionRefused(
            "A full refresh has no window.", hint="Give --full-refresh, or --from and --to."
        )


def refuse_held_back(connection: Connection, *, explicit: bool) -> None:
    name, trouble, pause = connection.name, connection.trouble, connection.pause
    if connection.setup is Setup.INCOMPLETE and trouble:
        raise SyncSkipped(f"{name} is incomplete: {trouble.reason}", hint=trouble.next_step)
    if pause and not explicit:
        raise SyncSkipped(
            f"{name} is paused since {pause.at:%Y-%m-%d %H:%M} UTC by {pause.by}: {pause.because}.",
            hint=f"`chord connections resume {name}` starts it,"
            f" `chord connections sync {name}` syncs it once.",
        )


def warn_of_pause(connection: Connection) -> None:
    if moment := connection.pauses_after():
        log.warning(
            "%s pauses itself if it still fails after %s UTC.",
            connection.name,
            f"{moment:%Y-%m-%d %H:%M}",
        )


def speaking(
    error: Exception, connector: Connector, diagnosis: Diagnosis, *, secrets: tuple[str, ...]
) -> Exception:
    """Errors that say who must act stay as they are, unless they say a secret; others get words."""
    is_known = isinstance(error, ConnectorError | PlatformError)
    if is_known and not leaks(error, secrets):
        return error
    if isinstance(error, ConnectorError):
        return type(error)(error.connector, diagnosis.reason, hint=diagnosis.next_step)
    if diagnosis.fault is Fault.CONNECTOR:
        return UnexpectedResponse(connector.name, diagnosis.reason, hint=diagnosis.next_step)
    return WarehouseError(diagnosis.reason, hint=diagnosis.next_step)


def leaks(error: BaseException, secrets: tuple[str, ...]) -> bool:
    texts = [str(cause) for cause in causes(error)]
    return any(redacted(text, secrets) != text for text in texts)
