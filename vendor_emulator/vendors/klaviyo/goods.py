"""The business's coupons, forms, pictures and catalogue as Klaviyo's JSON:API records.

Belongs here: what Klaviyo knows of the shop beside its messages. Does not belong here: people and
messages (`records.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from vendor_emulator.business import Business
from vendor_emulator.vendors.klaviyo.records import Record, code, profile_id, record, written

CODES_EACH = 3


def coupons(business: Business) -> Iterator[Record]:
    for discount in business.discounts:
        if discount.code is None:
            continue
        key = discount.code
        yield record("coupon", key, {"external_id": key, "description": discount.title})
        ends_at = discount.ends_at or discount.starts_at + timedelta(days=365)
        for number in range(CODES_EACH):
            unique = f"{key}-{discount.id:04d}{number:04d}"
            given = number == 0
            yield record(
                "coupon-code",
                f"{key}-{unique}",
                {
                    "unique_code": unique,
                    "expires_at": written(ends_at),
                    "status": "ASSIGNED_TO_PROFILE" if given else "UNASSIGNED",
                },
                coupon=("coupon", key),
                profile=("profile", profile_id(1)) if given else None,
            )


def forms_and_images(business: Business) -> Iterator[Record]:
    for number, name in enumerate(("Welcome pop-up", "Footer sign-up")):
        created = written(business.start + timedelta(days=1 + number))
        yield record(
            "form",
            code(number, "Fo"),
            {
                "name": name,
                "status": "live",
                "ab_test": False,
                "created_at": created,
                "updated_at": created,
            },
        )
    for number, name in enumerate(("Logo", "Header", "Workshop")):
        yield record(
            "image",
            str(9000 + number),
            {
                "name": name,
                "image_url": f"https://images.example/{number}.png",
                "format": "png",
                "size": 10_000 + number,
                "hidden": False,
                "updated_at": written(business.start + timedelta(days=2 + number)),
            },
        )


def catalogue(business: Business) -> Iterator[Record]:
    for product in business.products:
        key = f"$custom:::$default:::{product.id}"
        url = f"https://fable.example/products/{product.handle}"
        shared = {
            "url": url,
            "image_full_url": f"https://images.example/{product.handle}.jpg",
            "image_thumbnail_url": None,
            "images": [],
            "custom_metadata": {},
            "published": product.published_at is not None,
            "created": written(product.created_at),
            "updated": written(product.updated_at),
        }
        yield record(
            "catalog-item",
            key,
            {
                "external_id": str(product.id),
                "title": product.title,
                "description": product.description_html,
                "price": float(min((each.price for each in product.variants), default=0)),
                **shared,
            },
        )
        for variant in product.variants:
            yield record(
                "catalog-variant",
                f"$custom:::$default:::{variant.id}",
                {
                    "external_id": str(variant.id),
                    "title": variant.title,
                    "description": "",
                    "sku": variant.sku,
                    "inventory_policy": 1,
                    "inventory_quantity": 10,
                    "price": float(variant.price),
                    **shared,
                    "created": written(variant.created_at),
                    "updated": written(variant.updated_at),
                },
                item=("catalog-item", key),
            )
    for collection in business.collections:
        yield record(
            "catalog-category",
            f"$custom:::$default:::{collection.id}",
            {
                "external_id": str(collection.id),
                "name": collection.title,
                "updated": written(collection.updated_at),
            },
        )
