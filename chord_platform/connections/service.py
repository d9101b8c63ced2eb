"""The connections service: what the command line, Dagster and the pages ask for.

Belongs here: one method per thing that can be asked, beside those of `managing.py`.
Does not belong here: rules (`connection.py`, `overview.py`), rows (`records.py`), printing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from chord_platform.connections.connection import Setup
from chord_platform.connections.live import LiveSyncs
from chord_platform.connections.managing import Managing
from chord_platform.connections.names import slug
from chord_platform.connections.overview import (
    NO_DAGSTER,
    DagsterFacts,
    Due,
    Overview,
    Why,
)
from chord_platform.connections.records import Records
from chord_platform.connections.requests import RequestedSync, Requests, SyncOptions, options_of
from chord_platform.connections.runs import Run, Runs
from chord_platform.connections.schedules import require_default
from chord_platform.connections.syncing import OnProgress, Syncing, SyncRun, require_sense
from chord_platform.connections.watching import Watching
from chord_platform.errors import ConnectionRefused
from chord_platform.settings import Settings
from chord_platform.store import Store
from chord_platform.store.vault import Vault
from chord_platform.warehouse.warehouse import Warehouse
from dlt_pipelines import catalog
from dlt_pipelines.connector import Connector

if TYPE_CHECKING:
    from dlt_pipelines.results import SyncResult
    from dlt_pipelines.windows import SyncRequest


def utc_now() -> datetime:
    return datetime.now(UTC)


class Connections(Managing):
    """by: who asks, for the audit log. Names are taken as people write them (`My Shop`)."""

    def __init__(
        self,
        *,
        settings: Settings,
        store: Store,
        warehouse: Warehouse,
        connectors: Callable[[], Mapping[str, Connector]] = catalog.connectors,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        super().__init__(
            records=Records(store, Vault(settings)), connectors=connectors, clock=clock
        )
        self.settings = settings
        self.warehouse = warehouse
        self.run_records = Runs(store)
        self.requests = Requests(store)
        self.live = LiveSyncs(settings.home)
        self.watching = Watching(
            records=self.records,
            runs=self.run_records,
            requests=self.requests,
            live=self.live,
            default_schedule=require_default(settings.default_schedule),
            clock=clock,
        )
        self.syncing = Syncing(
            home=settings.home,
            records=self.records,
            runs=self.run_records,
            requests=self.requests,
            live=self.live,
            clock=clock,
        )

    def request_sync(
        self, name: str, *, options: SyncOptions | None = None, by: str
    ) -> RequestedSync:
        """Asks for a sync that Dagster's `sync_requests` sensor starts; also of a paused one.

        Raises:
            ConnectionRefused: it is incomplete, or the options make no sense.
        """
        connection = self.get(name)
        if connection.setup is Setup.INCOMPLETE and connection.trouble:
            raise ConnectionRefused(
                f"{connection.name} is incomplete: {connection.trouble.reason}",
                hint=connection.trouble.next_step,
            )
        asked = options or SyncOptions()
        require_sense(self.connector_of(connection), asked)
        return self.requests.ask(connection.name, asked, by=by, at=self.clock())

    def requested_syncs(self) -> list[RequestedSync]:
        return self.requests.ready(now=self.clock())

    def sync(
        self,
        name: str,
        *,
        request: SyncRequest | SyncOptions | None = None,
        manual: bool = False,
        by: str = "Dagster",
        run_id: str | None = None,
        reconcile: bool = True,
        on_progress: OnProgress = lambda message: None,
    ) -> SyncResult:
        """manual: a person asked for exactly this, so that a pause does not hold it back; a
        matching "sync now" request says the same. The flag is read here, whoever launched it.

        Raises:
            SyncSkipped: paused, incomplete, or syncing already; the reason is for a person.
            ConnectorError, PlatformError: it failed; the connection's status follows.
        """
        connection = self.get(name)
        run = SyncRun(
            connection=connection,
            connector=self.connector_of(connection),
            options=options_of(request),
            explicit=manual,
            by=by,
            now=self.clock(),
            dagster_run_id=run_id,
            reconcile=reconcile,
            on_progress=on_progress,
        )
        open_warehouse = partial(self.warehouse.writer, on_wait=on_progress)
        return self.syncing.run(run, open_warehouse=open_warehouse)

    def due(self, now: datetime, *, connector: str | None = None) -> list[Due]:
        """Connections whose own cron, or the default one, says that it is time."""
        return self.watching.due(now, connector=connector)

    def heal(self, live_runs: Mapping[str, str] | None = None) -> list[str]:
        """Ends the records of syncs whose process died, and frees the requests they had claimed.
        Returns the names of their connections. `live_runs`: Dagster's, by connection."""
        return self.watching.heal(live_runs or {})

    def runs(self, name: str, *, limit: int = 10) -> list[Run]:
        """Newest first."""
        return self.run_records.of(slug(name), limit=limit)

    def overviews(self, *, dagster: DagsterFacts = NO_DAGSTER) -> list[Overview]:
        return self.watching.overviews(self.list(), dagster=dagster)

    def why(self, name: str, *, dagster: DagsterFacts = NO_DAGSTER) -> Why:
        """Why it did or did not sync."""
        return self.watching.why(self.get(name), dagster=dagster)

    def disconnect(self, name: str, *, keep_data: bool, by: str) -> dict[str, int]:
        """Removes the connection and its credentials. Dropping takes its rows, their history and
        its cursors out of the raw tables. Returns rows dropped by table.

        Raises:
            SyncSkipped: it is syncing right now.
        """
        from chord_platform.connections.raw_data import drop_data

        connection = self.get(name)
        dropped: dict[str, int] = {}
        with self.live.alone(connection.name):
            if not keep_data:
                dropped = drop_data(
                    self.warehouse,
                    self.connector_of(connection),
                    connection_id=connection.name,
                    home=self.settings.home,
                )
            self.records.delete(connection.name, kept=keep_data, by=by, at=self.clock())
        return dropped

    def repair(self, name: str) -> bool:
        """Clears a stuck load package; nothing is lost. Whether there was anything to clear."""
        from dlt_pipelines.sync import repair

        connection = self.get(name)
        with self.live.alone(connection.name):
            connector = self.connector_of(connection)
            return repair(connector, connection_id=connection.name, home=self.settings.home)

    def reseal(self, *, by: str) -> int:
        """Seals every credential with the first of the keys. Returns how many there are."""
        return self.records.reseal(by=by, at=self.clock())
