"""What the destination would refuse, known before anything is written.

Belongs here: the vendors' sizes. Does not belong here: rate limits.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from chord_platform.products.notes import Note, NoteKind
from chord_platform.products.sync_product import Side, SyncProduct


@dataclass(frozen=True, kw_only=True)
class Limits:
    options: int | None
    variants: int
    tags: int
    images: int
    tag_length: int
    name_length: int


# Shopify 2026-10: 2,048 variants for every store; 250 tags of 255 characters; 250 media.
# Contentful: a field holds 1,000 references, a short text 255 characters; tags are an
# environment's, 500 of them.
LIMITS = {
    Side.SHOPIFY: Limits(
        options=3, variants=2048, tags=250, images=250, tag_length=255, name_length=255
    ),
    Side.CONTENTFUL: Limits(
        options=None, variants=1000, tags=500, images=1000, tag_length=255, name_length=255
    ),
}


def breaches(product: SyncProduct) -> tuple[Note, ...]:
    return tuple(found(product, LIMITS[product.side]))


def found(product: SyncProduct, limits: Limits) -> Iterator[Note]:
    counts = (
        ("options", len(product.option_types), limits.options),
        ("variants", len(product.variants), limits.variants),
        ("tags", len(product.tags), limits.tags),
        ("images", len(product.images), limits.images),
        ("characters in its name", len(product.name), limits.name_length),
    )
    for what, count, most in counts:
        if most is not None and count > most:
            text = f"{count} {what}, and {product.side} takes {most}. Nothing was written."
            yield Note(kind=NoteKind.LIMIT, subject=product.called, text=text)
