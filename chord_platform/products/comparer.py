"""Compares two Sync Products and says what to write at the destination. Pure.

Belongs here: the decision and the mutations. Does not belong here: the rules of who owns what
(`wanted.py`), fetching, writing, notifying.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from chord_platform.products.fingerprints import LastSync, fingerprint
from chord_platform.products.limits import breaches
from chord_platform.products.mutations import (
    CreateProduct,
    CreateVariant,
    DeleteProduct,
    Mutation,
    ProductField,
    PublishProduct,
    PublishVariant,
    RemoveVariant,
    SetField,
    SetImages,
    SetOptions,
    SetProductType,
    SetStatus,
    SetTags,
    SetVariantField,
    UnpublishProduct,
    UnpublishVariant,
    VariantField,
    blank,
)
from chord_platform.products.normal_forms import normal
from chord_platform.products.notes import Note, NoteKind
from chord_platform.products.options import SyncOptions, takes_part
from chord_platform.products.pictures import picture_key, same_pictures
from chord_platform.products.sync_product import (
    Publication,
    Side,
    Status,
    SyncProduct,
    Variant,
)
from chord_platform.products.wanted import Wanted, handle, wanted


class Decision(StrEnum):
    UNCHANGED = "unchanged"
    WRITE = "write"
    ORIGIN_NOT_ALLOWED = "origin_not_allowed"
    NOT_SELECTED = "not_selected"
    ALREADY_SEEN = "already_seen"
    NOT_PUBLISHED = "not_published"
    ARCHIVED = "archived"
    LIMIT = "limit"


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """is_conflict: both sides changed since the last sync; the origin wins, and the destination's
    values stand in the mutations as what was before."""

    decision: Decision
    mutations: tuple[Mutation, ...] = ()
    notes: tuple[Note, ...] = ()
    is_conflict: bool = False


def compare(
    origin: SyncProduct,
    destination: SyncProduct | None,
    options: SyncOptions,
    *,
    last: LastSync | None = None,
) -> Comparison:
    """`last` is what the sync before left; without it nothing is taken for an echo."""
    if destination and destination.side is origin.side:
        raise ValueError("a product is compared with the other side's")
    origin = normal(origin)
    current = normal(destination) if destination else None
    if stopped := reason_to_stop(origin, current, options, last):
        return stopped
    start = current or created(origin)
    wish = wanted(origin, start, options, linked=last.linked if last else ())
    if notes := breaches(wish.product):
        return Comparison(decision=Decision.LIMIT, notes=notes)
    steps: list[Mutation] = []
    if current is None:
        gift = origin.is_gift_card
        steps.append(CreateProduct(side=start.side, slug=start.slug, is_gift_card=gift))
    if current and origin.side is Side.CONTENTFUL and not origin.publication.is_published:
        steps += status_only(current)
        return concluded(steps, (), current, options, last)
    hides = options.follow_status and wish.product.status in (Status.DRAFT, Status.ARCHIVED)
    steps += differences(start, wish, hides=hides)
    notes = list(wish.notes)
    if start.side is Side.CONTENTFUL:
        steps += publishing(start, wish, options, steps, notes, hides=hides)
    return concluded(steps, tuple(notes), current, options, last)


def compare_deleted(
    destination: SyncProduct | None, options: SyncOptions, *, last: LastSync | None = None
) -> Comparison:
    """The origin's product is gone."""
    if destination is None:
        return Comparison(decision=Decision.UNCHANGED)
    steps: list[Mutation] = []
    if options.delete:
        steps.append(DeleteProduct())
    elif destination.side is Side.SHOPIFY:
        steps += status_only(destination)
    elif destination.publication.is_published:
        steps.append(UnpublishProduct())
    return concluded(steps, (), destination, options, last)


def concluded(
    steps: list[Mutation],
    notes: tuple[Note, ...],
    destination: SyncProduct | None,
    options: SyncOptions,
    last: LastSync | None,
) -> Comparison:
    changed = bool(
        steps
        and last
        and destination
        and last.of(destination.side)
        and fingerprint(destination, options) != last.of(destination.side)
    )
    decision = Decision.WRITE if steps else Decision.UNCHANGED
    return Comparison(decision=decision, mutations=tuple(steps), notes=notes, is_conflict=changed)


def reason_to_stop(
    origin: SyncProduct,
    destination: SyncProduct | None,
    options: SyncOptions,
    last: LastSync | None,
) -> Comparison | None:
    if known := known_without_destination(origin, options, last):
        return Comparison(decision=known)
    if destination is None:
        if origin.publication.is_published:
            return None
        text = f"not published in {origin.side}, so not created in {origin.side.other}."
        note = Note(kind=NoteKind.PRODUCT_STOPPED, subject=origin.called, text=text)
        return Comparison(decision=Decision.NOT_PUBLISHED, notes=(note,))
    if options.resurrect or not was_archived(destination, origin, options, last):
        return None
    text = f"archived in {destination.side}: what changed in {origin.side} was not carried over."
    note = Note(kind=NoteKind.PRODUCT_STOPPED, subject=origin.called, text=text)
    return Comparison(decision=Decision.ARCHIVED, notes=(note,))


def known_without_destination(
    origin: SyncProduct, options: SyncOptions, last: LastSync | None
) -> Decision | None:
    """What is decided before the other side has been read."""
    if origin.side not in options.allowed_origins:
        return Decision.ORIGIN_NOT_ALLOWED
    if not takes_part(origin, options):
        return Decision.NOT_SELECTED
    if last and last.of(origin.side) == fingerprint(origin, options):
        return Decision.ALREADY_SEEN
    return None


def was_archived(
    destination: SyncProduct, origin: SyncProduct, options: SyncOptions, last: LastSync | None
) -> bool:
    """By somebody there. If the destination stands as the last sync left it, the origin itself had
    archived it, and what the origin archives it may bring back."""
    if destination.publication.is_archived:
        return True
    if destination.side is Side.CONTENTFUL or destination.status is not Status.ARCHIVED:
        return False
    if origin.status is Status.ARCHIVED:
        return False
    is_ours = last and last.of(destination.side) == fingerprint(destination, options)
    return not is_ours


def created(origin: SyncProduct) -> SyncProduct:
    side = origin.side.other
    slug = handle(origin.slug) if side is Side.SHOPIFY else origin.slug
    return SyncProduct(
        side=side,
        slug=slug,
        is_gift_card=origin.is_gift_card,
        publication=blank(side).publication,
    )


def status_only(shop: SyncProduct) -> list[Mutation]:
    """Nothing else of an unpublished product is public, so nothing else goes out."""
    if shop.status in (Status.DRAFT, Status.ARCHIVED):
        return []
    return [SetStatus(before=shop.status, after=Status.DRAFT)]


def differences(start: SyncProduct, wish: Wanted, *, hides: bool) -> Iterator[Mutation]:
    end = wish.product
    for variant in start.variants:
        if variant.id in wish.variants.removed:
            yield RemoveVariant(variant_id=variant.id, called=variant.called)
    for field in ProductField:
        before, after = getattr(start, field.value), getattr(end, field.value)
        if before != after:
            yield SetField(field=field, before=before, after=after)
    if end.status and start.status is not end.status:
        yield SetStatus(before=start.status, after=end.status)
    if start.product_type != end.product_type:
        yield SetProductType(before=start.product_type, after=end.product_type)
    if start.tags != end.tags:
        yield SetTags(before=start.tags, after=end.tags)
    if not same_pictures(start.images, end.images):
        yield SetImages(before=start.images, after=end.images)
    if start.option_types != end.option_types:
        yield SetOptions(before=start.option_types, after=end.option_types)
    current = {variant.id: variant for variant in start.variants}
    for variant in end.variants:
        if variant.id:
            yield from variant_differences(current[variant.id], variant)
        else:
            shown = Publication(is_published=not (hides and end.side is Side.CONTENTFUL))
            yield CreateVariant(variant=replace(variant, publication=shown))


def variant_differences(start: Variant, end: Variant) -> Iterator[SetVariantField]:
    for field in VariantField:
        before, after = getattr(start, field.value), getattr(end, field.value)
        if field is VariantField.MAIN_IMAGE:
            is_same = picture_key(before) == picture_key(after)
        else:
            is_same = before == after
        if not is_same:
            yield SetVariantField(
                variant_id=start.id, called=start.called, field=field, before=before, after=after
            )


def publishing(
    start: SyncProduct,
    wish: Wanted,
    options: SyncOptions,
    steps: list[Mutation],
    notes: list[Note],
    *,
    hides: bool,
) -> Iterator[Mutation]:
    """In the CMS, after the writes, children first. hides: the tenant follows the shop's status."""
    written = {step.variant_id for step in steps if isinstance(step, SetVariantField)}
    for variant in start.variants:
        if variant.id in wish.variants.withdrawn:
            yield UnpublishVariant(variant_id=variant.id, called=variant.called)
        elif (
            not hides
            and variant.id in wish.variants.written
            and needs_publishing(variant.publication, was_written=variant.id in written)
            and may_publish(variant.publication, variant.called, options, notes)
        ):
            yield PublishVariant(variant_id=variant.id, called=variant.called)
    if hides:
        if start.publication.is_published:
            yield UnpublishProduct()
        return
    own = any(not isinstance(step, SetVariantField) for step in steps)
    if needs_publishing(start.publication, was_written=own) and may_publish(
        start.publication, start.called, options, notes
    ):
        yield PublishProduct()


def needs_publishing(publication: Publication, *, was_written: bool) -> bool:
    return was_written or publication.has_changes or not publication.is_published


def may_publish(
    publication: Publication, called: str, options: SyncOptions, notes: list[Note]
) -> bool:
    if not publication.holds_draft or options.publish_drafts:
        return True
    text = "an editor's unpublished changes wait there: written, and not published."
    notes.append(Note(kind=NoteKind.PUBLISH_HELD, subject=called, text=text))
    return False
