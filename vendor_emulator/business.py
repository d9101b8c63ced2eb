"""One seeded business; shapes first (see `business_model.py`), filled in within minutes."""

from __future__ import annotations

from vendor_emulator.business_model import *  # noqa: F403
