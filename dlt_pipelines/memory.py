"""Gives back what the reading of a slice held, before its loading begins.

Belongs here: telling the allocators and the collector of garbage. Does not belong here: what is
held (nothing, by then).

Arrow and the C library keep freed pages for later; reading and loading then each stand on the
other's peak. Measured on 20,000 Shopify orders: 445 MB without this.
"""

from __future__ import annotations

import ctypes
import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pyarrow as pa


def give_back() -> None:
    pa.default_memory_pool().release_unused()
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # glibc's own; musl has none
        if trim is not None:
            trim(0)


@contextmanager
def old_objects_left_alone() -> Iterator[None]:
    """While records are read, the collector of garbage looks through what came since alone, and at
    the end through all of that.

    Decoded records make it look through everything again and again, and dlt, Arrow and DuckDB are
    half a million objects that stay: measured on 40,000 Zendesk tickets, 0.9 of 3.7 CPU seconds,
    and 0.1 for looking once. Who froze them before keeps them frozen.
    """
    is_ours = not gc.get_freeze_count()
    if is_ours:
        gc.freeze()
    try:
        yield
    finally:
        gc.collect()
        if is_ours:
            gc.unfreeze()
