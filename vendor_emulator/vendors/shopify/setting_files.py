"""The `files` of `productSet`: which media the product has from then on, in which order.

Belongs here: existing files by id, new ones by address, what a variant shows of them.
Does not belong here: how media look (`fields_media.py`).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

from vendor_emulator import business as model
from vendor_emulator.vendors.shopify.media_files import MediaFile, ProductMedia, media_of
from vendor_emulator.vendors.shopify.things import GLOBAL_ID, own_number
from vendor_emulator.vendors.shopify.writing import refuse

MOST = 250
Chosen = Callable[[model.Product], dict[int, int | None]]


def set_files(
    s: Any, product: model.Product, given: dict[str, Any]
) -> tuple[ProductMedia | None, Chosen]:
    """The media, None when nothing says anything about them; and, once the variants have their
    numbers, which of them each shows."""
    variants = given.get("variants") or ()
    names_files = any("file" in one for one in variants)
    if given.get("files") is None and not names_files:
        return None, lambda _: {}
    known = media_of(product, s.world)
    sent = given.get("files")
    files = list(known.files) if sent is None else []
    by_source: dict[str, MediaFile] = {}
    if len(sent or ()) > MOST:
        raise refuse(("input", "files"), f"cannot have more than {MOST} files", "INVALID_INPUT")
    for place, one in enumerate(sent or ()):
        file = file_of(s, known, one, ("input", "files", place))
        if one.get("originalSource"):
            if one["originalSource"] in by_source:
                continue
            by_source[one["originalSource"]] = file
        files.append(file)

    numbers: list[int | bool | None] = []
    for place, one in enumerate(variants):
        path = ("input", "variants", place, "file")
        numbers.append(shown(one, files if sent is not None else [], by_source, path))

    def chosen(written: model.Product) -> dict[int, int | None]:
        return {
            variant.id: number
            for variant, number in zip(written.variants, numbers, strict=False)
            if number is not False
        }  # type: ignore[return-value]

    return ProductMedia(product.id, tuple(files), known.shown), chosen


def file_of(s: Any, known: ProductMedia, one: dict[str, Any], path: tuple[Any, ...]) -> MediaFile:
    if id := one.get("id"):
        number = media_number(id, path)
        found = next((file for file in known.files if file.number == number), None)
        if found is None:
            raise refuse((*path, "id"), "File id does not exist", "NOT_FOUND")
        return found if one.get("alt") is None else found._replace(alt=one["alt"])
    source = one.get("originalSource")
    if not source:
        raise refuse(path, "Either an id or an original source is needed", "INVALID_INPUT")
    if urlsplit(source).scheme not in ("http", "https"):
        raise refuse((*path, "originalSource"), "Original source is not valid", "INVALID_INPUT")
    name = one.get("filename") or unquote(urlsplit(source).path)
    return MediaFile(
        number=s.shop.writes.numbers.next("media"),
        type_name="MediaImage",
        stem=PurePosixPath(name).stem or "image",
        alt=one.get("alt") or "",
        created_at=s.now,
        ready_at=s.now + timedelta(seconds=s.shop.writes.processing_seconds),
        is_broken=source in s.shop.writes.broken_sources,
        source=source,
    )


def shown(
    variant: dict[str, Any],
    files: list[MediaFile],
    by_source: dict[str, MediaFile],
    path: tuple[Any, ...],
) -> int | bool | None:
    """The number of what it shows; None: nothing; False: it was not said."""
    if "file" not in variant:
        return False
    one = variant["file"]
    if one is None:
        return None
    if id := one.get("id"):
        number = media_number(id, path)
        found = next((file for file in files if file.number == number), None)
    else:
        found = by_source.get(one.get("originalSource") or "")
    if found is None:
        message = "A variant's file must be among the product's files"
        raise refuse(path, message, "INVALID_VARIANT")
    return found.number


def media_number(id: str, path: tuple[Any, ...]) -> int:
    known = own_number(id)
    match = GLOBAL_ID.fullmatch(id)
    if known is None or match is None:
        raise refuse((*path, "id"), "Invalid global id", "INVALID_INPUT")
    return known[1]
