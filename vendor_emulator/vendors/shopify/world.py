"""The shop's things as they are now, and what can happen to them while somebody reads.

Belongs here: the mutable tables, looking things up, changing, adding and deleting. Does not belong
here: how a thing looks to the API (`fields_*.py`), searching and paging.

The business's values are frozen: a change puts a new value in the old one's place, so a page or a
bulk file that is being made keeps what it saw.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Generic, TypeVar

from vendor_emulator import business as model
from vendor_emulator.business import Business
from vendor_emulator.vendors.shopify.around_orders import (
    GiftCard,
    Moved,
    Sending,
    draft_of,
    gift_cards_in,
    moved_in,
    returns_of,
)
from vendor_emulator.vendors.shopify.around_store import contracts_of, stored_in
from vendor_emulator.vendors.shopify.media_files import ProductMedia
from vendor_emulator.vendors.shopify.setting_variants import Weighed
from vendor_emulator.vendors.shopify.things import (
    SUBJECTS,
    TYPE_NAMES,
    Event,
    Item,
    LineItem,
    Parcel,
    Payment,
    Return,
    gid,
    own_number,
)

T = TypeVar("T")
SHOP = "shopify"


class Table(Generic[T]):
    """Things by the business's number. `version` grows with each change."""

    def __init__(self, things: Iterable[T]) -> None:
        self._rows: dict[int, T] = {_number(one): one for one in things}
        self.version = 0
        self.removed: list[T] = []
        self._derived: dict[Any, tuple[int, Any]] = {}
        self.watched_by: Callable[[Any, Any], None] | None = None

    def get(self, number: int | None) -> T | None:
        return None if number is None else self._rows.get(number)

    def put(self, thing: T) -> None:
        before = self._rows.get(_number(thing))
        self._rows[_number(thing)] = thing
        self.version += 1
        if self.watched_by:
            self.watched_by(before, thing)

    def remove(self, number: int) -> T:
        self.version += 1
        self.removed.append(gone := self._rows.pop(number))
        if self.watched_by:
            self.watched_by(gone, None)
        return gone

    def __iter__(self) -> Iterator[T]:
        return iter(self._rows.values())

    def __len__(self) -> int:
        return len(self._rows)

    def derived(self, key: Any, make: Callable[[Iterable[T]], Any]) -> Any:
        """Something computed from all rows, kept until one of them changes."""
        kept = self._derived.get(key)
        if kept is None or kept[0] != self.version:
            kept = (self.version, make(self._rows.values()))
            self._derived[key] = kept
        return kept[1]


class World:
    """What the shop holds. `stamp` gives the time of a change."""

    def __init__(self, business: Business, stamp: Callable[[], datetime]) -> None:
        self.business_name = business.name
        self.opened_at = business.start - timedelta(days=400)
        self.stamp = stamp
        self.orders = Table(business.iter_orders(SHOP))
        self.products = Table(business.products)
        self.customers = Table(business.iter_customers(SHOP))
        self.collections = Table(business.collections)
        self.locations = Table(business.locations)
        self.levels = Table(business.inventory_levels)
        self.discounts = Table(business.discounts)
        self.checkouts = Table(business.iter_checkouts(SHOP))
        self.metafields = Table(business.metafields)
        begun = map(draft_of, (*self.checkouts, *self.orders))
        self.drafts = Table(one for one in begun if one)
        self.media: Table[ProductMedia] = Table(())
        self.weights: Table[Weighed] = Table(())
        self.store = {kind: Table(found) for kind, found in stored_in(business).items()}
        contracts: Any = contracts_of(business, business.subscriptions)
        self.store["SubscriptionContract"] = Table(contracts)
        self.store["SubscriptionBillingAttempt"] = Table(())
        self.events: Table[Event] = Table(self._first_events(business))

    @property
    def version(self) -> tuple[int, ...]:
        tables = (*vars(self).values(), *self.store.values())
        return tuple(table.version for table in tables if isinstance(table, Table))

    # ------------------------------------------------------------------ looking up

    def product(self, number: int | None) -> model.Product | None:
        return self.products.get(number)

    def customer(self, number: int | None) -> model.Customer | None:
        return self.customers.get(number)

    @property
    def variants(self) -> dict[int, model.Variant]:
        def make(products: Iterable[model.Product]) -> dict[int, model.Variant]:
            return {one.id: one for product in products for one in product.variants}

        return self.products.derived("variants", make)

    def variant(self, number: int) -> model.Variant | None:
        return self.variants.get(number)

    @property
    def items(self) -> dict[int, Item]:
        def make(products: Iterable[model.Product]) -> dict[int, Item]:
            return {v.inventory_item_id: Item(v) for p in products for v in p.variants}

        return self.products.derived("items", make)

    def item_created_at(self, variant_id: int) -> datetime:
        variant = self.variant(variant_id)
        return self.opened_at if variant is None else variant.created_at

    @property
    def sendings(self) -> list[Sending]:
        return self.orders.derived("sendings", lambda orders: [Sending(one) for one in orders])

    @property
    def moved(self) -> list[Moved]:
        """Also of orders that are deleted since."""
        gone = self.orders.removed
        return self.orders.derived("moved", lambda orders: moved_in([*orders, *gone]))

    @property
    def gift_cards(self) -> list[GiftCard]:
        gone = self.orders.removed
        return self.orders.derived("gift cards", lambda orders: gift_cards_in([*orders, *gone]))

    def levels_of(self, item: int) -> list[model.InventoryLevel]:
        return self.levels.derived("by item", _grouped("inventory_item_id")).get(item, [])

    def levels_at(self, location: int) -> list[model.InventoryLevel]:
        return self.levels.derived("by location", _grouped("location_id")).get(location, [])

    def orders_of(self, customer: int) -> list[model.Order]:
        return self.orders.derived("by customer", _grouped("customer_id")).get(customer, [])

    def metafields_of(self, kind: str, number: int) -> list[model.Metafield]:
        def make(rows: Iterable[model.Metafield]) -> dict[tuple[str, int], list[model.Metafield]]:
            owned: dict[tuple[str, int], list[model.Metafield]] = defaultdict(list)
            for one in rows:
                owned[one.owner_kind, one.owner_id].append(one)
            return owned

        return self.metafields.derived("by owner", make).get((kind, number), [])

    def spend(self, customer: int) -> tuple[int, Decimal]:
        real = [order for order in self.orders_of(customer) if not order.is_test]
        amounts = (order.paid_total - order.refunded_total for order in real)
        return len(real), sum(amounts, model.ZERO)

    def uses_of(self, discount: int) -> int:
        def make(orders: Iterable[model.Order]) -> dict[int, int]:
            counts: dict[int, int] = defaultdict(int)
            for order in orders:
                for used in order.discount_ids:
                    counts[used] += 1
            return counts

        return self.orders.derived("discount uses", make).get(discount, 0)

    def find(self, global_id: str) -> Any:
        """The thing of a global id; None for what is gone or has no place here."""
        known = own_number(global_id)
        if known is None:
            return None
        type_name, number = known
        if type_name == "ProductVariant":
            return self.variant(number)
        if type_name == "InventoryItem":
            return self.items.get(number)
        if type_name == "GiftCard":
            return next((one for one in self.gift_cards if one.number == number), None)
        if type_name in PARTS:
            return self.orders.derived("parts", _parts).get((type_name, number))
        table = self.tables.get(type_name)
        found = None if table is None else table.get(number)
        if isinstance(found, model.Discount):
            fits = found.is_automatic == (type_name == "DiscountAutomaticNode")
            return found if fits else None
        return found

    @property
    def tables(self) -> dict[str, Table[Any]]:
        return {
            "Order": self.orders,
            "Product": self.products,
            "Customer": self.customers,
            "Collection": self.collections,
            "Location": self.locations,
            "InventoryLevel": self.levels,
            "DiscountCodeNode": self.discounts,
            "DiscountAutomaticNode": self.discounts,
            "AbandonedCheckout": self.checkouts,
            "Metafield": self.metafields,
            "BasicEvent": self.events,
            "DraftOrder": self.drafts,
            **self.store,
        }

    # ------------------------------------------------------------------ changing

    def update(self, table: Table[Any], number: int, at: datetime | None, **changes: Any) -> Any:
        old = table.get(number)
        if old is None:
            raise KeyError(f"there is no number {number} to change")
        if "updated_at" not in changes:
            changes["updated_at"] = at or max(self.stamp(), old.updated_at + timedelta(seconds=1))
        table.put(new := replace(old, **changes))
        return new

    def log(self, action: str, subject_type: str, subject: str, title: str, at: datetime) -> None:
        number = max((event.id for event in self.events), default=0) + 1
        message = f"{title} was {'deleted' if action == 'destroy' else action + 'd'}."
        self.events.put(Event(number, action, subject_type, subject, message, at))

    def _first_events(self, business: Business) -> Iterator[Event]:
        told: list[tuple[datetime, str, str, str, str]] = []
        for one in business.products:
            told.append((one.created_at, "create", "PRODUCT", _gid("product", one.id), one.title))
        for one in business.deleted_objects:
            subject = _gid(one.kind, one.object_id)
            told.append((one.deleted_at, "destroy", SUBJECTS[one.kind], subject, one.title))
        for number, (at, action, kind, subject, title) in enumerate(sorted(told), start=1):
            message = f"{title} was {'deleted' if action == 'destroy' else 'created'}."
            yield Event(number, action, kind, subject, message, at)


PARTS = {"LineItem", "OrderTransaction", "Refund", "Fulfillment", "FulfillmentOrder", "Return"}


def _parts(orders: Iterable[model.Order]) -> dict[tuple[str, int], Any]:
    found: dict[tuple[str, int], Any] = {}
    for o in orders:
        found["FulfillmentOrder", o.id] = Sending(o)
        found.update({("Return", one.id): one for one in returns_of(o)})
        found.update({("LineItem", one.id): LineItem(o, one) for one in o.lines})
        found.update({("OrderTransaction", one.id): Payment(o, one) for one in o.transactions})
        found.update({("Refund", one.id): Return(o, one) for one in o.refunds})
        found.update({("Fulfillment", one.id): Parcel(o, one) for one in o.fulfillments})
    return found


def _number(thing: Any) -> int:
    return thing.id


def _gid(kind: str, number: int) -> str:
    return gid(TYPE_NAMES[kind], number)


def _grouped(name: str) -> Callable[[Iterable[Any]], dict[Any, list[Any]]]:
    def make(rows: Iterable[Any]) -> dict[Any, list[Any]]:
        groups: dict[Any, list[Any]] = defaultdict(list)
        for row in rows:
            groups[getattr(row, name)].append(row)
        return groups

    return make
