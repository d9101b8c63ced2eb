"""What a sync has to tell besides what it wrote: things left alone, held back or refused.

Belongs here: the kinds of notes. Does not belong here: sending them.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class NoteKind(StrEnum):
    FIELD_LEFT_ALONE = "field_left_alone"
    SLUG_KEPT = "slug_kept"
    GIFT_CARD_FIXED = "gift_card_fixed"
    TAG_LEFT_OUT = "tag_left_out"
    VARIANT_HELD = "variant_held"
    VARIANT_KEPT = "variant_kept"
    VARIANT_NOT_RESURRECTED = "variant_not_resurrected"
    OPTIONS_HELD = "options_held"
    PUBLISH_HELD = "publish_held"
    PRODUCT_TYPE_MADE = "product_type_made"
    PRODUCT_STOPPED = "product_stopped"
    LIMIT = "limit"


@dataclass(frozen=True, kw_only=True)
class Note:
    """subject: the product, the variant or the field it is about."""

    kind: NoteKind
    subject: str
    text: str

    def __str__(self) -> str:
        return f"{self.subject}: {self.text}"
