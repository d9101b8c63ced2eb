"""Invents what is sold: products with variants, collections, locations, stock, discounts.

Belongs here: the catalogue as it stood before the first day, and what later days do to it.
Does not belong here: who buys (`business_people.py`), orders (`business_orders.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import product as combinations
from random import Random

from vendor_emulator.business_model import (
    Address,
    Collection,
    DeletedObject,
    Discount,
    InventoryLevel,
    Location,
    Metafield,
    Product,
    Variant,
)

COLOURS = ("Black", "Navy", "Moss", "Rosé", "Sand")
SIZES = ("S", "M", "L", "XL")
# type: (nouns, options, price range in cents, grams)
TYPES: dict[str, tuple[tuple[str, ...], dict[str, tuple[str, ...]], tuple[int, int], int]] = {
    "Shirts": (("Tee", "Shirt", "Henley"), {"Size": SIZES, "Colour": COLOURS}, (1900, 7900), 220),
    "Knitwear": (
        ("Cardigan", "Pullover"),
        {"Size": SIZES, "Colour": COLOURS[:3]},
        (5900, 14900),
        480,
    ),
    "Coffee": (
        ("Espresso", "Filter Roast"),
        {"Weight": ("250 g", "1 kg"), "Grind": ("Whole bean", "Fine", "Coarse")},
        (1100, 4200),
        300,
    ),
    "Candles": (("Candle",), {"Scent": ("Cedar", "Fig", "Sea Salt")}, (1800, 4800), 350),
    "Mugs": (("Mug", "Cup"), {}, (1200, 2900), 400),
}
ADJECTIVES = ("Everyday", "Heritage", "Coastal", "Midnight", "Alpine", "Café", "Weekend", "Studio")
VENDORS = ("Fable & Co", "Nordlicht", "Kissa Coffee", "Señor Lana")
COLLECTIONS = ("New in", "Bestsellers", "Home", "Wear", "Subscribe & save", "Sale")


@dataclass(frozen=True, slots=True)
class Catalog:
    products: tuple[Product, ...]
    sellable: tuple[Product, ...]  # as sold by orders; never changes from one day to the next
    collections: tuple[Collection, ...]
    locations: tuple[Location, ...]
    deleted: tuple[DeletedObject, ...]


def _cents(amount: int) -> Decimal:
    return Decimal(amount).scaleb(-2)


def build_catalog(*, seed: int, size: int, start: datetime, now: datetime, days: int) -> Catalog:
    rng = Random(f"catalog {seed}")
    span = (now - timedelta(days=days) - start).total_seconds()
    products = [_gift_card(start)]
    for number in range(2, size + 1):
        early = rng.random() < 0.7
        born = (
            timedelta(days=-rng.random() * 300)
            if early
            else timedelta(seconds=rng.random() * span * 0.9)
        )
        created_at = (start + born).replace(microsecond=0)
        products.append(
            _product(rng, number=number, created_at=created_at, latest=now - timedelta(days=days))
        )
    sellable = tuple(sorted(products, key=lambda one: one.created_at))
    deleted: list[DeletedObject] = []
    for number in range(max(1, size // 30)):
        gone_at = (start + timedelta(seconds=span * rng.random())).replace(microsecond=0)
        gone = DeletedObject(
            number + 1, "product", 900_000 + number, f"Prototype {number}", gone_at
        )
        deleted.append(gone)
    for day in range(1, days + 1):
        at = now - timedelta(days=days - day, hours=13)
        products = _a_day_later(
            products, deleted, rng=Random(f"day {seed} {day}"), at=at, number=size + day
        )
    locations = _locations(start)
    return Catalog(
        products=tuple(products),
        sellable=sellable,
        collections=_collections(products, start),
        locations=locations,
        deleted=tuple(sorted(deleted, key=lambda one: one.deleted_at)),
    )


def _gift_card(start: datetime) -> Product:
    at = start - timedelta(days=200)
    values = ("$25", "$50", "$100")
    variants = tuple(
        Variant(
            id=100 + place, product_id=1, position=place, title=value, sku=f"GIFT-{value[1:]}",
            barcode=None, price=Decimal(value[1:] + ".00"), compare_at_price=None, cost=_cents(0),
            options=(("Denomination", value),), inventory_item_id=100 + place, weight_grams=0,
            is_tracked=False, requires_shipping=False, is_subscribable=False,
            created_at=at, updated_at=at,
        )
        for place, value in enumerate(values, start=1)
    )  # fmt: skip
    return Product(
        id=1, title="Gift Card", handle="gift-card", description_html="<p>For everyone 🎁</p>",
        vendor=VENDORS[0], product_type="Gift Cards", status="active", tags=("gift",),
        options=(("Denomination", values),), variants=variants, is_gift_card=True,
        collection_ids=(1,), created_at=at, updated_at=at, published_at=at,
    )  # fmt: skip


def _product(rng: Random, *, number: int, created_at: datetime, latest: datetime) -> Product:
    kind = tuple(TYPES)[number % len(TYPES)]
    nouns, options, (low, high), grams = TYPES[kind]
    title = f"{rng.choice(ADJECTIVES)} {rng.choice(nouns)} {number}"
    price = rng.randrange(low // 100, high // 100) * 100 - rng.choice((0, 1, 5, 10))
    status = "draft" if number % 17 == 5 else "archived" if number % 11 == 7 else "active"
    touched = created_at + timedelta(days=int(rng.random() * 90))
    updated_at = touched if touched <= latest else created_at
    variants: list[Variant] = []
    for place, values in enumerate(combinations(*options.values()), start=1):
        own_price = price * 4 if "1 kg" in values else price
        variants.append(
            Variant(
                id=number * 100 + place, product_id=number, position=place,
                title=" / ".join(values) or "Default Title",
                sku=f"{kind[:3].upper()}-{number:04d}-{place:02d}",
                barcode=f"40{number:06d}{place:04d}" if rng.random() < 0.8 else None,
                price=_cents(own_price),
                compare_at_price=_cents(own_price + 1000) if rng.random() < 0.1 else None,
                cost=_cents(own_price * 2 // 5),
                options=tuple(zip(options, values, strict=True)),
                inventory_item_id=number * 100 + place, weight_grams=grams,
                is_tracked=True, requires_shipping=True, is_subscribable=kind == "Coffee",
                created_at=created_at, updated_at=updated_at,
            )
        )  # fmt: skip
    return Product(
        id=number,
        title=title,
        handle=title.lower().replace(" ", "-").replace("é", "e"),
        description_html=f"<p>{title}: <em>small</em> batches &amp; \u201cwith care\u201d.</p>",
        vendor=rng.choice(VENDORS),
        product_type=kind,
        status=status,
        tags=tuple(sorted({kind.lower(), rng.choice(("eco", "limited", "unisex", "été"))})),
        options=tuple(options.items()),
        variants=tuple(variants),
        is_gift_card=False,
        collection_ids=tuple(sorted({rng.randrange(1, 7), rng.randrange(1, 7)})),
        created_at=created_at,
        updated_at=updated_at,
        published_at=None if status == "draft" else created_at,
    )


def _a_day_later(
    products: list[Product], deleted: list[DeletedObject], *, rng: Random, at: datetime, number: int
) -> list[Product]:
    """One product is renamed, one gets dearer, one disappears and one is new."""
    renamed, dearer, gone = rng.sample(range(1, len(products)), 3)
    before = products[renamed]
    after = list(products)
    after[renamed] = replace(before, title=f"{before.title} (new name)", updated_at=at)
    after[dearer] = replace(
        after[dearer],
        updated_at=at,
        variants=tuple(
            replace(variant, price=variant.price + Decimal("1.00"), updated_at=at)
            for variant in after[dearer].variants
        ),
    )
    lost = after.pop(gone)
    identity = len(deleted) + 1
    deleted.append(DeletedObject(identity, "product", lost.id, lost.title, at + timedelta(hours=1)))
    fresh = _product(rng, number=number, created_at=at + timedelta(hours=2), latest=at)
    return [*after, fresh]


def _locations(start: datetime) -> tuple[Location, ...]:
    at = start - timedelta(days=400)
    rows = (
        ("Brooklyn warehouse", "Brooklyn", "New York", "NY", "United States", "US", "11201", True),
        ("Rotterdam hub", "Rotterdam", None, None, "Netherlands", "NL", "3011", True),
        ("Pop-up (closed)", "Austin", "Texas", "TX", "United States", "US", "73301", False),
    )
    return tuple(
        Location(
            id=number, name=name, is_active=active, created_at=at, updated_at=at,
            address=Address("", "", "Fable & Co", f"{number} Dock Road", None, city, province,
                            code, country, country_code, zip_, None),
        )
        for number, (name, city, province, code, country, country_code, zip_, active)
        in enumerate(rows, start=1)
    )  # fmt: skip


def _collections(products: list[Product], start: datetime) -> tuple[Collection, ...]:
    made: list[Collection] = []
    for number, title in enumerate(COLLECTIONS, start=1):
        members = [one for one in products if number in one.collection_ids]
        touched = max((one.updated_at for one in members), default=start)
        made.append(
            Collection(
                id=number, title=title, handle=title.lower().replace(" & ", "-").replace(" ", "-"),
                description_html=f"<p>{title}</p>", is_smart=number % 2 == 0,
                product_ids=tuple(one.id for one in members), updated_at=touched,
            )
        )  # fmt: skip
    return tuple(made)


def build_inventory(catalog: Catalog, *, seed: int) -> tuple[InventoryLevel, ...]:
    return tuple(
        level
        for product in catalog.products
        for level in levels_of(product, locations=catalog.locations, seed=seed)
    )


def levels_of(
    product: Product, *, locations: tuple[Location, ...], seed: int
) -> Iterator[InventoryLevel]:
    """A product's stock depends on it alone: another product's end changes nothing here."""
    rng = Random(f"stock {seed} {product.id}")
    for variant in product.variants:
        for location in locations[: 2 if variant.id % 3 else 1]:
            yield InventoryLevel(
                id=variant.id * 10 + location.id,
                inventory_item_id=variant.inventory_item_id,
                variant_id=variant.id,
                location_id=location.id,
                available=rng.randrange(-3, 400),
                committed=rng.randrange(0, 9),
                incoming=rng.choice((0, 0, 0, 50)),
                updated_at=variant.updated_at,
            )


def build_discounts(start: datetime) -> tuple[Discount, ...]:
    rows: tuple[tuple[str, str | None, str, str, str], ...] = (
        ("Welcome 10 %", "WELCOME10", "percentage", "10", "active"),
        ("Five off", "FIVEOFF", "fixed", "5.00", "active"),
        ("Free shipping", "FREESHIP", "free_shipping", "0", "active"),
        ("Buy more, save 15 %", None, "percentage", "15", "active"),
        ("Press samples", "GIFTED100", "percentage", "100", "active"),
        ("Frühling 20 %", "FRÜHLING20", "percentage", "20", "expired"),
        ("Next season", "SOON", "percentage", "25", "scheduled"),
    )
    at = start - timedelta(days=30)
    return tuple(
        Discount(
            id=number, title=title, code=code, kind=kind, value=Decimal(value), status=status,
            starts_at=at + timedelta(days=2000 if status == "scheduled" else 0),
            ends_at=at + timedelta(days=240) if status == "expired" else None,
            usage_limit=500 if code == "FIVEOFF" else None, created_at=at, updated_at=at,
        )
        for number, (title, code, kind, value, status) in enumerate(rows, start=1)
    )  # fmt: skip


def build_metafields(catalog: Catalog) -> tuple[Metafield, ...]:
    made: list[Metafield] = []
    for product in catalog.products:
        rows = [("custom", "care", "single_line_text_field", f"Wash at 30° — {product.title}")]
        if product.id % 3 == 0:
            rows.append(("custom", "specs", "json", '{"origin": "PT", "layers": [1, 2]}'))
        for place, (namespace, key, kind, value) in enumerate(rows):
            made.append(
                Metafield(
                    id=product.id * 10 + place, owner_kind="product", owner_id=product.id,
                    namespace=namespace, key=key, type=kind, value=value,
                    created_at=product.created_at, updated_at=product.updated_at,
                )
            )  # fmt: skip
    return tuple(made)
