"""Segment's HTTP tracking API, emulated.

Belongs here: what the emulator is told about this vendor. Does not belong here: anything else.
"""

from __future__ import annotations

from vendor_emulator.vendors import Vendor
from vendor_emulator.vendors.segment.service import PATHS, Segment

VENDOR = Vendor(name="segment", title="Segment (tracking API)", open=Segment, paths=PATHS)
