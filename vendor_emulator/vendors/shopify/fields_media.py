"""How the images and films of products look in the Admin API.

Belongs here: media, and which a product has. Does not belong here: products (`fields_catalog.py`).
"""

from __future__ import annotations

from typing import Any, NamedTuple

from vendor_emulator.business import Product
from vendor_emulator.vendors.shopify.fields_orders import Fields
from vendor_emulator.vendors.shopify.things import gid

IMAGES = "https://cdn.shopify.com/s/files/1/0570/0000/0001/files"
CONTENT = {"MediaImage": "IMAGE", "Video": "VIDEO", "ExternalVideo": "EXTERNAL_VIDEO"}


class Media(NamedTuple):
    product: Product
    place: int
    type_name: str

    @property
    def number(self) -> int:
        return self.product.id * 8 + self.place

    @property
    def file(self) -> str:
        return f"{self.product.handle}-{self.place + 1}"


def media_of(product: Product) -> list[Media]:
    """One to three images; of some products a film, their own or one that lies elsewhere."""
    kinds = ["MediaImage"] * (1 + product.id % 3)
    if product.id % 5 == 0:
        kinds.append("Video")
    if product.id % 7 == 0:
        kinds.append("ExternalVideo")
    return [Media(product, place, kind) for place, kind in enumerate(kinds)]


MEDIA: Fields = {
    "id": lambda m, s: gid(m.type_name, m.number),
    "alt": lambda m, s: m.product.title,
    "mediaContentType": lambda m, s: CONTENT[m.type_name],
    "status": lambda m, s: "READY",
    "preview": lambda m, s: m,
    "createdAt": lambda m, s: m.product.created_at,
    "updatedAt": lambda m, s: m.product.created_at,
    "mimeType": lambda m, s: "image/jpeg",
    "image": lambda m, s: m,
    "filename": lambda m, s: f"{m.file}.mp4",
    "duration": lambda m, s: 12_000,
    "host": lambda m, s: "YOUTUBE",
    "originUrl": lambda m, s: f"https://www.youtube.com/watch?v={m.product.id:011d}",
}

IMAGE: Fields = {
    "id": lambda m, s: gid("ImageSource", m.number),
    "altText": lambda m, s: m.product.title,
    "url": lambda m, s: f"{IMAGES}/{m.file}.jpg?v=1",
    "width": lambda m, s: 1600,
    "height": lambda m, s: 2000,
}


def product_media(p: Product, s: Any, **_: Any) -> list[Media]:
    return media_of(p)


TYPES: dict[str, Fields] = {
    "MediaImage": MEDIA,
    "Video": MEDIA,
    "ExternalVideo": MEDIA,
    "Model3d": MEDIA,
    "MediaPreviewImage": {"status": lambda m, s: "READY", "image": lambda m, s: m},
    "Image": IMAGE,
}
