"""Gives back what the reading of a slice held, before its loading begins.

Belongs here: telling the allocators. Does not belong here: what is held (nothing, by then).

Arrow and the C library keep freed pages for later; reading and loading then each stand on the
other's peak. Measured on 20,000 Shopify orders: 445 MB without this.
"""

from __future__ import annotations

import ctypes
import gc
import sys

import pyarrow as pa


def give_back() -> None:
    gc.collect()
    pa.default_memory_pool().release_unused()
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # glibc's own; musl has none
        if trim is not None:
            trim(0)
