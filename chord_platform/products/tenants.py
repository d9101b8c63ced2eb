"""Tenants as rows: made from a file, versioned, found by whoever knocks at the gateway.

Belongs here: keeping tenants, their keys and sealed secrets. Does not belong here: what an option
means (`options.py`), what a file may say (`tenant_file.py`), syncing.
"""

from __future__ import annotations

import builtins
import hashlib
import hmac
import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from slugify import slugify

from chord_platform.errors import TenantRefused, UnknownTenant
from chord_platform.products.ports import OpenTenant
from chord_platform.products.tenant import Tenant
from chord_platform.products.tenant_file import (
    SECRETS,
    Wanted,
    one_to_many,
    options_of,
    read_file,
)
from chord_platform.products.tenant_secrets import KEPT_SECONDS, TenantSecrets
from chord_platform.store import Store
from chord_platform.store.product_tables import tenant_versions, tenants
from chord_platform.store.tables import audit_log
from chord_platform.store.vault import Vault

KEY_PREFIX = "chord_sync_"
NO_HASH = "0" * 64


def new_key() -> str:
    return KEY_PREFIX + secrets.token_urlsafe(32)


def hash_of(key: str) -> str:
    """Plain SHA-256: the key has 256 random bits, so there is nothing to guess."""
    return hashlib.sha256(key.encode(errors="replace")).hexdigest()


@dataclass(frozen=True, kw_only=True)
class Applied:
    """kind: `add`, `change` or `same`. key: of a new tenant, to be shown once."""

    kind: str
    name: str
    differences: tuple[str, ...] = ()
    key: str = ""


@dataclass(frozen=True)
class Row:
    tenant: Tenant
    wanted: Mapping[str, Any]
    key_hash: str


class Tenants:
    """environment: where `env:` references are read, each time they are needed. limits: the folder
    in which processes share each key's count of requests."""

    def __init__(
        self,
        store: Store,
        vault: Vault,
        *,
        environment: Callable[[], Mapping[str, str]],
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        timer: Callable[[], float] = time.monotonic,
        limits: Path | None = None,
    ) -> None:
        self.store = store
        self.limits = limits
        self.secrets = TenantSecrets(store, vault, environment=environment, timer=timer)
        self.clock = clock
        self.timer = timer
        self.kept: dict[str, Row] = {}
        self.read_at = float("-inf")

    # ------------------------------------------------------------------ asking

    def list(self) -> list[Tenant]:
        return [row.tenant for row in self.rows(fresh=True).values()]

    def get(self, name: str) -> Tenant:
        """Raises:
        UnknownTenant: there is none of that name.
        """
        return self.row(name).tenant

    def open(self, name: str) -> OpenTenant:
        """With both its sides at hand.

        Raises:
            UnknownTenant: there is none of that name.
            TenantRefused: a secret is missing.
        """
        from chord_platform.products.opening import open_tenant

        return open_tenant(self.get(name), self.store, limits=self.limits)

    def row(self, name: str) -> Row:
        rows = self.rows(fresh=True)
        if found := rows.get(slugify(name, separator="_")):
            return found
        known = ", ".join(sorted(rows)) or "none yet"
        raise UnknownTenant(
            f"There is no tenant {name!r}; there is {known}.",
            hint="Tenants are made from a file: `chord tenants apply FILE.yaml`.",
        )

    def authorise(self, name: str, api_key: str) -> Tenant | None:
        """The tenant, when it has this key; takes as long for a name that is not there."""
        found = self.rows().get(name.strip())
        expected = found.key_hash if found else NO_HASH
        matches = hmac.compare_digest(hash_of(api_key.strip()), expected)
        return found.tenant if found and matches else None

    def by_shop_domain(self, domain: str) -> Tenant | None:
        wanted = domain.strip().lower()
        rows = self.rows().values()
        return next((one.tenant for one in rows if one.tenant.shop_domain == wanted), None)

    def wanted(self, name: str) -> Mapping[str, Any]:
        """The options as its file said them, secrets by reference."""
        return self.row(name).wanted

    def versions(self, name: str) -> builtins.list[Mapping[str, Any]]:
        """Newest first."""
        mine = tenant_versions.c.tenant == self.get(name).name
        asked = sa.select(tenant_versions).where(mine).order_by(tenant_versions.c.version.desc())
        with self.store.reading() as connection:
            return [dict(row) for row in connection.execute(asked).mappings()]

    # ------------------------------------------------------------------ changing

    def apply_file(self, path: Path, *, by: str) -> builtins.list[Applied]:
        """Makes the tenants of a YAML file so; what it does not name stays.

        Raises:
            TenantRefused: something in it cannot be right; nothing was changed.
        """
        wanted = read_file(path)
        current = self.rows(fresh=True)
        named = {one.name for one in wanted}
        others = [Wanted(name=n, values=r.wanted) for n, r in current.items() if n not in named]
        if faults := one_to_many([*others, *wanted]):
            raise TenantRefused("\n  ".join([f"{path} was not applied.", *faults]))
        to_seal = {one.name: self.secrets.to_be_sealed(one) for one in wanted}
        with self.store.writing() as connection:
            applied = [
                self.apply(connection, one, current.get(one.name), to_seal[one.name], by=by)
                for one in wanted
            ]
        self.forget()
        return applied

    def apply(
        self,
        connection: sa.Connection,
        wanted: Wanted,
        current: Row | None,
        sealing: Mapping[str, str],
        *,
        by: str,
    ) -> Applied:
        sealed = self.secrets.seal(connection, wanted.name, sealing)
        before = current.wanted if current else {}
        found = [*differences(before, wanted.values), *(f"{one}: sealed anew" for one in sealed)]
        if current and not found:
            return Applied(kind="same", name=wanted.name)
        now, key = self.clock(), "" if current else new_key()
        values: dict[str, Any] = {
            "wanted": dict(wanted.values),
            "version": current.tenant.version + 1 if current else 1,
            "changed_at": now,
            "changed_by": by,
        }
        connection.execute(tenant_versions.insert().values(tenant=wanted.name, **values))
        values["shop_domain"] = wanted.shop_domain
        if current:
            mine = tenants.c.name == wanted.name
            connection.execute(tenants.update().where(mine).values(values))
        else:
            values |= {"name": wanted.name, "key_hash": hash_of(key), "key_made_at": now}
            connection.execute(tenants.insert().values(values))
        kind = "change" if current else "add"
        what = f"tenant {kind}"
        audit(connection, what, wanted.name, before or None, dict(wanted.values), by=by, at=now)
        return Applied(kind=kind, name=wanted.name, differences=tuple(found), key=key)

    def rotate_key(self, name: str, *, by: str) -> str:
        """The new key, to be shown once; the old one is dead within seconds.

        Raises:
            UnknownTenant: there is none of that name.
        """
        tenant, key, now = self.get(name), new_key(), self.clock()
        mine = tenants.c.name == tenant.name
        with self.store.writing() as connection:
            values = {"key_hash": hash_of(key), "key_made_at": now}
            connection.execute(tenants.update().where(mine).values(values))
            audit(connection, "tenant key", tenant.name, None, None, by=by, at=now)
        self.forget()
        return key

    # ------------------------------------------------------------------ rows

    def rows(self, *, fresh: bool = False) -> dict[str, Row]:
        now = self.timer()
        if fresh or now - self.read_at > KEPT_SECONDS:
            with self.store.reading() as connection:
                found = connection.execute(sa.select(tenants).order_by(tenants.c.name)).mappings()
                self.kept = {row["name"]: self.row_of(row) for row in found}
            self.read_at = now
        return self.kept

    def row_of(self, row: sa.RowMapping) -> Row:
        values = row["wanted"]
        tenant = Tenant(
            name=row["name"],
            version=row["version"],
            options=options_of(values),
            space_id=values["contentful.space_id"],
            environment_id=values.get("contentful.environment_id", "master"),
            shop_domain=row["shop_domain"],
            gateway_url=values.get("gateway_url", ""),
            is_own_user=values.get("contentful.is_own_user", False),
            base_urls={
                side: values[f"{side}.base_url"]
                for side in ("contentful", "shopify")
                if f"{side}.base_url" in values
            },
            references={one: values[one] for one in SECRETS if one in values},
            changed_at=row["changed_at"],
            changed_by=row["changed_by"],
            key_made_at=row["key_made_at"],
            secret=str,
        )
        secret = partial(self.secrets.of, tenant)
        return Row(replace(tenant, secret=secret), values, row["key_hash"])

    def forget(self) -> None:
        self.read_at = float("-inf")
        self.secrets.forget()


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> Sequence[str]:
    return [
        f"{name}: {words(before.get(name))} -> {words(after.get(name))}"
        for name in sorted(before.keys() | after.keys())
        if before.get(name) != after.get(name)
    ]


def words(value: Any) -> str:
    if value is None:
        return "default"
    if isinstance(value, bool):
        return str(value).lower()
    return ", ".join(value) if isinstance(value, list) else str(value)


def audit(
    connection: sa.Connection,
    what: str,
    subject: str,
    before: Any,
    after: Any,
    *,
    by: str,
    at: datetime,
) -> None:
    row = {"at": at, "who": by, "what": what, "subject": subject, "before": before, "after": after}
    connection.execute(audit_log.insert().values(row))
