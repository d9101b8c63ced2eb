"""What a test needs of the machine and did not find, said at the end of the run.

Belongs here: noting it, showing it. Does not belong here: looking for it (the tests that need it).
"""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path
from typing import NoReturn

import pytest

LAST_RUN = Path(__file__).parent.parent / ".pytest_cache" / "d" / "missing"


def missing(what: str, *, install: str) -> NoReturn:
    """Fails where nothing may be left out (CHORD_TEST_STRICT=1), else leaves the test out and says
    so at the end."""
    said = f"{what} (install: {install})"
    if os.environ.get("CHORD_TEST_STRICT") == "1":
        pytest.fail(said)
    LAST_RUN.mkdir(parents=True, exist_ok=True)
    name = hashlib.sha256(said.encode()).hexdigest()[:16]
    (LAST_RUN / name).write_text(said)
    pytest.skip(said)


def forget_last_run(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        shutil.rmtree(LAST_RUN, ignore_errors=True)


def noted() -> list[str]:
    """Of all worker processes."""
    return sorted(path.read_text() for path in LAST_RUN.glob("*")) if LAST_RUN.exists() else []
