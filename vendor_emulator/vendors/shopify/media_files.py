"""The pictures and films of products: what each product has, and which of them a variant shows.

Belongs here: media as values, those invented with a product, processing. Does not belong here: how
they look in the Admin API (`fields_media.py`), writing products (`product_set.py`).

A file is known by its number alone: where it came from is forgotten once it is fetched, as at the
vendor, and sending the same address again makes a second copy.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from vendor_emulator.business import Product

if TYPE_CHECKING:
    from vendor_emulator.vendors.shopify.world import World

PER_PRODUCT = 8
"""Numbers that are kept for the media invented with a product."""


class MediaFile(NamedTuple):
    """ready_at: until then it is being processed, and has no address."""

    number: int
    type_name: str
    stem: str
    alt: str
    created_at: datetime
    ready_at: datetime | None = None
    is_broken: bool = False
    source: str = ""

    def status(self, now: datetime) -> str:
        if self.ready_at is not None and now < self.ready_at:
            return "PROCESSING"
        return "FAILED" if self.is_broken else "READY"


@dataclass(frozen=True)
class ProductMedia:
    """id: the product's number. shown: the file of each variant that has one."""

    id: int
    files: tuple[MediaFile, ...]
    shown: dict[int, int] = field(default_factory=dict)

    def file_of(self, variant: int) -> MediaFile | None:
        number = self.shown.get(variant)
        return next((one for one in self.files if one.number == number), None)

    def with_files(self, files: Iterable[MediaFile]) -> ProductMedia:
        """A variant no longer shows what was taken away."""
        kept = tuple(files)
        numbers = {one.number for one in kept}
        shown = {variant: file for variant, file in self.shown.items() if file in numbers}
        return replace(self, files=kept, shown=shown)


def invented(product: Product) -> tuple[MediaFile, ...]:
    """One to three images; of some products a film, their own or one that lies elsewhere."""
    kinds = ["MediaImage"] * (1 + product.id % 3)
    if product.id % 5 == 0:
        kinds.append("Video")
    if product.id % 7 == 0:
        kinds.append("ExternalVideo")
    return tuple(
        MediaFile(
            number=product.id * PER_PRODUCT + place,
            type_name=kind,
            stem=f"{product.handle}-{place + 1}",
            alt=product.title,
            created_at=product.created_at,
        )
        for place, kind in enumerate(kinds)
    )


def media_of(product: Product, world: World) -> ProductMedia:
    return world.media.get(product.id) or ProductMedia(product.id, invented(product))
