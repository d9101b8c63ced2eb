"""A tenant's secrets: read from the environment when they are needed, or sealed in the store.

Belongs here: finding, sealing, keeping them for seconds. Does not belong here: the vault's key.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import sqlalchemy as sa

from chord_platform.errors import TenantRefused
from chord_platform.products.tenant import ENV, SEAL, Tenant
from chord_platform.products.tenant_file import Wanted
from chord_platform.store import Store
from chord_platform.store.product_tables import tenant_secrets
from chord_platform.store.vault import Vault

KEPT_SECONDS = 5.0
"""A key that was rotated, or an option that was changed, is known everywhere after so long."""


class TenantSecrets:
    def __init__(
        self,
        store: Store,
        vault: Vault,
        *,
        environment: Callable[[], Mapping[str, str]],
        timer: Callable[[], float],
    ) -> None:
        self.store = store
        self.vault = vault
        self.environment = environment
        self.timer = timer
        self.kept: dict[tuple[str, str, str], tuple[float, str]] = {}

    def of(self, tenant: Tenant, option: str) -> str:
        """Empty where none was given.

        Raises:
            TenantRefused: the variable it stands in is not set.
            SecretKeyWrong: it is sealed, and does not open.
        """
        if not (reference := tenant.references.get(option, "")):
            return ""
        key, now = (tenant.name, option, reference), self.timer()
        known = self.kept.get(key)
        if known is None or now - known[0] > KEPT_SECONDS:
            known = self.kept[key] = (now, self.read(tenant.name, option, reference))
        return known[1]

    def forget(self) -> None:
        self.kept.clear()

    def read(self, name: str, option: str, reference: str) -> str:
        if reference.startswith(SEAL):
            return self.opened(name, option)
        return self.variable(reference.removeprefix(ENV), option, name)

    def opened(self, name: str, option: str) -> str:
        """Empty where nothing was sealed."""
        asked = sa.select(tenant_secrets.c.sealed).where(
            tenant_secrets.c.tenant == name, tenant_secrets.c.field == option
        )
        with self.store.reading() as connection:
            sealed = connection.execute(asked).scalar()
        return self.vault.open(sealed, connection=owner(name), field=option) if sealed else ""

    def to_be_sealed(self, wanted: Wanted) -> dict[str, str]:
        """A variable that is gone by now leaves what was sealed from it."""
        environment = self.environment()
        found = {}
        for option in wanted.sealed:
            variable = str(wanted.values[option]).removeprefix(SEAL)
            if environment.get(variable):
                found[option] = environment[variable]
            elif not self.opened(wanted.name, option):
                self.variable(variable, option, wanted.name)
        return found

    def seal(self, connection: sa.Connection, name: str, given: Mapping[str, str]) -> Sequence[str]:
        """The options whose secret was another before."""
        mine = tenant_secrets.c.tenant == name
        rows = connection.execute(sa.select(tenant_secrets).where(mine)).mappings()
        known = {row["field"]: row["sealed"] for row in rows}
        changed = []
        for option, value in given.items():
            if option in known:
                before = self.vault.open(known[option], connection=owner(name), field=option)
                if before == value:
                    continue
                this = tenant_secrets.c.field == option
                connection.execute(tenant_secrets.delete().where(mine, this))
                changed.append(option)
            sealed = self.vault.seal(value, connection=owner(name), field=option)
            row = {"tenant": name, "field": option, "sealed": sealed}
            connection.execute(tenant_secrets.insert().values(row))
        return changed

    def variable(self, name: str, option: str, tenant: str) -> str:
        if value := self.environment().get(name):
            return value
        raise TenantRefused(
            f"The environment variable {name} for {option} of {tenant} is not set.",
            hint="Export it where this command, the gateway and Dagster run, or write it into"
            " .env.",
        )


def owner(tenant: str) -> str:
    """Whose secret it is, in the vault's words."""
    return f"tenant {tenant}"
