"""How the images and films of products look in the Admin API.

Belongs here: each field of media. Does not belong here: which a product has (`media_files.py`).
"""

from __future__ import annotations

from typing import Any

from vendor_emulator.business import Product, Variant
from vendor_emulator.vendors.shopify.fields_orders import Fields
from vendor_emulator.vendors.shopify.media_files import PER_PRODUCT, MediaFile, media_of
from vendor_emulator.vendors.shopify.things import gid

IMAGES = "https://cdn.shopify.com/s/files/1/0570/0000/0001/files"
CONTENT = {"MediaImage": "IMAGE", "Video": "VIDEO", "ExternalVideo": "EXTERNAL_VIDEO"}


def status(m: MediaFile, s: Any) -> str:
    """What is being processed now is not in a minute: such an answer is not kept."""
    found = m.status(s.now)
    if found == "PROCESSING":
        s.is_volatile = True
    return found


def image(m: MediaFile, s: Any) -> MediaFile | None:
    return m if status(m, s) == "READY" else None


def errors(m: MediaFile, s: Any) -> list[str]:
    return ["The image could not be downloaded."] if status(m, s) == "FAILED" else []


MEDIA: Fields = {
    "id": lambda m, s: gid(m.type_name, m.number),
    "alt": lambda m, s: m.alt,
    "mediaContentType": lambda m, s: CONTENT[m.type_name],
    "status": status,
    "mediaErrors": errors,
    "preview": lambda m, s: m,
    "createdAt": lambda m, s: m.created_at,
    "updatedAt": lambda m, s: m.created_at,
    "mimeType": lambda m, s: "image/jpeg",
    "image": image,
    "filename": lambda m, s: f"{m.stem}.mp4",
    "duration": lambda m, s: 12_000,
    "host": lambda m, s: "YOUTUBE",
    "originUrl": lambda m, s: f"https://www.youtube.com/watch?v={m.number // PER_PRODUCT:011d}",
}

IMAGE: Fields = {
    "id": lambda m, s: gid("ImageSource", m.number),
    "altText": lambda m, s: m.alt,
    "url": lambda m, s: f"{IMAGES}/{m.stem}.jpg?v=1",
    "width": lambda m, s: 1600,
    "height": lambda m, s: 2000,
}


def product_media(p: Product, s: Any, **_: Any) -> tuple[MediaFile, ...]:
    return media_of(p, s.world).files


def variant_media(v: Variant, s: Any, **_: Any) -> list[MediaFile]:
    product = s.world.product(v.product_id)
    found = media_of(product, s.world).file_of(v.id)
    return [] if found is None else [found]


TYPES: dict[str, Fields] = {
    "MediaImage": MEDIA,
    "Video": MEDIA,
    "ExternalVideo": MEDIA,
    "Model3d": MEDIA,
    "MediaError": {
        "code": lambda m, s: "IMAGE_DOWNLOAD_FAILURE",
        "message": lambda m, s: m,
        "details": lambda m, s: m,
    },
    "MediaPreviewImage": {"status": lambda m, s: status(m, s), "image": image},
    "Image": IMAGE,
}
