"""The emulated Chord OMS: a real PostgreSQL with a seeded Solidus shop.

Not reached over HTTP: `OmsServer.start(data_dir, business)` starts it, and its `credentials()` are
the values of a connection. `VENDOR` lets the emulator's catalogue know that it exists.
"""

from __future__ import annotations

from types import SimpleNamespace

from vendor_emulator.vendors.chord_oms.server import OmsServer

__all__ = ["VENDOR", "OmsServer"]

VENDOR = SimpleNamespace(name="chord_oms", title="Chord OMS", start=OmsServer.start)
