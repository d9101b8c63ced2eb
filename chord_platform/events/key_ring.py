"""Which source a write key belongs to, remembered for a moment.

Belongs here: reading all keys at once, and for how long that holds. Does not belong here: changing
them (`sources.py`).

The collector asks for every request, so the answer comes from memory. All keys are read together:
an unknown key costs no query of its own, and a flood of them not more than one in a while.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from chord_platform.errors import StoreUnavailable
from chord_platform.events.source import Source
from chord_platform.events.write_keys import is_secret, parts_of
from chord_platform.store import Store
from chord_platform.store.event_tables import event_sources, write_keys

log = logging.getLogger(__name__)

FRESH_SECONDS = 2.0
"""A key that is taken away elsewhere dies after this at the latest."""
SPARE_READINGS, SPARE_PER_SECOND = 20, 5
"""A key that nobody knows may have been made just now, so that all are read again; but not more
often than this, whatever a flood of wrong keys asks for."""


@dataclass(frozen=True)
class Held:
    source: Source
    secret_hash: str
    ends_at: datetime | None


@dataclass(frozen=True)
class Reading:
    at: float
    held: Mapping[str, Held] = field(default_factory=dict)


class KeyRing:
    def __init__(
        self,
        store: Store,
        *,
        read_source: Callable[[Any], Source],
        clock: Callable[[], datetime],
        timer: Callable[[], float],
    ) -> None:
        self.store = store
        self.read_source = read_source
        self.clock = clock
        self.timer = timer
        self.lock = threading.Lock()
        self.reading = Reading(at=float("-inf"))
        self.spare = float(SPARE_READINGS)
        self.spared_at = timer()

    def forget(self) -> None:
        """What this process changed itself holds at once."""
        with self.lock:
            self.reading = Reading(at=float("-inf"), held=self.reading.held)

    def source_of_key(self, key: str) -> Source | None:
        parts = parts_of(key)
        if parts is None:
            return None
        key_id, secret = parts
        held = self.find(key_id)
        # An unknown id is compared too, so that the time tells nobody which ids there are.
        fits = is_secret(secret, hashed=held.secret_hash if held else "")
        return held.source if held and fits else None

    def source_of_id(self, key_id: str) -> Source | None:
        held = self.find(key_id.partition(":")[0])
        return held.source if held else None

    def find(self, key_id: str) -> Held | None:
        held = self.current(FRESH_SECONDS).held.get(key_id)
        if held is None and self.may_read_again():
            held = self.read_again(asked_at=self.timer()).held.get(key_id)
        if held and held.ends_at and held.ends_at <= self.clock():
            return None
        return held

    def may_read_again(self) -> bool:
        with self.lock:
            now = self.timer()
            grown = self.spare + (now - self.spared_at) * SPARE_PER_SECOND
            self.spare, self.spared_at = min(SPARE_READINGS, grown), now
            if self.spare < 1:
                return False
            self.spare -= 1
            return True

    def current(self, fresh_seconds: float) -> Reading:
        """While one reads, the others go on with what is known: a store that hangs holds up one."""
        asked_at, reading = self.timer(), self.reading
        if asked_at - reading.at < fresh_seconds or (reading.held and self.lock.locked()):
            return reading
        return self.read_again(asked_at=asked_at)

    def read_again(self, *, asked_at: float) -> Reading:
        """A store that does not answer leaves what was known: nobody can have changed a key in it
        meanwhile, and events that arrive are not lost.

        Raises:
            StoreUnavailable: nothing was read yet.
        """
        with self.lock:
            if self.reading.at > asked_at:  # another did, after the question
                return self.reading
            begun_at = self.timer()
            try:
                self.reading = Reading(at=begun_at, held=self.read())
            except SQLAlchemyError as error:
                if not self.reading.held:
                    raise StoreUnavailable(
                        "The store does not answer, so that no write key can be looked up.",
                        hint="Check CHORD_STORE_URL and its server.",
                    ) from error
                log.warning("the store does not answer; write keys are those known before")
                self.reading = Reading(at=self.timer(), held=self.reading.held)
            return self.reading

    def read(self) -> dict[str, Held]:
        columns = (write_keys.c.id, write_keys.c.secret_hash, write_keys.c.ends_at)
        chosen = sa.select(
            *(column.label(f"key_{column.name}") for column in columns), event_sources
        )
        ended = write_keys.c.ends_at <= self.clock()
        joined = chosen.join(event_sources, write_keys.c.source == event_sources.c.name).where(
            write_keys.c.ends_at.is_(None) | ~ended
        )
        with self.store.reading() as tx:
            rows = tx.execute(joined).all()
        sources: dict[str, Source] = {}
        for row in rows:
            if row.name not in sources:
                sources[row.name] = self.read_source(row)
        return {
            row.key_id: Held(sources[row.name], row.key_secret_hash, row.key_ends_at)
            for row in rows
        }
