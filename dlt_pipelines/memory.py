"""What the allocators keep aside, and when they give it back.

Belongs here: telling the allocators and the collector of garbage, a library that nobody asked for.
Does not belong here: what is held (the readers, `room.py`).

Arrow and the C library keep freed pages for later; reading and loading then each stand on the
other's peak. Measured on 20,000 Shopify orders: 445 MB without `give_back`.
"""

from __future__ import annotations

import ctypes
import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.abc import MetaPathFinder
from typing import Any

import pyarrow as pa

LARGE = 128 * 1024
"""Bytes from which a piece of memory goes back to the system as soon as it is free. The C library
begins there too, and then raises it up to 32 MB with each larger piece that is given back."""
MMAP_THRESHOLD, ARENA_MAX = -3, -8
"""Numbers of glibc's malloc.h."""


def keep_little_aside() -> None:
    """For the whole process: bodies and Arrow's columns are megabytes each and live shortly. Arrow
    asks the C library for them (`dlt_pipelines/__init__.py`).

    Measured on 115,000 days of Google's ads: 455 MB at the peak and 305 MB afterwards without the
    two, 333 and 185 MB with them, for the same processor time.
    """
    tell = of_glibc("mallopt")
    if tell is not None:
        tell(MMAP_THRESHOLD, LARGE)
        tell(ARENA_MAX, 1)


def give_back() -> None:
    pa.default_memory_pool().release_unused()
    trim = of_glibc("malloc_trim")
    if trim is not None:
        trim(0)


class NotUnasked(MetaPathFinder):
    """Refuses pandas to code that does not name it."""

    def find_spec(self, fullname: str, path: Any = None, target: Any = None) -> None:
        if fullname != "pandas":
            return
        frame = sys._getframe(1)
        while frame.f_back is not None and "importlib" in frame.f_code.co_filename:
            frame = frame.f_back
        if "pandas" not in frame.f_code.co_names:
            raise ImportError("pandas is not imported unasked while a sync runs", name=fullname)


@contextmanager
def without_pandas() -> Iterator[None]:
    """Arrow at its first array, and DuckDB at its first bound value, import pandas wherever it is
    installed, to know its types: 45 MB and 0.4 CPU s. They do without, and import it when they are
    asked for a data frame; so does everyone who writes `import pandas`."""
    finder = NotUnasked()
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)


def of_glibc(name: str) -> Any:
    """None where the C library is another one (musl, macOS)."""
    return getattr(ctypes.CDLL(None), name, None) if sys.platform == "linux" else None


@contextmanager
def old_objects_left_alone() -> Iterator[None]:
    """While records are read, the collector of garbage looks through what came since alone, and at
    the end through all of that.

    Decoded records make it look through everything again and again, and dlt, Arrow and DuckDB are
    half a million objects that stay: measured on 40,000 Zendesk tickets, 0.9 of 3.7 CPU seconds,
    and 0.1 for looking once.
    """
    gc.freeze()
    try:
        yield
    finally:
        gc.collect()
        gc.unfreeze()
