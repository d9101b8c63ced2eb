"""The emulated business's goods and people, as plain values that any vendor can show.

Belongs here: what a product, a place, a customer, a discount is.
Does not belong here: orders (`business_sales.py`), how all this is invented, vendors' names.

Money is `Decimal` with two places. Times are UTC with whole seconds.
Ids are small whole numbers, unique per kind; each vendor turns them into ids of its own form.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

CENT = Decimal("0.01")
ZERO = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class Address:
    first_name: str
    last_name: str
    company: str | None
    address1: str
    address2: str | None
    city: str
    province: str | None
    province_code: str | None
    country: str
    country_code: str
    zip: str
    phone: str | None

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()


@dataclass(frozen=True, slots=True)
class Location:
    id: int
    name: str
    address: Address
    is_active: bool
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Variant:
    id: int
    product_id: int
    position: int
    title: str
    sku: str
    barcode: str | None
    price: Decimal
    compare_at_price: Decimal | None
    cost: Decimal
    options: tuple[tuple[str, str], ...]  # ("Size", "M"), ("Colour", "Navy")
    inventory_item_id: int
    weight_grams: int
    is_tracked: bool
    requires_shipping: bool
    is_subscribable: bool
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Product:
    id: int
    title: str
    handle: str
    description_html: str
    vendor: str
    product_type: str
    status: str  # active | archived | draft
    tags: tuple[str, ...]
    options: tuple[tuple[str, tuple[str, ...]], ...]  # ("Size", ("S", "M"))
    variants: tuple[Variant, ...]
    is_gift_card: bool
    collection_ids: tuple[int, ...]
    created_at: datetime
    updated_at: datetime
    published_at: datetime | None


@dataclass(frozen=True, slots=True)
class Collection:
    id: int
    title: str
    handle: str
    description_html: str
    is_smart: bool
    product_ids: tuple[int, ...]
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class InventoryLevel:
    id: int
    inventory_item_id: int
    variant_id: int
    location_id: int
    available: int
    committed: int
    incoming: int
    updated_at: datetime

    @property
    def on_hand(self) -> int:
        return self.available + self.committed


@dataclass(frozen=True, slots=True)
class Customer:
    """One person; who is in both `shops` has the same e-mail in both."""

    id: int
    shops: tuple[str, ...]  # "shopify", "oms"
    first_name: str | None  # None, like everything personal, when the person was anonymised
    last_name: str | None
    email: str | None
    phone: str | None
    state: str  # enabled | disabled | invited
    accepts_marketing: bool
    is_verified: bool
    is_anonymised: bool
    tags: tuple[str, ...]
    note: str | None
    locale: str
    default_address: Address | None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Discount:
    id: int
    title: str
    code: str | None  # None: applies by itself
    kind: str  # percentage | fixed | free_shipping
    value: Decimal  # percent or amount; 0 for free shipping
    status: str  # active | expired | scheduled
    starts_at: datetime
    ends_at: datetime | None
    usage_limit: int | None
    created_at: datetime
    updated_at: datetime

    @property
    def is_automatic(self) -> bool:
        return self.code is None


@dataclass(frozen=True, slots=True)
class Metafield:
    id: int
    owner_kind: str  # product | customer | order | variant | collection
    owner_id: int
    namespace: str
    key: str
    type: str
    value: str
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class DeletedObject:
    id: int
    kind: str  # product | variant | collection | customer | order
    object_id: int
    title: str
    deleted_at: datetime
