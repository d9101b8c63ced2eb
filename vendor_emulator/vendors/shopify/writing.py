"""What every write of a product needs: refusing, numbering, tidying.

Belongs here: user errors, new numbers, the vendor's own forms of text.
Does not belong here: the mutations (`product_set.py`, `product_writes.py`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from vendor_emulator.vendors.shopify.paging import PageRefused
from vendor_emulator.vendors.shopify.things import UserError, own_number

MOST_TAGS = 250
LONGEST = 255
NEW_PRODUCTS, NEW_VARIANTS, NEW_MEDIA, NEW_METAFIELDS = (
    2_000_000,
    200_000_000,
    90_000_000,
    80_000_000,
)
"""Where the numbers of what an app makes begin, far from those of the seeded business."""


class Refused(Exception):
    """Nothing is written; the payload says why."""

    def __init__(self, *errors: UserError) -> None:
        self.errors = errors
        super().__init__("; ".join(error.message for error in errors))


def refuse(path: Sequence[Any], message: str, code: str | None = None) -> Refused:
    return Refused(UserError(tuple(map(str, path)), message, code))


@dataclass
class Numbers:
    """Each next one, never again given to another."""

    products: int = NEW_PRODUCTS
    variants: int = NEW_VARIANTS
    media: int = NEW_MEDIA
    metafields: int = NEW_METAFIELDS

    def next(self, kind: str) -> int:
        number = getattr(self, kind) + 1
        setattr(self, kind, number)
        return number


class Writes:
    """What an app's writes meet in this shop; a test may change it while it runs."""

    def __init__(self, options: Mapping[str, Any]) -> None:
        self.numbers = Numbers()
        self.sells_gift_cards = bool(options.get("gift_cards", True))
        self.processing_seconds = float(options.get("processing_seconds", 2))
        self.broken_sources: set[str] = set()


def required(session: Any, scope: str, name: str) -> None:
    """For mutations whose scope depends on what they write."""
    if not session.grant.has(scope):
        message = f"Access denied for {name} field. Required access: `{scope}` access scope."
        raise PageRefused(message, "ACCESS_DENIED")


def number_of(id: str, type_name: str, path: Sequence[Any]) -> int:
    known = own_number(id)
    if known is None or known[0] != type_name:
        raise refuse(path, f"Invalid {type_name} id", "INVALID_INPUT")
    return known[1]


def handle_of(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")


def tidy_html(text: str) -> str:
    """The vendor rewrites what it is sent; a little of that."""
    return re.sub(r"<(br|hr)\s*/>", r"<\1>", text).strip()


def tidy_tags(given: Iterable[str], path: Sequence[Any]) -> tuple[str, ...]:
    """A comma parts two tags. Unique and in order, whatever their case."""
    found: dict[str, str] = {}
    for tag in (part.strip() for text in given for part in text.split(",")):
        if len(tag) > LONGEST:
            raise refuse(path, "Tags is invalid: a tag can have 255 characters", "INVALID_PRODUCT")
        if tag:
            found.setdefault(tag.casefold(), tag)
    if len(found) > MOST_TAGS:
        raise refuse(path, f"Tags cannot be more than {MOST_TAGS}", "INVALID_PRODUCT")
    return tuple(found[key] for key in sorted(found))


def amount(text: Any, path: Sequence[Any]) -> Decimal | None:
    if text is None:
        return None
    try:
        value = Decimal(str(text)).quantize(Decimal("0.01"))
    except InvalidOperation:
        raise refuse(path, "is not a number", "INVALID_VARIANT") from None
    if value < 0:
        raise refuse(path, "must be greater than or equal to 0", "INVALID_VARIANT")
    return value
