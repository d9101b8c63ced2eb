"""What an emulated vendor is, and where the emulator finds them.

Belongs here: the values that the server and a vendor exchange, and the search for vendors.
Does not belong here: sockets (`server.py`), faults any vendor can have (`faults.py`), a vendor.

A vendor served over HTTP is a module or package of this package that holds `VENDOR`, a `Vendor`.
What is served otherwise (a database) holds none and is started by whoever wants it.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import orjson

if TYPE_CHECKING:
    from vendor_emulator.business import Business, Changes
    from vendor_emulator.clock import Clock


@dataclass(frozen=True)
class Asked:
    """One request as it came, its path beneath the vendor's prefix; header names in lower case.

    query   the last value of each parameter;  params  all of them in order, repeated ones too
    """

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    params: tuple[tuple[str, str], ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    base_url: str = ""


@dataclass(frozen=True)
class Answer:
    """What goes back: a body, or a file that is sent from the disk."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    media_type: str = "application/json; charset=utf-8"
    file: Path | None = None


def json_answer(content: Any, *, status: int = 200, **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status=status, body=orjson.dumps(content), headers=named)


class Service(Protocol):
    """One vendor's running side: the mutable world behind its addresses."""

    def answer(self, asked: Asked) -> Answer: ...

    def names(self, asked: Asked) -> tuple[str, ...]:
        """What a fault script may call this request, beside its path."""
        ...

    def fault(self, name: str, asked: Asked) -> Answer | None:
        """The vendor's own form of a fault, None where it has no own form."""
        ...

    def credentials(self, base_url: str) -> dict[str, str]:
        """Values with which a connection to this vendor is made."""
        ...

    def next_day(
        self, business: Business, changes: Changes, *, stamped_at: datetime | None = None
    ) -> None:
        """A day's changes, at the business's times or all at `stamped_at`."""
        ...

    def rows(self) -> Mapping[str, int]:
        """By raw table: rows that a first sync with the given credentials has to bring, counted
        here from the vendor's own world. A table that is left out is not compared."""
        ...

    def touch(self, table: str) -> str:
        """Changes one record of that table now, as a person at the vendor would, one that stands on
        an early page; returns its key."""
        ...

    def close(self) -> None: ...


@dataclass(frozen=True)
class Rehearsal:
    """How the contract suite puts a connector to this vendor through its paces.

    main        a raw table that needs several pages under `options`
    request     what a fault script calls the request that reads a page of it
    options     the service's options that make pages small, so that few records fill several
    throttled   steps of a fault script in the vendor's own dialect of "too many requests"
    ill         steps in its dialect of "try again later"
    revoked     the fault of a key that was taken back, met by every request ("*")
    narrowed    options of a key that lacks a permission, and the raw tables that are then skipped
    restated    a raw table of ad days that `next_day` restates, and withdraws rows from; or None
    computed    by raw table, paths in the record that the vendor computes when asked: their change
                moves no cursor (a customer's number of orders), so they may be stale
    days        how long the business is there: every day is a row of every report of ads
    forgets     raw tables whose old rows the vendor soon forgets (keywords after ten days): they
                stay here, and a fresh reading has fewer
    """

    main: str
    request: str
    options: Mapping[str, Any] = field(default_factory=dict)
    throttled: tuple[Any, ...] = (429,)
    ill: tuple[Any, ...] = (503,)
    revoked: str = "revoked"
    narrowed: tuple[Mapping[str, Any], tuple[str, ...]] | None = None
    restated: str | None = None
    computed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    forgets: tuple[str, ...] = ()
    days: int = 150


@dataclass(frozen=True)
class Opening:
    """What a service starts from. `folder` is its own; `options` are its own too."""

    business: Business
    clock: Clock
    folder: Path
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Vendor:
    """`paths` and `faults` are for the index page: what is served, which faults it has."""

    name: str
    title: str
    open: Callable[[Opening], Service]
    paths: tuple[str, ...] = ()
    faults: Mapping[str, str] = field(default_factory=dict)
    rehearsal: Rehearsal | None = None


@cache
def find_vendor(name: str) -> Vendor | None:
    """The HTTP vendor of that module; the others are not loaded."""
    vendor = getattr(importlib.import_module(f"{__name__}.{name}"), "VENDOR", None)
    return vendor if isinstance(vendor, Vendor) else None


@cache
def find_vendors() -> Mapping[str, Vendor]:
    """Every HTTP vendor of this package, by name. A new one is a new module and nothing else."""
    found = (find_vendor(module.name) for module in pkgutil.iter_modules(__path__))
    return {vendor.name: vendor for vendor in found if vendor is not None}
