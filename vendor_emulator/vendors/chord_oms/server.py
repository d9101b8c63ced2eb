"""A Chord OMS for the demo and the tests: a real PostgreSQL that holds the business's OMS shop.

Belongs here: starting, filling, changing and asking it; roles; a standby; the benchmark's table.
Does not belong here: the process (`postgres.py`), the rows (`*_rows.py`), the trap helpers that
disturb a reader (`disturbance.py`).
"""

from __future__ import annotations

import json
import threading
from contextlib import AbstractContextManager
from datetime import date, datetime
from pathlib import Path
from typing import Any, Self
from urllib.parse import quote

import psycopg

from vendor_emulator.business import Business
from vendor_emulator.vendors.chord_oms import additions, ddl
from vendor_emulator.vendors.chord_oms.additions import add_affiliates
from vendor_emulator.vendors.chord_oms.catalog_rows import add_catalog
from vendor_emulator.vendors.chord_oms.changes import ChangesWritten, write_changes
from vendor_emulator.vendors.chord_oms.disturbance import Rewriting, open_transaction
from vendor_emulator.vendors.chord_oms.loading import BulkLoader, advance_sequences
from vendor_emulator.vendors.chord_oms.order_rows import add_cart, add_order
from vendor_emulator.vendors.chord_oms.people_rows import add_people
from vendor_emulator.vendors.chord_oms.postgres import (
    ADMIN,
    ADMIN_PASSWORD,
    HOST,
    PostgresProcess,
)
from vendor_emulator.vendors.chord_oms.shop_rows import add_shop
from vendor_emulator.vendors.chord_oms.subscription_rows import add_subscriptions

DATABASE = "chord_oms"
READER, NARROW_READER, OUTSIDER, WRITER = "chord_reader", "chord_narrow", "chord_outsider", "oms"
# What the narrow reader may not see: a merchant who is careful with persons and gateways.
HIDDEN_FROM_NARROW = ("spree_users", "spree_credit_cards", "spree_payment_methods")
SHAPE = 1  # raise when the rows change for the same business: a kept database is then rebuilt


def password_of(role: str) -> str:
    return f"emulated-password-of-{role}"


class OmsServer:
    """Made by `start` or `standby`; a context manager that stops the server at its end."""

    host = HOST
    database = DATABASE
    user = READER

    def __init__(
        self, process: PostgresProcess, business: Business, *, state: Path, is_standby: bool = False
    ) -> None:
        self.process, self.business, self.is_standby = process, business, is_standby
        self._state = state
        self._admin: psycopg.Connection[Any] | None = None
        self._lock = threading.Lock()

    @classmethod
    def start(cls, data_dir: Path, business: Business, *, port: int | None = None) -> Self:
        """Starts on `data_dir`; what an earlier run left there is kept if it is this business.

        After `apply_changes` the kept database is days ahead: `server.business` says where it is.
        """
        process = PostgresProcess(data_dir)
        state = data_dir / "business.json"
        kept = _read_state(state)
        if not process.exists or kept is None:
            process.delete()
            process = PostgresProcess(data_dir)
            process.initialise()
            kept = None
        process.start(port=port or (kept or {}).get("port"))
        server = cls(process, business, state=state)
        try:
            if kept is not None and kept["business"] == _identity(business):
                days = max(kept["days_later"], business.days_later)
                server.business = _at_day(business, kept["days_later"])
                while server.business.days_later < days:
                    server.apply_changes(server.business.next_day())
            else:
                state.unlink(missing_ok=True)
                server._fill()
            server._write_state()
        except BaseException:
            server.close()
            raise
        return server

    @staticmethod
    def kept(data_dir: Path) -> Business | None:
        """The business an earlier run left in `data_dir`, at the day it had reached."""
        state = _read_state(data_dir / "business.json")
        if state is None or state["business"][0] != SHAPE:
            return None
        _, seed, orders, today, days = state["business"]
        return Business(
            seed=seed,
            orders=orders,
            today=date.fromisoformat(today),
            days_later=state["days_later"],
            days=days,
        )

    def standby(self, data_dir: Path) -> OmsServer:
        """A hot standby of this server: read-only, following by streaming."""
        process = PostgresProcess(data_dir)
        process.delete()
        process = PostgresProcess(data_dir)
        process.copy_from(self.process)
        source = f"{self.process.conninfo()} password={ADMIN_PASSWORD}"
        process.start(more=f"primary_conninfo = '{source}'")
        return OmsServer(process, self.business, state=data_dir / "unused", is_standby=True)

    # ------------------------------------------------------------------ how to reach it

    @property
    def port(self) -> int:
        return self.process.port

    @property
    def password(self) -> str:
        return password_of(self.user)

    @property
    def url(self) -> str:
        return f"postgresql://{HOST}:{self.port}/{DATABASE}"

    @property
    def socket_url(self) -> str:
        folder = quote(str(self.process.sockets), safe="")
        return f"postgresql:///{DATABASE}?host={folder}&port={self.port}"

    def credentials(self, role: str = READER) -> dict[str, str]:
        """The values of a connection's fields."""
        return {
            "base_url": self.url,
            "user": role,
            "password": password_of(role),
            "schema": "public",
        }

    def connect(self, role: str = ADMIN, *, autocommit: bool = True) -> psycopg.Connection[Any]:
        password = ADMIN_PASSWORD if role == ADMIN else password_of(role)
        conninfo = self.process.conninfo(database=DATABASE, user=role)
        return psycopg.connect(conninfo, password=password, autocommit=autocommit)

    # ------------------------------------------------------------------ what one does with it

    def execute(self, sql: str, *params: object) -> int:
        """As the administrator; answers the number of rows touched."""
        with self._lock:
            return self._connection().execute(sql.encode(), params or None).rowcount

    def fetch(self, sql: str, *params: object) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._connection().execute(sql.encode(), params or None).fetchall()

    def apply_changes(
        self, later: Business, *, stamped_at: datetime | None = None
    ) -> ChangesWritten:
        """Brings the database from the business it shows to a later day of it.

        `stamped_at`: the `updated_at` of all that changes; else the moments that day invented.
        """
        with self.connect(autocommit=False) as connection:
            written = write_changes(
                connection, before=self.business, after=later, stamped_at=stamped_at
            )
        self.business = later
        self._write_state()
        return written

    def bulk(self, rows: int = 1_000_000) -> int:
        """Fills `bench_orders` inside the server."""
        with self.connect() as connection:
            connection.execute(additions.BENCH.encode())
            for first in range(1, rows + 1, 250_000):
                last = min(rows, first + 249_999)
                connection.execute(additions.BENCH_ROWS.encode(), [first, last])
            connection.execute("VACUUM (ANALYZE) bench_orders")
            self._grant(connection)
        return rows

    def open_transaction(self) -> AbstractContextManager[psycopg.Connection[Any]]:
        return open_transaction(self)

    def rewriting(self, table: str = "bench_orders", *, sessions: int = 2) -> Rewriting:
        return Rewriting(self, table=table, sessions=sessions)

    def wait_for(self, primary: OmsServer, *, seconds: float = 20) -> None:
        """Until this standby shows all that the primary has committed so far."""
        position = primary.fetch("SELECT pg_current_wal_lsn()::text")[0][0]
        deadline = threading.Event()
        for _ in range(int(seconds / 0.02)):
            if self.fetch("SELECT pg_last_wal_replay_lsn() >= %s::pg_lsn", position)[0][0]:
                return
            deadline.wait(0.02)
        raise TimeoutError(f"the standby did not reach {position} within {seconds} seconds")

    def close(self) -> None:
        with self._lock:
            if self._admin is not None:
                self._admin.close()
                self._admin = None
        self.process.stop()

    def delete(self) -> None:
        """Stops it and removes its data, wherever they had to lie."""
        self.close()
        self._state.unlink(missing_ok=True)
        self.process.delete()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # ------------------------------------------------------------------ inside

    def _connection(self) -> psycopg.Connection[Any]:
        if self._admin is None or self._admin.closed:
            self._admin = self.connect()
        return self._admin

    def _fill(self) -> None:
        process = self.process
        with psycopg.connect(
            process.conninfo(), password=ADMIN_PASSWORD, autocommit=True
        ) as server:
            server.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)".encode())
            server.execute(f"CREATE DATABASE {DATABASE}".encode())
        with self.connect(autocommit=False) as connection:
            connection.execute(ddl.create_tables().encode())
            connection.execute(additions.DDL.encode())
            loader = BulkLoader(connection)
            fill(self.business, loader)
            loader.finish()
            connection.execute(additions.TIER_ROWS.encode())
            connection.execute(ddl.create_indexes().encode())
            connection.execute(ddl.create_foreign_keys().encode())
            advance_sequences(connection)
            self._grant(connection)
            connection.commit()
            connection.execute("ANALYZE")

    def _grant(self, connection: psycopg.Connection[Any]) -> None:
        for role in (READER, NARROW_READER, OUTSIDER, WRITER):
            if not connection.execute(
                "SELECT 1 FROM pg_roles WHERE rolname = %s", [role]
            ).fetchone():
                statement = f"CREATE ROLE {role} LOGIN PASSWORD '{password_of(role)}'"
                connection.execute(statement.encode())
        statements = [
            f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {READER}, {NARROW_READER}",
            f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO {READER}",
            f"REVOKE SELECT ON {', '.join(HIDDEN_FROM_NARROW)} FROM {NARROW_READER}",
            f"GRANT ALL ON ALL TABLES IN SCHEMA public TO {WRITER}",
            f"GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO {WRITER}",
        ]
        connection.execute("; ".join(statements).encode())

    def _write_state(self) -> None:
        text = {
            "business": _identity(self.business),
            "days_later": self.business.days_later,
            "port": self.port,
        }
        self._state.write_text(json.dumps(text))


def fill(business: Business, loader: BulkLoader) -> None:
    """The whole OMS side of the business, order by order."""
    add_shop(business, loader.add)
    add_catalog(business, loader.add)
    add_people(business, loader.add)
    add_affiliates(business, loader.add)
    for order in business.iter_orders("oms"):
        add_order(business, order, loader.add)
    for cart in business.iter_checkouts("oms"):
        add_cart(cart, loader.add)
    add_subscriptions(business, loader.add)


def _identity(business: Business) -> list[Any]:
    today = business.base_today.isoformat()
    return [SHAPE, business.seed, business.base_orders, today, business.base_days]


def _at_day(business: Business, days_later: int) -> Business:
    return Business(
        seed=business.seed,
        orders=business.base_orders,
        today=business.base_today,
        days_later=days_later,
        days=business.base_days,
    )


def _read_state(path: Path) -> dict[str, Any] | None:
    try:
        return json.loads(path.read_text())
    except (OSError, ValueError):
        return None
