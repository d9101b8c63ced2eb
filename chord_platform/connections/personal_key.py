"""The key under which this installation hashes personal data.

Belongs here: making it once, sealed in the store. Does not belong here: hashing
(`dlt_pipelines/personal.py`).

It outlives the vault's own key, which may be replaced: with another one the same e-mail would get
another hash, and nothing would join with what is already in the warehouse.
"""

from __future__ import annotations

import secrets
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from chord_platform.store import Store
from chord_platform.store.tables import platform_secrets
from chord_platform.store.vault import Vault

OWNER, NAME = "platform", "personal data key"


def personal_key(store: Store, vault: Vault, *, at: datetime) -> bytes:
    """32 bytes. Raises `SecretKeyWrong` when the vault's key at hand is another."""
    sealed = stored(store)
    if sealed is None:
        made = vault.seal(secrets.token_hex(32), connection=OWNER, field=NAME)
        try:
            with store.writing() as tx:
                row = {"name": NAME, "sealed": made, "sealed_at": at}
                tx.execute(sa.insert(platform_secrets).values(row))
            sealed = made
        except IntegrityError:  # another process made it in this moment
            sealed = stored(store)
    assert sealed is not None
    return bytes.fromhex(vault.open(sealed, connection=OWNER, field=NAME))


def stored(store: Store) -> str | None:
    with store.reading() as tx:
        chosen = sa.select(platform_secrets.c.sealed).where(platform_secrets.c.name == NAME)
        return tx.execute(chosen).scalar()


def reseal(tx: sa.Connection, vault: Vault, *, at: datetime) -> None:
    for row in tx.execute(sa.select(platform_secrets)).all():
        secret = vault.open(row.sealed, connection=OWNER, field=row.name)
        sealed = vault.seal(secret, connection=OWNER, field=row.name)
        tx.execute(
            sa.update(platform_secrets)
            .where(platform_secrets.c.name == row.name)
            .values(sealed=sealed, sealed_at=at)
        )
