"""Product sync as the command line, Dagster and the gateway ask for it.

Belongs here: opening a tenant for a sync, looking at one product, telling people.
Does not belong here: one product's way (`sync.py`), tenants as rows, the queue of deliveries.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from chord_platform.products.history import History
from chord_platform.products.links import Link, Links
from chord_platform.products.outcome import Outcome
from chord_platform.products.ports import Fetched, OpenTenant
from chord_platform.products.refs import Ref
from chord_platform.products.sync import TenantSync
from chord_platform.products.sync_product import Side, SyncProduct
from chord_platform.products.under_way import Asked
from chord_platform.store import Store


@dataclass(frozen=True, kw_only=True)
class Why:
    """One product, for whoever wonders. now: what a sync would do this minute. A side that has
    no such product is missing from `sides`."""

    ref: Ref
    link: Link | None
    past: tuple[Outcome, ...]
    sides: dict[Side, SyncProduct]
    now: Outcome


class ProductSync:
    """locks: the folder where processes of this machine see that a tenant is being worked on."""

    def __init__(
        self,
        *,
        store: Store,
        open_tenant: Callable[[str], OpenTenant],
        locks: Path | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.open_tenant = open_tenant
        self.links = Links(store)
        self.history = History(store)
        self.locks = locks
        self.clock = clock

    def open(self, tenant: str) -> TenantSync:
        """Keep it for many products: both vendors' sessions stay open in it.

        Raises:
            UnknownTenant: there is none of that name.
        """
        return TenantSync(
            opened=self.open_tenant(tenant),
            links=self.links,
            history=self.history,
            clock=self.clock,
            alone=lambda: self.alone(tenant),
        )

    def every(self, sync: TenantSync, *, dry_run: bool = False, by: str = "") -> Iterator[Asked]:
        """What to ask of a tenant so that all its products agree, as if no webhook had been lost.

        With two origins each side is asked for its own products: where it stands as the last sync
        left it nothing follows, and where it does not, that side has changed. With one, the other
        side is looked at too: what changed there is drift. At last what is listed no more.
        """
        origins = [side for side in Side if side in sync.options.allowed_origins]
        for side in origins:
            listed: set[str] = set()
            for id in sync.opened.side(side).product_ids():
                listed.add(id)
                ref = Ref(side=side, id=id)
                yield Asked(ref=ref, dry_run=dry_run, in_full=len(origins) == 1, by=by)
            for link in self.links.of_tenant(sync.opened.name):
                if (id := link.id_of(side)) and id not in listed:
                    yield Asked(ref=Ref(side=side, id=id), dry_run=dry_run, by=by)

    def tell(self, opened: OpenTenant, outcomes: Sequence[Outcome]) -> None:
        """What will be tried again by itself is told when it has been given up."""
        worth = [one for one in outcomes if one.is_worth_telling and not one.may_pass]
        if worth and opened.notifier:
            opened.notifier.tell(opened.name, worth)

    def why(self, tenant: str, ref: Ref) -> Why:
        sync = self.open(tenant)
        now = sync.sync(Asked(ref=ref, dry_run=True, in_full=True))
        ids = {Side.CONTENTFUL: now.contentful_id, Side.SHOPIFY: now.shopify_id}
        ids[ref.side] = ids[ref.side] or ref.id
        link = self.links.of(tenant, ref.side, ids[ref.side])
        sides = {
            side: found.product
            for side, id in ids.items()
            if id and isinstance(found := sync.opened.side(side).fetch(id), Fetched)
        }
        past = self.history.of_product(
            tenant, contentful_id=ids[Side.CONTENTFUL], shopify_id=ids[Side.SHOPIFY]
        )
        return Why(ref=ref, link=link, past=tuple(past), sides=sides, now=now)

    def alone(self, tenant: str) -> AbstractContextManager[object]:
        if self.locks is None:
            return nullcontext()
        from filelock import FileLock

        self.locks.mkdir(parents=True, exist_ok=True)
        name = sha256(tenant.encode()).hexdigest()[:16]
        return FileLock(self.locks / f"{name}.lock")
