"""Mutations as lines of a diff that a person reads.

Belongs here: words for each mutation. Does not belong here: colours, blocks, tables.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from chord_platform.products.mutations import (
    CreateProduct,
    CreateVariant,
    DeleteProduct,
    Mutation,
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
)
from chord_platform.products.outcome import Change
from chord_platform.products.sync_product import (
    Image,
    OptionType,
    ProductType,
    SelectedOption,
    Variant,
)

LONGEST = 200


def changes_of(mutations: Iterable[Mutation]) -> tuple[Change, ...]:
    return tuple(map(change_of, mutations))


def change_of(mutation: Mutation) -> Change:
    match mutation:
        case CreateProduct():
            kind = "created, a gift card" if mutation.is_gift_card else "created"
            return Change(field=kind, after=mutation.slug)
        case SetField():
            return changed(mutation.field.value, mutation.before, mutation.after)
        case SetStatus() | SetTags() | SetImages() | SetOptions() | SetProductType():
            return changed(FIELDS[type(mutation)], mutation.before, mutation.after)
        case CreateVariant():
            return Change(
                field="variant created",
                after=summary(mutation.variant),
                subject=mutation.variant.called,
            )
        case SetVariantField():
            return changed(
                mutation.field.value, mutation.before, mutation.after, subject=mutation.called
            )
        case PublishVariant() | UnpublishVariant() | RemoveVariant():
            return Change(field=FIELDS[type(mutation)], subject=mutation.called)
        case PublishProduct() | UnpublishProduct() | DeleteProduct():
            return Change(field=FIELDS[type(mutation)])


FIELDS: dict[type, str] = {
    SetStatus: "status",
    SetTags: "tags",
    SetImages: "images",
    SetOptions: "options",
    SetProductType: "product type",
    PublishVariant: "publishing",
    UnpublishVariant: "unpublishing",
    RemoveVariant: "removal",
    PublishProduct: "published",
    UnpublishProduct: "unpublished",
    DeleteProduct: "deleted",
}


def changed(field: str, before: Any, after: Any, *, subject: str = "") -> Change:
    name = field.replace("_", " ")
    return Change(field=name, before=shown(before), after=shown(after), subject=subject)


def shown(value: Any) -> str:
    text = words(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}… ({len(text)} characters)"


def words(value: Any) -> str:
    match value:
        case None:
            return ""
        case Image():
            return value.file_name or value.source or value.url
        case ProductType():
            return value.name
        case OptionType():
            return f"{value.name} ({', '.join(one.name for one in value.values)})"
        case SelectedOption():
            return f"{value.option} {value.value}"
        case tuple():
            return ", ".join(map(words, value))
        case _:
            return str(value)


def summary(variant: Variant) -> str:
    parts: Sequence[str] = (variant.sku, words(variant.options), variant.price)
    return ", ".join(part for part in parts if part)
