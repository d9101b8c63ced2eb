"""How records lie in one file of the inbox, so that a torn end is seen.

Belongs here: bytes. Does not belong here: files, locks (`segment_log.py`), what a record says.

A file opens with MAGIC and the time it was made. A frame is what one fsync covered: its length, how
many records, their checksum, then the records, each a JSON text on a line of its own. A frame is
whole or it is not there: what a killed writer left half does not pass its checksum.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

MAGIC = b"CHORDIN1"
OPENING = struct.Struct("<8sQ")  # MAGIC, milliseconds since 1970
HEADER = struct.Struct("<4sIII")  # MARK, bytes, records, checksum of the bytes
MARK = b"\xc1\xf2\xa6\n"  # no valid UTF-8, hence in no record
FRAME_BYTES = 1 << 20
"""Small enough to stay in the processor's cache between joining, summing and writing."""


@dataclass(frozen=True)
class Frame:
    """end: where the next one begins."""

    payload: bytes
    count: int
    end: int

    @property
    def records(self) -> list[bytes]:
        return self.payload.split(b"\n")


def require_lines(records: Sequence[bytes]) -> None:
    """Raises ValueError: a record holds a line feed, which JSON never needs, or nothing."""
    for record in records:
        if b"\n" in record or not record:
            raise ValueError("a record of the inbox is one line of JSON")


def frames_of(records: Sequence[bytes]) -> Iterator[tuple[bytes, bytes]]:
    """Header and payload of each; none is above FRAME_BYTES but for a single record."""
    if len(records) > 1 and sum(map(len, records)) > FRAME_BYTES:
        half = len(records) // 2
        yield from frames_of(records[:half])
        yield from frames_of(records[half:])
    else:
        payload = b"\n".join(records)
        yield HEADER.pack(MARK, len(payload), len(records), zlib.crc32(payload)), payload


def frame_at(content: bytes | memoryview, at: int) -> Frame | None:
    """None: there is none, or not all of it."""
    start = at + HEADER.size
    if start > len(content):
        return None
    mark, length, count, checksum = HEADER.unpack_from(content, at)
    if mark != MARK or start + length > len(content):
        return None
    payload = content[start : start + length]
    if zlib.crc32(payload) != checksum:
        return None
    return Frame(bytes(payload), count, start + length)
