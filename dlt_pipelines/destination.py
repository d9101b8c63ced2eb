"""dlt's DuckDB destination, with one commit point for a whole load package.

Belongs here: the seam between dlt's packages and our merge. Does not belong here: what a
package holds (`package.py`), the SQL of the merge (`merge.py`).

dlt's own client writes each file into a staging dataset and merges table by table, so a crash may
leave an order without its lines, and two pipelines that share a staging dataset lose rows. Here a
file's load job only keeps the file; when all are there, dlt calls `complete_load`, and all tables,
dlt's state and the package's entry in `_dlt_loads` are written in one transaction, straight from
the Parquet files. A crash before the commit leaves the package pending, a crash after it finds the
entry and writes nothing twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
from dlt.common.configuration.container import Container
from dlt.common.destination import DestinationCapabilitiesContext
from dlt.common.destination.client import LoadJob, RunnableLoadJob
from dlt.common.destination.typing import PreparedTableSchema
from dlt.common.storages.load_package import LoadPackageStateInjectableContext
from dlt.destinations import duckdb as duckdb_destination
from dlt.destinations.impl.duckdb.configuration import DuckDbCredentials
from dlt.destinations.impl.duckdb.duck import DuckDbClient

from dlt_pipelines.connector import Connector
from dlt_pipelines.merge import Merge
from dlt_pipelines.package import incoming_tables, package_files
from dlt_pipelines.raw_tables import quoted
from dlt_pipelines.results import TableResult
from dlt_pipelines.room import AMOUNTS, Room, is_short_of_memory
from dlt_pipelines.streams import SYNC_NUMBER

LEDGER = "_chord_syncs"


class StateMismatch(Exception):
    """The warehouse and the connection's local state are not of the same past: one was restored."""


@dataclass
class Loading:
    """What the destination must know of the sync it serves, and what it reports back.

    asked  tables that were asked for: one without news is counted all the same
    """

    connector: Connector
    connection_id: str
    synced_at: datetime
    counted_before: datetime
    history: timedelta
    asked: frozenset[str] = frozenset()
    results: dict[str, TableResult] = field(default_factory=dict)
    schema_changes: list[str] = field(default_factory=list)
    warnings: dict[str, list[str]] = field(default_factory=dict)
    bytes: int = 0
    interrupt: Callable[[], None] | None = None
    """Ends the load that runs, which rolls it back; for another thread. None: it has not begun."""

    def take(self, merge: Merge) -> None:
        for table, result in merge.results.items():
            self.results.setdefault(table, TableResult()).add(result)
        self.schema_changes += merge.schema_changes
        self.bytes += merge.bytes
        for table, messages in merge.warnings.items():
            self.warnings.setdefault(table, []).extend(messages)


class WarehouseDestination(duckdb_destination):
    """`Loading` travels on the instance: dlt's configuration would try to resolve it."""

    def __init__(
        self,
        credentials: duckdb.DuckDBPyConnection | str,
        *,
        loading: Loading | None = None,
        **kwargs: Any,
    ) -> None:
        self.known_capabilities: dict[tuple[Any, ...], DestinationCapabilitiesContext] = {}
        self.known_configurations: dict[tuple[Any, ...], Any] = {}
        super().__init__(in_its_catalog(credentials), **kwargs)
        self.loading = loading

    def _raw_capabilities(self) -> DestinationCapabilitiesContext:
        """Parquet only. dlt's default for DuckDB, INSERT statements, loads 4 k rows per second."""
        capabilities = super()._raw_capabilities()
        capabilities.preferred_loader_file_format = "parquet"
        capabilities.supported_loader_file_formats = ["parquet"]
        return capabilities

    def capabilities(
        self, config: Any = None, naming: Any = None
    ) -> DestinationCapabilitiesContext:
        """dlt asks some twenty times a sync, and each time looks through the environment and its
        files (10 ms)."""
        key = (config is None, type(naming), naming and naming.max_length)
        if key not in self.known_capabilities:
            self.known_capabilities[key] = super().capabilities(config, naming)
        return self.known_capabilities[key].copy()

    def configuration(self, initial_config: Any, accept_partial: bool = False) -> Any:
        """As often asked for, and as costly. What differs from one time to the next is the name of
        the dataset; the connection is this destination's own."""
        key = (
            accept_partial,
            getattr(initial_config, "dataset_name", None),
            getattr(initial_config, "default_schema_name", None),
        )
        if key not in self.known_configurations:
            self.known_configurations[key] = super().configuration(initial_config, accept_partial)
        return self.known_configurations[key]

    @property
    def client_class(self) -> type[WarehouseClient]:
        return WarehouseClient

    def client(self, schema: Any, initial_config: Any = None) -> Any:
        client: Any = super().client(schema, initial_config)
        client.loading = self.loading
        return client


class KeptFile(RunnableLoadJob):
    """The file stays in the package until `complete_load` reads it with all the others. So nothing
    is run: dlt would open a connection for each file, and note on disk that it is done."""

    def run_managed(self, job_client: Any, done_event: Any, /) -> None:
        self._job_client, self._done_event = job_client, done_event
        self._on_completed = None
        self._release("completed")

    def run(self) -> None:
        return


class WarehouseClient(DuckDbClient):
    loading: Loading | None = None

    def create_load_job(
        self, table: PreparedTableSchema, file_path: str, load_id: str, restore: bool = False
    ) -> LoadJob:
        return KeptFile(file_path)

    def should_truncate_table_before_load(self, table_name: str) -> bool:
        return False

    def should_load_data_to_staging_dataset(self, table_name: str) -> bool:
        return False

    def create_table_chain_completed_followup_jobs(self, *_: Any, **__: Any) -> list[Any]:
        return []

    def update_stored_schema(
        self,
        only_tables: Iterable[str] | None = None,
        expected_update: Any = None,
        force: bool = False,
    ) -> Any:
        """dlt makes its own tables; raw tables are made by the merge, in its transaction."""
        own = [
            name for name in self.schema.tables if name.startswith(self.schema._dlt_tables_prefix)
        ]
        return super().update_stored_schema(own, expected_update, force)

    def complete_load(self, load_id: str) -> None:
        assert self.loading is not None
        connection = self.config.credentials.external_conn()
        assert connection is not None
        con = connection.cursor()
        self.loading.interrupt = con.interrupt
        try:
            con.execute(f"use {quoted(catalog_of(connection))}")
            merge = self.with_room(con, load_id)
        finally:
            con.close()
        if merge is not None:
            self.loading.take(merge)

    def with_room(self, con: duckdb.DuckDBPyConnection, load_id: str) -> Merge | None:
        """With little memory first; with more where the rows are too wide for that."""
        for amount in AMOUNTS[:-1]:
            room = Room(con, amount)
            try:
                return self.in_one_transaction(con, load_id, room)
            except duckdb.Error as error:
                if not is_short_of_memory(error):
                    raise
            finally:
                room.give_back()
        room = Room(con, AMOUNTS[-1])
        try:
            return self.in_one_transaction(con, load_id, room)
        finally:
            room.give_back()

    def in_one_transaction(
        self, con: duckdb.DuckDBPyConnection, load_id: str, room: Room
    ) -> Merge | None:
        """None: the package was committed before."""
        con.execute("begin transaction")
        try:
            merge = None if self.is_loaded(con, load_id) else self.write_package(con, load_id, room)
            room.for_committing()
            con.execute("commit")
        except BaseException:
            with suppress(duckdb.TransactionException):  # a commit that failed has ended it
                con.execute("rollback")
            raise
        return merge

    def write_package(self, con: duckdb.DuckDBPyConnection, load_id: str, room: Room) -> Merge:
        loading = self.loading
        assert loading is not None
        context = Container()[LoadPackageStateInjectableContext]
        files = package_files(context, load_id)
        dataset = self.sql_client.dataset_name
        self.require_same_past(con, context.state.get(SYNC_NUMBER), load_id)
        merge = Merge(
            con=con,
            dataset=dataset,
            connector=loading.connector.name,
            connection_id=loading.connection_id,
            synced_at=loading.synced_at,
            counted_before=loading.counted_before,
            history=loading.history,
            room=room,
        )
        merge.run(incoming_tables(files, self.schema, loading.connector, loading.asked))
        for file in files.get(self.schema.state_table_name, ()):
            con.execute(
                f"insert into {quoted(dataset)}.{quoted(self.schema.state_table_name)} by name"
                " select * from read_parquet(?)",
                [file],
            )
        con.execute(
            f"insert into {quoted(dataset)}.{quoted(self.schema.loads_table_name)}"
            " (load_id, schema_name, status, inserted_at, schema_version_hash)"
            " values (?, ?, 0, ?, ?)",
            [load_id, self.schema.name, loading.synced_at, self.schema.version_hash],
        )
        merge.bytes = sum(Path(file).stat().st_size for each in files.values() for file in each)
        return merge

    def is_loaded(self, con: duckdb.DuckDBPyConnection, load_id: str) -> bool:
        loads = f"{quoted(self.sql_client.dataset_name)}.{quoted(self.schema.loads_table_name)}"
        return bool(con.execute(f"select 1 from {loads} where load_id = ?", [load_id]).fetchone())

    def require_same_past(
        self, con: duckdb.DuckDBPyConnection, number: int | None, load_id: str
    ) -> None:
        """Each sync of a connection is numbered; the warehouse must hold the one before."""
        assert self.loading is not None
        if number is None:
            return
        ledger = f"{quoted(self.sql_client.dataset_name)}.{quoted(LEDGER)}"
        con.execute(
            f"create table if not exists {ledger} (_connection_id varchar not null,"
            " sync_number bigint not null, load_id varchar not null, loaded_at timestamptz)"
        )
        held = ledger_number(con, self.sql_client.dataset_name, self.loading.connection_id)
        if held != number - 1:
            raise StateMismatch(f"load {number} came, the warehouse holds {held}")
        con.execute(
            f"insert into {ledger} values (?, ?, ?, ?)",
            [self.loading.connection_id, number, load_id, self.loading.synced_at],
        )


def ledger_number(con: duckdb.DuckDBPyConnection, dataset: str, connection_id: str) -> int:
    """Of the last package that was loaded for this connection; 0 before the first."""
    row = con.execute(
        f"select coalesce(max(sync_number), 0) from {quoted(dataset)}.{quoted(LEDGER)}"
        " where _connection_id = ?",
        [connection_id],
    ).fetchone()
    assert row is not None
    return row[0]


def in_its_catalog(connection: duckdb.DuckDBPyConnection | str) -> Any:
    """dlt works on copies of a connection, and those forget which attached file is in use."""
    if isinstance(connection, str):
        return connection
    credentials = DuckDbCredentials(connection)
    credentials.local_config = {"schema": f"{catalog_of(connection)}.main"}
    return credentials


def catalog_of(connection: duckdb.DuckDBPyConnection) -> str:
    row = connection.execute("select current_database()").fetchone()
    assert row is not None
    return row[0]
