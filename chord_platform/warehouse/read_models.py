"""Reads models and checks, and remembers what was read beside the files, as Python does.

The code location is loaded in every run, and each build reads the models again; each time sqlglot
would parse every model anew: 0.75 CPU seconds with 272 models, 0.03 when nothing has changed.

Belongs here: that memory. Does not belong here: what a model is (`models.py`).
"""

from __future__ import annotations

import hashlib
import os
import pickle
from contextlib import suppress
from pathlib import Path

from sqlglot._version import __version__ as sqlglot_version

from chord_platform.warehouse import checks as checks_module
from chord_platform.warehouse.checks import Check, checks_of
from chord_platform.warehouse.models import Model, load_models

MEMORY = Path("__pycache__") / "models.pickle"
"""Trusted like the `.pyc` files of such folders, and ignored by git like them."""

Read = tuple[list[Model], list[Check]]


def read_models(sql_dir: Path) -> Read:
    """Raises `ModelError`, with file and line; a failure is not remembered."""
    key = fingerprint(sql_dir)
    if (found := remembered(sql_dir, key)) is not None:
        return found
    models = load_models(sql_dir)
    read = models, checks_of(models, sql_dir)
    remember(sql_dir, key, read)
    return read


def fingerprint(sql_dir: Path) -> str:
    """Of every file's place and text, and of the code that reads them."""
    digest = hashlib.sha256(f"{sql_dir} {sqlglot_version}".encode())
    code = Path(checks_module.__file__).parent
    for path in [*sorted(sql_dir.rglob("*.sql")), *sorted(code.glob("*.py"))]:
        digest.update(f"\n{path}\n".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def remembered(sql_dir: Path, key: str) -> Read | None:
    try:
        with (sql_dir / MEMORY).open("rb") as file:
            was, read = pickle.load(file)  # noqa: S301  (see MEMORY)
    except Exception:  # absent, cut short, or of classes that are gone: it is read anew
        return None
    return read if was == key else None


def remember(sql_dir: Path, key: str, read: Read) -> None:
    """By rename, so that nobody reads half of it; not at all where nothing may be written."""
    path = sql_dir / MEMORY
    fresh = path.with_suffix(f".{os.getpid()}")
    with suppress(OSError):
        path.parent.mkdir(exist_ok=True)
        fresh.write_bytes(pickle.dumps((key, read)))
        fresh.replace(path)
