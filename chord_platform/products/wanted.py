"""How the destination's product should be, given the origin's and the tenant's options.

Belongs here: the product's own fields and every rule about who owns what. Does not belong here:
variants (`wanted_variants.py`), how to get there (`comparer.py`).

The rules are written as a value, not as steps: wanting again what is there already changes nothing,
whatever happened in between.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from slugify import slugify

from chord_platform.products.descriptions import plain_text, say_the_same
from chord_platform.products.limits import LIMITS
from chord_platform.products.normal_forms import is_control
from chord_platform.products.notes import Note, NoteKind
from chord_platform.products.options import SyncOptions
from chord_platform.products.pictures import wanted_pictures
from chord_platform.products.sync_product import ProductType, Side, Status, SyncProduct
from chord_platform.products.wanted_variants import WantedVariants, wanted_variants


@dataclass(frozen=True, kw_only=True)
class Wanted:
    product: SyncProduct
    variants: WantedVariants
    notes: tuple[Note, ...]


def wanted(
    origin: SyncProduct,
    destination: SyncProduct,
    options: SyncOptions,
    *,
    linked: Collection[str] = (),
) -> Wanted:
    notes = [
        Note(kind=NoteKind.FIELD_LEFT_ALONE, subject=one.field, text=one.reason)
        for one in (*origin.unreadable, *destination.unreadable)
    ]
    is_shop = destination.side is Side.SHOPIFY
    takes_images = is_shop and not origin.cannot_read("images")
    images = wanted_pictures(origin, destination) if takes_images else destination.images
    variants = wanted_variants(origin, destination, options, linked=linked, images=images)
    notes.extend(variants.notes)
    if origin.is_gift_card != destination.is_gift_card:
        text = "whether a product is a gift card is settled when it is created: not changed."
        notes.append(Note(kind=NoteKind.GIFT_CARD_FIXED, subject=origin.called, text=text))
    product = replace(
        destination,
        # A shop's product without a status is on sale at once; what nobody has said is a draft.
        status=origin.status or destination.status or (Status.DRAFT if is_shop else None),
        name=origin.name or destination.name,
        slug=wanted_slug(origin, destination, notes),
        vendor=origin.vendor,
        product_type=wanted_type(origin, destination),
        long_description=wanted_description(origin, destination, options, notes),
        images=images,
        option_types=variants.option_types,
        tags=wanted_tags(origin, destination, notes) if options.tags else destination.tags,
        variants=variants.variants,
    )
    return Wanted(product=product, variants=variants, notes=tuple(notes))


def handle(slug: str) -> str:
    """As Shopify writes it."""
    return slugify(slug)


def wanted_slug(origin: SyncProduct, destination: SyncProduct, notes: list[Note]) -> str:
    """Slugs live in the CMS, where pages hang on them: the shop's handle follows, never leads."""
    if destination.side is Side.SHOPIFY:
        return handle(origin.slug) or destination.slug
    if destination.slug and handle(destination.slug) != handle(origin.slug):
        text = f"Contentful keeps {destination.slug}, Shopify calls it {origin.slug}."
        notes.append(Note(kind=NoteKind.SLUG_KEPT, subject=origin.called, text=text))
    return destination.slug or origin.slug


def wanted_type(origin: SyncProduct, destination: SyncProduct) -> ProductType | None:
    if origin.cannot_read("product_type") or destination.cannot_read("product_type"):
        return destination.product_type
    if origin.product_type is None:
        return None
    current, name = destination.product_type, origin.product_type.name
    return current if current and current.name == name else ProductType(name=name)


def wanted_description(
    origin: SyncProduct, destination: SyncProduct, options: SyncOptions, notes: list[Note]
) -> str:
    field, current, given = "long_description", destination.long_description, ""
    if not options.description or origin.cannot_read(field) or destination.cannot_read(field):
        return current
    given = origin.long_description
    if say_the_same(given, current):
        return current
    if destination.side is Side.SHOPIFY:
        return given
    if (plain := plain_text(given)) is not None:
        return plain
    text = "Shopify's description has markup besides paragraphs and line breaks: left alone."
    notes.append(Note(kind=NoteKind.FIELD_LEFT_ALONE, subject=field, text=text))
    return current


def wanted_tags(
    origin: SyncProduct, destination: SyncProduct, notes: list[Note]
) -> tuple[str, ...]:
    """The origin's, in the spelling that the destination has already."""
    current = {tag.casefold(): tag for tag in destination.tags}
    found = {tag.casefold(): tag for tag in destination.tags if is_control(tag)}
    longest = LIMITS[destination.side].tag_length
    for tag in origin.tags:
        if is_control(tag):
            continue
        if len(tag) > longest or (destination.side is Side.SHOPIFY and "," in tag):
            text = f"a tag of {destination.side} has no comma and at most {longest} characters."
            notes.append(Note(kind=NoteKind.TAG_LEFT_OUT, subject=tag[:80], text=text))
            continue
        found[tag.casefold()] = current.get(tag.casefold(), tag)
    return tuple(found[key] for key in sorted(found))
