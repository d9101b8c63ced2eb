"""The pictures of a shop's product: ours in the CMS's order, then the merchant's in theirs.

Belongs here: which picture is which, and their order. Does not belong here: uploading.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from chord_platform.products.sync_product import Image, SyncProduct, Variant

# A shop that has a file of that name already appends an identifier to the second.
APPENDED = re.compile(r"_[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$")


def wanted_pictures(origin: SyncProduct, destination: SyncProduct) -> tuple[Image, ...]:
    """Each picture once: the live variants' main images first, then the product's."""
    shown = [one.main_image for one in origin.variants if one.publication.is_published]
    unique: dict[str, Image] = {}
    for image in (*shown, *origin.images):
        if image:
            unique.setdefault(image.url, image)
    known = {image.source: image for image in destination.images if image.source}
    free = [image for image in destination.images if not image.source]
    ours = [wanted_picture(image, known, free) for image in unique.values()]
    return (*ours, *free)


def wanted_picture(image: Image, known: dict[str, Image], free: list[Image]) -> Image:
    """One that a killed run uploaded is recognised by its file's name: sending the address again
    would make a second copy."""
    current = known.get(image.url)
    if current is None and (name := stem(image.file_name or image.url)):
        current = next((one for one in free if stem(one.file_name or one.url) == name), None)
        if current:
            free.remove(current)
    if current is None:
        return replace(image, id="", source=image.url)
    return replace(current, source=image.url, alt=image.alt)


def stem(name: str) -> str:
    return APPENDED.sub("", PurePosixPath(unquote(urlsplit(name).path)).stem).casefold()


def picture_of(image: Image | None, variant: Variant, images: tuple[Image, ...]) -> Image | None:
    """A picture that the merchant chose for a variant stays until the CMS has one."""
    if image is None:
        current = variant.main_image
        if current and not current.source:
            current = next((one for one in images if one.id == current.id), current)
        return current if current and not current.source else None
    return next((one for one in images if one.source == image.url), None)


def same_pictures(ones: tuple[Image, ...], others: tuple[Image, ...]) -> bool:
    return [picture_key(one) for one in ones] == [picture_key(other) for other in others]


def picture_key(image: Image | None) -> tuple[str, str, str] | None:
    """Ours are known by their source: an id appears only once the shop has one."""
    return (image.source, image.source or image.id or image.url, image.alt) if image else None
