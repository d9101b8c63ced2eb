"""Destinations: adding, changing, pausing, removing.

Belongs here: what can be asked of destinations, and that no change goes without its audit row.
Does not belong here: how far each is (`destination_progress.py`), sending (`forwarding.py`).
"""

from __future__ import annotations

import builtins
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import sqlalchemy as sa
from slugify import slugify
from sqlalchemy.exc import IntegrityError

from chord_platform.errors import DestinationRefused, SecretKeyWrong
from chord_platform.events import destination_rows as rows
from chord_platform.events.choosing import is_of_others, named
from chord_platform.events.destination import Choice, Destination, Pause, Progress
from chord_platform.events.destination_progress import DestinationProgress, update
from chord_platform.events.destination_type import accepted, destination_type, with_defaults
from chord_platform.events.inbox import BEGINNING, Inbox
from chord_platform.events.source import Source
from chord_platform.events.sources import Sources
from chord_platform.store import Store
from chord_platform.store.event_tables import event_destination_secrets, event_destinations
from chord_platform.store.tables import NAME_LENGTH
from chord_platform.store.vault import Vault


def utc_now() -> datetime:
    return datetime.now(UTC)


class Destinations:
    """by: who asks, for the audit log."""

    def __init__(
        self,
        store: Store,
        *,
        vault: Vault,
        sources: Sources,
        inbox: Inbox,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self.store = store
        self.vault = vault
        self.sources = sources
        self.inbox = inbox
        self.clock = clock
        self.progress = DestinationProgress(store, clock=clock)

    def list(self) -> builtins.list[Destination]:
        with self.store.reading() as tx:
            return builtins.list(rows.read(tx))

    def get(self, name: str) -> Destination:
        """Raises:
        UnknownDestination: there is none of that name.
        """
        with self.store.reading() as tx:
            return rows.one(tx, name)

    def add(
        self,
        name: str,
        *,
        type: str,
        sources: Sequence[str],
        values: Mapping[str, str],
        choice: Choice | None = None,
        from_the_beginning: bool = False,
        by: str = "",
    ) -> Destination:
        """It gets what comes from now on, or all that the inbox still holds.

        Raises:
            DestinationRefused: the name, a source or a value is not as it may be.
        """
        kind = destination_type(type)
        given = accepted(kind, values)
        secrets = {f.name: given[f.name] for f in kind.fields if f.secret and f.name in given}
        made = Destination(
            name=name_of(name),
            type=kind.name,
            sources=self.known_sources(sources),
            settings={key: value for key, value in given.items() if key not in secrets},
            choice=choice or Choice(),
            added_at=self.clock(),
            progress=Progress(position=BEGINNING if from_the_beginning else self.inbox.end()),
        )
        sealed = self.sealed(made.name, secrets)
        unread = {"position": made.progress.position, "counts": {}, "seen": {}}
        try:
            with self.store.writing() as tx:
                tx.execute(
                    sa.insert(event_destinations).values({**rows.columns_of(made), **unread})
                )
                rows.put_sealed(tx, made.name, sealed, at=made.added_at)
                rows.write_audit(
                    tx, "destination added", None, made, by=by, at=made.added_at, secrets=secrets
                )
        except IntegrityError as error:
            raise DestinationRefused(
                f"There is a destination {made.name!r} already.",
                hint=f"Change it with `chord destinations set {made.name}`, or take another name.",
            ) from error
        return self.get(made.name)

    def set(
        self,
        name: str,
        *,
        values: Mapping[str, str] | None = None,
        sources: Sequence[str] | None = None,
        alter: Callable[[Choice], Choice] = lambda same: same,
        by: str = "",
    ) -> Destination:
        """An empty value takes a setting away. What was changed is tried at once."""
        values = values or {}
        before = self.get(name)
        kind = destination_type(before.type)
        names = {field.name for field in kind.fields if field.secret}
        opened = self.secrets(name)
        given = accepted(kind, {**before.settings, **opened, **values})
        secrets = {key: value for key, value in values.items() if key in names and value.strip()}
        chosen = self.known_sources(sources) if sources is not None else before.sources
        sealed = self.sealed(before.name, secrets)

        def changed(now: Destination) -> Destination:
            settings = {key: value for key, value in given.items() if key not in names}
            return replace(now, settings=settings, sources=chosen, choice=alter(now.choice))

        after = self.change(name, "destination changed", changed, by=by, sealed=sealed)
        with self.store.writing() as tx:
            update(tx, name, not_before=None)
        return after

    def pause(self, name: str, *, by: str, because: str = "it was asked for") -> Destination:
        """The inbox keeps what comes meanwhile; resuming goes on where it stood."""
        pause = Pause(by=by, because=because, at=self.clock())
        return self.change(
            name, "destination paused", lambda now: replace(now, pause=now.pause or pause), by=by
        )

    def resume(self, name: str, *, by: str) -> Destination:
        resumed = self.change(
            name, "destination resumed", lambda now: replace(now, pause=None), by=by
        )
        with self.store.writing() as tx:
            update(tx, name, not_before=None)
        return resumed

    def remove(self, name: str, *, by: str) -> Destination:
        """What it had not delivered and its failed events go with it."""
        with self.store.writing() as tx:
            before = rows.one(tx, name, lock=True)
            tx.execute(sa.delete(event_destinations).where(event_destinations.c.name == name))
            rows.write_audit(tx, "destination removed", before, None, by=by, at=self.clock())
        return before

    def change(
        self,
        name: str,
        what: str,
        alter: Callable[[Destination], Destination],
        *,
        by: str,
        sealed: Mapping[str, str] | None = None,
    ) -> Destination:
        now = self.clock()
        with self.store.writing() as tx:
            before = rows.one(tx, name, lock=True)
            after = alter(before)
            update(tx, name, **rows.columns_of(after))
            rows.put_sealed(tx, name, sealed or {}, at=now)
            if after != before or sealed:
                rows.write_audit(tx, what, before, after, by=by, at=now, secrets=sealed or ())
            return rows.one(tx, name)

    def known_sources(self, names: Sequence[str]) -> tuple[str, ...]:
        """Environments never mix: a test order must not reach a live campaign."""
        found: dict[str, Source] = {source.name: source for source in map(self.sources.get, names)}
        if not found:
            raise DestinationRefused("A destination has at least one source.", hint="--sources A,B")
        if len({source.environment for source in found.values()}) > 1:
            raise DestinationRefused(
                "Sources of production and of staging do not go to one destination.",
                hint="Add a destination for each environment.",
            )
        return tuple(found)

    def values(self, name: str) -> dict[str, str]:
        """Settings and opened secrets with defaults. Raises `SecretKeyWrong`."""
        found = self.get(name)
        return with_defaults(destination_type(found.type), {**found.settings, **self.secrets(name)})

    def secrets(self, name: str) -> dict[str, str]:
        """Opened. Raises `SecretKeyWrong` when the key at hand is another."""
        table = event_destination_secrets.c
        chosen = sa.select(table.field, table.sealed).where(table.destination == name)
        with self.store.reading() as tx:
            found = tx.execute(chosen).all()
        try:
            return {
                row.field: self.vault.open(row.sealed, connection=owner_of(name), field=row.field)
                for row in found
            }
        except SecretKeyWrong as error:
            raise SecretKeyWrong(
                error.what,
                hint="Bring back the key it was sealed with, or give the secret anew:"
                f" `chord destinations set {name} --secret FIELD=env:VARIABLE`.",
            ) from error

    def reseal(self, *, by: str) -> int:
        """Seals every secret with the first key. Returns how many there are."""
        now, count = self.clock(), 0
        for name in [each.name for each in self.list()]:
            opened = self.secrets(name)
            with self.store.writing() as tx:
                rows.put_sealed(tx, name, self.sealed(name, opened), at=now)
                same = rows.one(tx, name)
                rows.write_audit(tx, "secrets resealed", same, same, by=by, at=now, secrets=opened)
            count += len(opened)
        return count

    def sealed(self, name: str, secrets: Mapping[str, str]) -> dict[str, str]:
        owner = owner_of(name)
        return {
            field: self.vault.seal(secret, connection=owner, field=field)
            for field, secret in secrets.items()
        }

    def behind(self, destination: Destination, *, at_most: int = 100_000) -> int:
        """Records of its sources that wait in the inbox; counted up to `at_most`."""
        sources = named(destination.sources)
        skipped, count = destination.progress.done, 0
        for chunk in self.inbox.read(destination.progress.position):
            count += sum(not is_of_others(each, sources) for each in chunk.records[skipped:])
            skipped = max(0, skipped - len(chunk.records))
            if count >= at_most:
                return at_most
        return count

    def least_position(self) -> str | None:
        """What the inbox must keep for them; None when there is no destination."""
        return min((each.progress.position for each in self.list()), default=None)


def owner_of(name: str) -> str:
    """As which the vault seals: a connection of the same name has other secrets."""
    return f"destination {name}"


def name_of(text: str) -> str:
    made = slugify(text, separator="_")
    if not made or len(made) > NAME_LENGTH:
        raise DestinationRefused(
            f"{text!r} is not a name.", hint=f"Use letters and digits, {NAME_LENGTH} at most."
        )
    return made
