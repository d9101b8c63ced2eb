"""What tests and later days do to the shop: add, change, delete, as a merchant would.

Belongs here: changes in the merchant's terms, with what they bring along. Does not belong here: the
tables (`world.py`), reading.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from threading import RLock
from typing import TYPE_CHECKING, Any

from vendor_emulator import business as model
from vendor_emulator.vendors.shopify.around_orders import draft_of
from vendor_emulator.vendors.shopify.around_store import contracts_of, stored_in
from vendor_emulator.vendors.shopify.things import SUBJECTS, TYPE_NAMES, gid, own_number
from vendor_emulator.vendors.shopify.world import SHOP, Table, World

if TYPE_CHECKING:
    from vendor_emulator.business import Business
    from vendor_emulator.clock import Clock

Named = int | str
"""The business's own number, or the vendor's global id."""


class Changing:
    """Times are the shop's clock's, one second apart at least, unless `at` is given."""

    world: World
    lock: RLock
    clock: Clock
    _stamped: datetime | None = None

    def stamp(self) -> datetime:
        now = self.clock.now()
        if self._stamped is not None and now <= self._stamped:
            now = self._stamped + timedelta(seconds=1)
        self._stamped = now
        return now

    # ------------------------------------------------------------------ one thing

    def update_order(self, order: Named, *, at: datetime | None = None, **changes: Any) -> Any:
        return self._update(self.world.orders, order, at, changes)

    def update_product(self, product: Named, *, at: datetime | None = None, **changes: Any) -> Any:
        return self._update(self.world.products, product, at, changes)

    def update_customer(
        self, customer: Named, *, at: datetime | None = None, **changes: Any
    ) -> Any:
        return self._update(self.world.customers, customer, at, changes)

    def update_level(self, level: Named, *, at: datetime | None = None, **changes: Any) -> Any:
        return self._update(self.world.levels, level, at, changes)

    def update_metafield(
        self, metafield: Named, *, at: datetime | None = None, **changes: Any
    ) -> Any:
        """Its owner's time does not move, as at the vendor."""
        return self._update(self.world.metafields, metafield, at, changes)

    def update_variant(self, variant: Named, *, at: datetime | None = None, **changes: Any) -> Any:
        """A variant lives in its product, whose time moves with it."""
        with self.lock:
            old = self.world.variant(_number(variant))
            if old is None:
                raise KeyError(f"there is no variant {variant}")
            product = self.world.product(old.product_id)
            assert product is not None
            when = at or self.stamp()
            new = replace(old, **{"updated_at": when, **changes})
            variants = tuple(new if one.id == old.id else one for one in product.variants)
            self.world.update(self.world.products, product.id, when, variants=variants)
            return new

    def add_order(self, like: Named | None = None, **changes: Any) -> model.Order:
        """A new order, made after an existing one; its parts get numbers of their own."""
        with self.lock:
            orders = list(self.world.orders)
            pattern = orders[-1] if like is None else self.world.orders.get(_number(like))
            assert pattern is not None
            number = max(order.id for order in orders) + 1
            when = changes.pop("at", None) or self.stamp()
            shift = (number - pattern.id) * 1_000
            new = replace(
                pattern,
                id=number,
                number=1000 + number,
                name=f"#{1000 + number}",
                created_at=when,
                processed_at=when,
                updated_at=when,
                lines=_moved(pattern.lines, number, shift),
                transactions=_moved(pattern.transactions, number, shift),
                refunds=(),
                fulfillments=(),
                closed_at=None,
                fulfillment_status="unfulfilled",
                refunded_total=model.ZERO,
            )
            self.world.orders.put(new := replace(new, **changes))
            return new

    # ------------------------------------------------------------------ deleting

    def delete_order(self, order: Named, *, at: datetime | None = None) -> None:
        with self.lock:
            gone = self.world.orders.remove(_number(order))
            self._log_destroy("order", gone.id, gone.name, at)

    def delete_customer(self, customer: Named, *, at: datetime | None = None) -> None:
        with self.lock:
            gone = self.world.customers.remove(_number(customer))
            self._log_destroy("customer", gone.id, gone.email or "Customer", at)

    def delete_collection(self, collection: Named, *, at: datetime | None = None) -> None:
        with self.lock:
            gone = self.world.collections.remove(_number(collection))
            self._log_destroy("collection", gone.id, gone.title, at)

    def delete_product(self, product: Named, *, at: datetime | None = None) -> None:
        """Its variants, stock and metafields go with it, and only the product has an event."""
        with self.lock:
            gone = self.world.products.remove(_number(product))
            self._forget(gone)
            self._log_destroy("product", gone.id, gone.title, at)

    def delete_stored(self, global_id: str, *, at: datetime | None = None) -> None:
        """A page, an article, a blog or a company."""
        with self.lock:
            kind = global_id.split("/")[3]
            gone = self.world.store[kind].remove(_number(global_id))
            title = getattr(gone, "title", None) or gone.name
            self.world.log("destroy", kind.upper(), global_id, title, at or self.stamp())

    # ------------------------------------------------------------------ a day

    def next_day(
        self, business: Business, changes: model.Changes, *, stamped_at: datetime | None = None
    ) -> None:
        """What the business did in a day; `stamped_at` says that all of it was noticed then."""

        def now(thing: Any) -> Any:
            return thing if stamped_at is None else replace(thing, updated_at=stamped_at)

        with self.lock:
            world = self.world
            for order in (*changes.new_orders, *changes.changed_orders):
                if order.shop == SHOP:
                    world.orders.put(now(order))
            for order in changes.new_orders:
                if order.shop == SHOP and (draft := draft_of(order)):
                    world.drafts.put(now(draft))
            for customer in (*changes.new_customers, *changes.changed_customers):
                if SHOP in customer.shops:
                    world.customers.put(now(customer))
            for product in (*changes.new_products, *changes.changed_products):
                variants = tuple(now(one) for one in product.variants)
                world.products.put(replace(now(product), variants=variants))
            for one in changes.new_products:
                when = stamped_at or one.created_at
                world.log("create", "PRODUCT", gid("Product", one.id), one.title, when)
            for gone in changes.deleted:
                self._delete(gone, stamped_at or gone.deleted_at)
            for checkout in changes.new_checkouts:
                if checkout.shop == SHOP:
                    world.checkouts.put(now(checkout))
                    if draft := draft_of(checkout):
                        world.drafts.put(now(draft))
            for checkout in changes.removed_checkouts:
                if world.checkouts.get(checkout.id):
                    world.checkouts.remove(checkout.id)
            before = business.yesterday
            _follow(world.collections, before.collections, business.collections, now)
            _follow(world.levels, before.inventory_levels, business.inventory_levels, now)
            _follow(world.metafields, before.metafields, business.metafields, now)
            _follow(world.locations, before.locations, business.locations, now)
            _follow(world.discounts, before.discounts, business.discounts, now)
            old = stored_in(before)
            for kind, things in stored_in(business).items():
                _follow(world.store[kind], old[kind], things, now)
            for contract in contracts_of(business, changes.changed_subscriptions):
                world.store["SubscriptionContract"].put(now(contract))

    def _delete(self, one: model.DeletedObject, at: datetime) -> None:
        tables: dict[str, Table[Any]] = {
            "product": self.world.products,
            "collection": self.world.collections,
            "customer": self.world.customers,
            "order": self.world.orders,
        }
        table = tables.get(one.kind)
        if table is not None and table.get(one.object_id) is not None:
            gone = table.remove(one.object_id)
            if isinstance(gone, model.Product):
                self._forget(gone)
        self._log_destroy(one.kind, one.object_id, one.title, at)

    def _forget(self, product: model.Product) -> None:
        items = {one.inventory_item_id for one in product.variants}
        owners = {("product", product.id), *(("variant", one.id) for one in product.variants)}
        for level in [one for one in self.world.levels if one.inventory_item_id in items]:
            self.world.levels.remove(level.id)
        for field in list(self.world.metafields):
            if (field.owner_kind, field.owner_id) in owners:
                self.world.metafields.remove(field.id)

    def _log_destroy(self, kind: str, number: int, title: str, at: datetime | None) -> None:
        subject = gid(TYPE_NAMES[kind], number)
        self.world.log("destroy", SUBJECTS[kind], subject, title, at or self.stamp())

    def _update(
        self, table: Table[Any], named: Named, at: datetime | None, changes: dict[str, Any]
    ) -> Any:
        with self.lock:
            return self.world.update(table, _number(named), at, **changes)


def _number(named: Named) -> int:
    if isinstance(named, int):
        return named
    known = own_number(named)
    if known is None:
        raise KeyError(f"{named} is no id of this shop")
    return known[1]


def _moved(parts: tuple[Any, ...], order: int, shift: int) -> tuple[Any, ...]:
    return tuple(replace(one, id=one.id + shift, order_id=order) for one in parts)


def _follow(
    table: Table[Any],
    before: Sequence[Any],
    after: Sequence[Any],
    now: Callable[[Any], Any],
) -> None:
    """What differs from one day to the next; what a test changed by hand stays."""
    old = {one.id: one for one in before}
    for one in after:
        if old.pop(one.id, None) != one:
            table.put(now(one))
    for number in old:
        if table.get(number) is not None:
            table.remove(number)
