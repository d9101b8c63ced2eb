"""Connections, their sealed credentials and the audit log, as rows of the store.

Belongs here: queries, and that no change goes without its audit row. Does not belong here: rules.

A transition is applied to the row as it is inside the transaction, never to one read earlier:
someone may have paused the connection while it was syncing.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from chord_platform.connections import personal_key
from chord_platform.connections.connection import Connection, Fault, Pause, Setup, Trouble
from chord_platform.connections.history import what_happened
from chord_platform.errors import ConnectionRefused, UnknownConnection
from chord_platform.store import Store
from chord_platform.store.tables import audit_log, connections, sealed_credentials
from chord_platform.store.vault import Vault

log = logging.getLogger(__name__)

Transition = Callable[[Connection], Connection]


@dataclass(frozen=True, kw_only=True)
class AuditEntry:
    at: datetime
    who: str
    what: str
    subject: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None


class Records:
    def __init__(self, store: Store, vault: Vault) -> None:
        self.store = store
        self.vault = vault

    def list(self) -> list[Connection]:
        with self.store.reading() as tx:
            return list(read(tx))

    def get(self, name: str) -> Connection:
        """Raises:
        UnknownConnection: there is none of that name.
        """
        with self.store.reading() as tx:
            return one(tx, name)

    def insert(
        self, connection: Connection, *, secrets: Mapping[str, str], by: str, at: datetime
    ) -> None:
        """Raises:
        ConnectionRefused: the name is taken.
        """
        sealed = self.sealed(connection.name, secrets)
        try:
            with self.store.writing() as tx:
                tx.execute(sa.insert(connections).values(columns_of(connection)))
                put_sealed(tx, connection.name, sealed, at=at)
                write_audit(tx, "connection added", None, connection, by=by, at=at)
        except IntegrityError as error:
            raise ConnectionRefused(
                f"There is a connection {connection.name!r} already.",
                hint=f"Change it with `chord connections set {connection.name}`,"
                " or choose another name.",
            ) from error

    def change(
        self,
        name: str,
        transition: Transition,
        *,
        by: str,
        at: datetime,
        secrets: Mapping[str, str] | None = None,
    ) -> Connection:
        """The connection afterwards. What only moves its clocks leaves no audit row."""
        sealed = self.sealed(name, secrets or {})
        removed = [field for field, value in (secrets or {}).items() if not value]
        with self.store.writing() as tx:
            before = one(tx, name, lock=True)
            after = transition(before)
            if after == before and not secrets:
                return before
            row = connections.c.name == name
            tx.execute(sa.update(connections).where(row).values(columns_of(after)))
            put_sealed(tx, name, sealed, at=at)
            delete_sealed(tx, name, removed)
            if what := what_happened(before, after, secrets_given=bool(secrets)):
                write_audit(tx, what, before, after, by=by, at=at, secrets=secrets)
                log.info("%s: %s (%s)", name, what, by)
        return after

    def delete(self, name: str, *, kept: bool, by: str, at: datetime) -> None:
        """Its credentials and requests go with it; its runs and its audit rows stay."""
        with self.store.writing() as tx:
            before = one(tx, name, lock=True)
            tx.execute(sa.delete(connections).where(connections.c.name == name))
            what = "disconnected, data kept" if kept else "disconnected, data dropped"
            write_audit(tx, what, before, None, by=by, at=at)

    def secrets(self, name: str) -> dict[str, str]:
        """Opened. Raises `SecretKeyWrong` when the key at hand is another."""
        chosen = sa.select(sealed_credentials).where(sealed_credentials.c.connection == name)
        with self.store.reading() as tx:
            rows = tx.execute(chosen).all()
        return {
            row.field: self.vault.open(row.sealed, connection=name, field=row.field) for row in rows
        }

    def reseal(self, *, by: str, at: datetime) -> int:
        """Seals every credential with the first key. Returns how many there are."""
        with self.store.writing() as tx:
            rows = tx.execute(sa.select(sealed_credentials)).all()
            for row in rows:
                secret = self.vault.open(row.sealed, connection=row.connection, field=row.field)
                sealed = self.sealed(row.connection, {row.field: secret})
                put_sealed(tx, row.connection, sealed, at=at)
            personal_key.reseal(tx, self.vault, at=at)
            entry = {"at": at, "who": by, "what": "credentials resealed", "subject": "vault"}
            tx.execute(sa.insert(audit_log).values({**entry, "after": {"credentials": len(rows)}}))
        return len(rows)

    def keep_renewed(self, name: str, secrets: Mapping[str, str], *, at: datetime) -> None:
        """What a vendor renewed is sealed at once: the old value may not work a second time."""
        self.change(name, lambda same: same, by="the vendor", at=at, secrets=secrets)

    def personal_key(self, *, at: datetime) -> bytes:
        """Under which this installation hashes personal data."""
        return personal_key.personal_key(self.store, self.vault, at=at)

    def audit(self, subject: str, *, limit: int = 20) -> list[AuditEntry]:
        """Newest first."""
        chosen = (
            sa.select(audit_log)
            .where(audit_log.c.subject == subject)
            .order_by(audit_log.c.id.desc())
            .limit(limit)
        )
        with self.store.reading() as tx:
            rows = tx.execute(chosen).mappings().all()
        return [AuditEntry(**{k: v for k, v in row.items() if k != "id"}) for row in rows]

    def sealed(self, name: str, secrets: Mapping[str, str]) -> dict[str, str]:
        return {
            field: self.vault.seal(secret, connection=name, field=field)
            for field, secret in secrets.items()
            if secret
        }


def read(tx: sa.Connection, *where: Any, lock: bool = False) -> Iterator[Connection]:
    chosen = sa.select(connections).where(*where).order_by(connections.c.name)
    rows = tx.execute(chosen.with_for_update() if lock else chosen).mappings().all()
    fields = sa.select(sealed_credentials.c.connection, sealed_credentials.c.field)
    names: dict[str, set[str]] = {}
    for owner, field in tx.execute(fields).all():
        names.setdefault(owner, set()).add(field)
    for row in rows:
        yield from_row(dict(row), frozenset(names.get(row["name"], ())))


def one(tx: sa.Connection, name: str, *, lock: bool = False) -> Connection:
    for connection in read(tx, connections.c.name == name, lock=lock):
        return connection
    known = tx.execute(sa.select(connections.c.name).order_by(connections.c.name)).scalars().all()
    raise UnknownConnection(
        f"There is no connection {name!r}.",
        hint=f"Connections: {', '.join(known)}."
        if known
        else "Add the first with `chord connections add NAME --connector CONNECTOR`.",
    )


def put_sealed(tx: sa.Connection, name: str, sealed: Mapping[str, str], *, at: datetime) -> None:
    delete_sealed(tx, name, list(sealed))
    for field, text in sealed.items():
        row = {"connection": name, "field": field, "sealed": text, "sealed_at": at}
        tx.execute(sa.insert(sealed_credentials).values(row))


def delete_sealed(tx: sa.Connection, name: str, fields: list[str]) -> None:
    if fields:
        table = sealed_credentials.c
        chosen = sa.delete(sealed_credentials)
        tx.execute(chosen.where(table.connection == name, table.field.in_(fields)))


def write_audit(
    tx: sa.Connection,
    what: str,
    before: Connection | None,
    after: Connection | None,
    *,
    by: str,
    at: datetime,
    secrets: Mapping[str, str] | None = None,
) -> None:
    """Only what differs, and of secrets only their names."""
    was = public(before) if before else None
    now = public(after) if after else None
    if was is not None and now is not None:
        differing = {key for key in now if now[key] != was.get(key)}
        was = {key: was[key] for key in sorted(differing)}
        now = {key: now[key] for key in sorted(differing)}
        if secrets:
            now["secrets given"] = sorted(secrets)
    subject = after or before
    assert subject is not None
    row = {"at": at, "who": by, "what": what, "subject": subject.name, "before": was, "after": now}
    tx.execute(sa.insert(audit_log).values(row))


def public(connection: Connection) -> dict[str, Any]:
    """As JSON knows it; a Connection holds names of secrets, never their values."""
    plain = {
        key: value.isoformat() if isinstance(value, datetime) else value
        for key, value in columns_of(connection).items()
    }
    return {**plain, "secrets": sorted(connection.secrets)}


def columns_of(connection: Connection) -> dict[str, Any]:
    trouble, pause = connection.trouble, connection.pause
    return {
        "name": connection.name,
        "connector": connection.connector,
        "settings": dict(connection.settings),
        "schedule": connection.schedule,
        "setup": connection.setup.value,
        "trouble_fault": trouble.fault.value if trouble else None,
        "trouble_reason": trouble.reason if trouble else None,
        "trouble_next_step": trouble.next_step if trouble else None,
        "trouble_since": trouble.since if trouble else None,
        "paused_by": pause.by if pause else None,
        "paused_because": pause.because if pause else None,
        "paused_at": pause.at if pause else None,
        "failures": connection.failures,
        "first_failed_at": connection.first_failed_at,
        "unreachable_since": connection.unreachable_since,
        "account": connection.account,
        "added_at": connection.added_at,
        "created_at": connection.created_at,
        "started_at": connection.started_at,
        "last_checked_at": connection.last_checked_at,
        "last_synced_at": connection.last_synced_at,
    }


def from_row(row: Mapping[str, Any], secrets: frozenset[str]) -> Connection:
    plain = {
        key: value for key, value in row.items() if not key.startswith(("trouble_", "paused_"))
    }
    trouble = pause = None
    if row["trouble_reason"]:
        trouble = Trouble(
            fault=Fault(row["trouble_fault"]),
            reason=row["trouble_reason"],
            next_step=row["trouble_next_step"],
            since=row["trouble_since"],
        )
    if row["paused_at"]:
        pause = Pause(by=row["paused_by"], because=row["paused_because"], at=row["paused_at"])
    plain["setup"] = Setup(row["setup"])
    return Connection(**plain, trouble=trouble, pause=pause, secrets=secrets)
