"""Dagster's event log in SQLite, with its connections kept.

Dagster 1.13 makes a SQLAlchemy engine for each event, opens the file, compiles the statement anew,
waits for the disk and, as the last to close the file, writes its log back: 6 ms of CPU and more of
waiting. A sync of 77 tables reports 900 events, a build of 58 models 1200. Measured on the latter:
10.8 CPU seconds and 12.7 of wall became 4.3 and 4.3, of which the build itself is 2.

Belongs here: that connection. Does not belong here: what is stored, which stays Dagster's own.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from dagster._core.storage.event_log.sqlite.sqlite_event_log import SqliteEventLogStorage
from dagster._serdes import ConfigurableClassData
from sqlalchemy import event

from chord_dagster.home import PLACE
from chord_platform.settings import read_settings

BUSY_SECONDS = 60
FILES_KEPT_OPEN = 16
"""Each run has its own file; a web server shows many of them in a day."""


class KeptSqliteEventLog(SqliteEventLogStorage):
    """A power cut may take the last events (never the file): the rows themselves are in DuckDB."""

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        self.engines: OrderedDict[str, sa.Engine] = OrderedDict()
        self.tables: set[str] = set()
        super().__init__(base_dir=base_dir, inst_data=inst_data)

    @classmethod
    def from_config_value(
        cls, inst_data: ConfigurableClassData | None, config_value: Any
    ) -> KeptSqliteEventLog:
        """Where DAGSTER_HOME is not set, Dagster reads the template that stands in the folder it
        is started in."""
        folder = str(config_value["base_dir"])
        if folder.startswith(PLACE):
            folder = folder.replace(PLACE, str(read_settings().dagster_home))
        return cls(base_dir=folder, inst_data=inst_data)

    @contextmanager
    def _connect(self, shard: str) -> Iterator[sa.Connection]:
        with self._db_lock:
            engine = self.engine_of(shard)
            if shard not in self._initialized_dbs:
                self._initdb(engine)
                self._initialized_dbs.add(shard)
            with engine.connect() as connection, connection.begin():
                yield connection

    def has_table(self, table_name: str) -> bool:
        """Asked before each check is stored; a table that is there stays there."""
        if table_name not in self.tables and super().has_table(table_name):
            self.tables.add(table_name)
        return table_name in self.tables

    def engine_of(self, shard: str) -> sa.Engine:
        if shard not in self.engines:
            self.engines[shard] = new_engine(self.conn_string_for_shard(shard))
        self.engines.move_to_end(shard)
        if len(self.engines) > FILES_KEPT_OPEN:
            self.engines.popitem(last=False)[1].dispose()
        return self.engines[shard]

    def dispose(self) -> None:
        while self.engines:
            self.engines.popitem()[1].dispose()
        super().dispose()


def new_engine(url: str) -> sa.Engine:
    engine = sa.create_engine(url, pool_size=1, connect_args={"timeout": BUSY_SECONDS})

    @event.listens_for(engine, "connect")
    def set_pragmas(connection: Any, _: Any) -> None:
        connection.execute("pragma synchronous = normal")

    return engine
