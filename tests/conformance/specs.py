"""Where the vendors' spec files are, and what is said when they are not there.

Belongs here: the search. Does not belong here: reading a file, judging by it.

They are found by CHORD_VENDOR_SPECS or in `../shared/vendor_specs`; nothing of them is kept here.
"""

from __future__ import annotations

import os
from pathlib import Path

NOT_COMPARED = "not compared"

SPECS = Path(
    os.environ.get("CHORD_VENDOR_SPECS")
    or Path(__file__).parents[2].parent / "shared" / "vendor_specs"
)


def spec_file(vendor: str, name: str) -> Path | None:
    """None where the specs are absent; a folder that lacks the one file is a mistake in its name.

    >>> spec_file("pinterest", "openapi.json") in (None, SPECS / "pinterest" / "openapi.json")
    True
    """
    if not SPECS.is_dir():
        return None
    found = SPECS / vendor / name
    assert found.exists(), f"{vendor}: the spec folder {SPECS.name} has no {vendor}/{name}"
    return found


def read_spec(vendor: str, name: str) -> str | None:
    found = spec_file(vendor, name)
    return found.read_text() if found else None
