"""The vendors as the contract suite plays them: over HTTP by their rehearsal, or a database.

Belongs here: putting a vendor at its beginning, in trouble, a day further. Does not belong here:
what a connector must make of it (`test_contract.py`), the warehouse (`stage.py`).
"""

from __future__ import annotations

import importlib
import pkgutil
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from time import monotonic
from types import MappingProxyType, ModuleType
from typing import Any

import psycopg

from dlt_pipelines.connector import Connector
from vendor_emulator.business import Business
from vendor_emulator.clock import Clock
from vendor_emulator.recorder import Recorded
from vendor_emulator.server import Emulator
from vendor_emulator.vendors import Rehearsal, find_vendor
from vendor_emulator.vendors.chord_oms import OmsServer
from vendor_emulator.vendors.chord_oms.postgres import ADMIN_PASSWORD
from vendor_emulator.vendors.chord_oms.server import HIDDEN_FROM_NARROW

ORDERS, DAYS = 100, 150
FASTER = 100
SHORT_SECOND = 1 / FASTER
"""So many times faster than the machine's is the vendors' clock, and so much shorter are our waits:
limits and waits are kept to the letter and cost no time."""


def modules_that_wait(connector: str) -> list[ModuleType]:
    """Every module of the connector, and of what it stands on, that has a `SECOND`."""
    package = importlib.import_module(f"dlt_pipelines.sources.{connector}")
    for module in pkgutil.iter_modules(getattr(package, "__path__", ()), f"{package.__name__}."):
        importlib.import_module(module.name)
    for name in ("dlt_pipelines.api", "dlt_pipelines.limits"):
        importlib.import_module(name)
    known = [one for name, one in sys.modules.items() if name.startswith("dlt_pipelines.")]
    return [one for one in known if hasattr(one, "SECOND")]


def connector_named(name: str) -> Connector:
    """One of the catalog, the others unread: one that does not load shall not fail them all."""
    return importlib.import_module(f"dlt_pipelines.sources.{name}").CONNECTOR


def has_a_narrowed_key(name: str) -> bool:
    """Whether the vendor's rehearsal has a key that lacks a permission."""
    vendor = find_vendor(name)
    return bool(vendor and vendor.rehearsal and vendor.rehearsal.narrowed)


@cache
def the_business(days: int) -> Business:
    return Business(seed=1, orders=ORDERS, days=days)


class HttpVendor:
    """`version` grows with each change, so that what was read before can be told from what is."""

    is_http = True

    def __init__(self, name: str, options: Mapping[str, Any] | None = None) -> None:
        self.name = name
        vendor = find_vendor(name)
        assert vendor is not None and vendor.rehearsal is not None, f"{name} has no rehearsal"
        self.rehearsal: Rehearsal = vendor.rehearsal
        business = the_business(self.rehearsal.days)
        clock = Clock(business.now, ticking=lambda: monotonic() * FASTER)
        merged = {**self.rehearsal.options, **(options or {})}
        self.emulator = Emulator(
            business=business, clock=clock, options={name: merged}, vendors=(name,)
        )
        self.emulator.start()
        self.version = 0

    @property
    def values(self) -> dict[str, str]:
        return self.emulator.credentials(self.name)

    @property
    def main(self) -> str:
        return self.rehearsal.main

    @property
    def computed(self) -> Mapping[str, tuple[str, ...]]:
        return self.rehearsal.computed

    @property
    def service(self) -> Any:
        return self.emulator.vendor(self.name)

    def now(self) -> datetime:
        return self.emulator.clock.now()

    def begin(self) -> None:
        self.emulator.reset()
        self.version = 0

    def later(self) -> None:
        """By so much that no vendor takes a change for too recent to tell."""
        self.emulator.clock.advance(180)

    def next_day(self) -> None:
        self.version += 1
        self.emulator.next_day()

    def touch(self, table: str) -> str:
        self.version += 1
        return self.service.touch(table)

    def rows(self) -> Mapping[str, int]:
        return self.service.rows()

    def people(self) -> set[str]:
        return {one.email.lower() for one in self.emulator.business.iter_customers() if one.email}

    def pages(self) -> list[Recorded]:
        return [one for one in self.exchanges() if self.rehearsal.request in one.names]

    def exchanges(self) -> list[Recorded]:
        return list(self.emulator.requests)

    def meets(self, *steps: Any) -> None:
        """The next requests for a page of the main table meet these, one each."""
        self.emulator.faults.script(self.rehearsal.request, *steps, vendor=self.name)

    def revoke(self) -> None:
        self.emulator.faults.always("*", self.rehearsal.revoked, vendor=self.name)

    def waiting_faults(self) -> int:
        return sum(self.emulator.faults.pending().values())

    @contextmanager
    def narrowed(self) -> Iterator[tuple[HttpVendor, tuple[str, ...]]]:
        assert self.rehearsal.narrowed is not None
        options, skipped = self.rehearsal.narrowed
        narrow = HttpVendor(self.name, options)
        try:
            yield narrow, skipped
        finally:
            narrow.close()

    def close(self) -> None:
        self.emulator.stop()


class OmsVendor:
    """Chord OMS: a PostgreSQL of its own. Trouble comes from the server, not from answers."""

    is_http = False
    name = "chord_oms"
    main = "spree_orders"
    computed: Mapping[str, tuple[str, ...]] = MappingProxyType({})

    def __init__(self, folder: Path) -> None:
        self.server = OmsServer.start(folder, Business(seed=1, orders=ORDERS, days=DAYS))
        self.version = 0
        self.passed = timedelta()

    @property
    def values(self) -> dict[str, str]:
        return self.server.credentials()

    def now(self) -> datetime:
        return self.server.business.now + timedelta(days=1) + self.passed

    def begin(self) -> None:
        """A database is not begun anew: what was read of another version is read again."""

    def later(self) -> None:
        self.passed += timedelta(minutes=3)

    def next_day(self) -> None:
        self.version += 1
        self.server.apply_changes(self.server.business.next_day(), stamped_at=self.now())
        self.passed = timedelta()

    def touch(self, table: str) -> str:
        self.version += 1
        (key,) = self.server.fetch(f"select min(id) from {table}")[0]
        self.server.execute(
            f"update {table} set number = number || 'x', updated_at = %s where id = %s",
            self.now().replace(tzinfo=None),
            key,
        )
        return str(key)

    def rows(self) -> Mapping[str, int]:
        from dlt_pipelines.sources.chord_oms.solidus import TABLES

        known = {name for (name,) in self.server.fetch("select relname from pg_class")}
        wanted = [table.name for table in TABLES if table.name in known]
        counts = " union all ".join(f"select '{name}', count(*) from {name}" for name in wanted)
        return dict(self.server.fetch(counts))

    def people(self) -> set[str]:
        business = self.server.business
        return {one.email.lower() for one in business.iter_customers() if one.email}

    def exchanges(self) -> list[Recorded]:
        return []

    @contextmanager
    def trouble(self, kind: str) -> Iterator[None]:
        """throttled: no connection is free; ill: the database takes none."""
        begins, ends = TROUBLES[kind]
        conninfo = self.server.process.conninfo()  # another database: none shuts itself
        with psycopg.connect(conninfo, password=ADMIN_PASSWORD, autocommit=True) as admin:
            admin.execute(begins)
            try:
                yield
            finally:
                admin.execute(ends)

    @contextmanager
    def narrowed(self) -> Iterator[tuple[NarrowOms, tuple[str, ...]]]:
        yield NarrowOms(self), HIDDEN_FROM_NARROW

    def reading_sessions(self) -> list[int]:
        sql = "select pid from pg_stat_activity where usename = %s and state = 'active'"
        return [pid for (pid,) in self.server.fetch(sql, self.server.user)]

    def revoke(self) -> None:
        self.server.execute("alter role chord_reader nologin")

    def restore(self) -> None:
        self.server.execute("alter role chord_reader login")

    def close(self) -> None:
        self.server.delete()


class NarrowOms:
    """The same database, read by a role that may not see everything."""

    is_http = False
    name = "chord_oms"
    main = OmsVendor.main

    def __init__(self, whole: OmsVendor) -> None:
        self.whole = whole
        self.now, self.later, self.rows = whole.now, whole.later, whole.rows

    @property
    def values(self) -> dict[str, str]:
        return self.whole.server.credentials("chord_narrow")


TROUBLES: Mapping[str, tuple[str, str]] = {
    "throttled": (
        "alter role chord_reader connection limit 0",
        "alter role chord_reader connection limit -1",
    ),
    "ill": (
        "alter database chord_oms with allow_connections false",
        "alter database chord_oms with allow_connections true",
    ),
}

Played = HttpVendor | OmsVendor
PlayedBy = Callable[[str], Played]
