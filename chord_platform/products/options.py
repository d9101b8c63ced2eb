"""What a tenant chose about its sync.

Belongs here: the options that change what is compared and written, and which products take part.
Does not belong here: keys and addresses, storing the options, reading them from a file.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from chord_platform.products.sync_product import Side, SyncProduct

NEVER = "chord-no-sync"
ALWAYS = "chord-sync"
CONTROL_TAGS = frozenset({NEVER, ALWAYS})
"""Switches of the sync itself: read on Shopify's side, never copied, added or removed."""


class SyncMode(StrEnum):
    DENYLIST = "denylist"
    ALLOWLIST = "allowlist"


class WeightUnit(StrEnum):
    KILOGRAMS = "KILOGRAMS"
    GRAMS = "GRAMS"
    POUNDS = "POUNDS"
    OUNCES = "OUNCES"


@dataclass(frozen=True, kw_only=True)
class SyncOptions:
    """resurrect: what one side archived or deleted comes back when the other changes.
    publish_drafts: an editor's unpublished work is published along with ours. repair_drift: the
    daily reconcile writes what it finds to differ, instead of reporting it."""

    allowed_origins: frozenset[Side] = frozenset({Side.CONTENTFUL})
    description: bool = False
    tags: bool = False
    debug: bool = False
    mode: SyncMode = SyncMode.DENYLIST
    follow_status: bool = False
    delete: bool = False
    resurrect: bool = False
    publish_drafts: bool = False
    repair_drift: bool = False
    weight_unit: WeightUnit = WeightUnit.KILOGRAMS


def takes_part(origin: SyncProduct, options: SyncOptions) -> bool:
    """The sync mode governs Shopify as origin only."""
    if origin.side is not Side.SHOPIFY:
        return True
    tags = {tag.strip().casefold() for tag in origin.tags}
    if options.mode is SyncMode.DENYLIST:
        return NEVER not in tags
    return ALWAYS in tags
