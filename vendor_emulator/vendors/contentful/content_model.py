"""The content types that a brand's space begins with.

Belongs here: product, variant and what they link, with fields of the brand's own among them.
Does not belong here: entries.
"""

from __future__ import annotations

from typing import Any

Record = dict[str, Any]


def text(id: str, *, kind: str = "Symbol", required: bool = False, unique: bool = False) -> Record:
    rules = [{"unique": True}] if unique else []
    return declared(id, type=kind, required=required, validations=rules)


def linked(id: str, *content_types: str) -> Record:
    rules = [{"linkContentType": list(content_types)}]
    return declared(id, type="Link", linkType="Entry", validations=rules)


def linked_many(id: str, *content_types: str) -> Record:
    rules = [{"linkContentType": list(content_types)}]
    item = {"type": "Link", "linkType": "Entry", "validations": rules}
    return declared(id, type="Array", items=item)


def asset(id: str) -> Record:
    return declared(id, type="Link", linkType="Asset")


def assets(id: str) -> Record:
    item = {"type": "Link", "linkType": "Asset", "validations": []}
    return declared(id, type="Array", items=item)


def declared(id: str, **more: Any) -> Record:
    words = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in id)
    return {
        "id": id,
        "name": words.capitalize(),
        "localized": id in LOCALIZED,
        "required": False,
        "disabled": False,
        "omitted": False,
        "validations": [],
        **more,
    }


LOCALIZED = ("name", "shortDescription", "longDescription", "presentation", "campaignText")
STATUSES = {"in": ["active", "draft", "archived"]}
CONTENT_TYPES: dict[str, list[Record]] = {
    "productType": [text("name", required=True), text("slug", required=True, unique=True)],
    "optionValue": [
        text("name", required=True),
        text("slug", required=True, unique=True),
        text("presentation"),
    ],
    "optionType": [
        text("name", required=True),
        text("slug", required=True, unique=True),
        text("presentation"),
        linked_many("optionValues", "optionValue"),
    ],
    "variant": [
        text("name", required=True, unique=True),
        text("sku", unique=True),
        text("globalTradeItemNumber"),
        text("shopifyId"),
        text("price"),
        text("regularPrice"),
        asset("mainImage"),
        assets("images"),
        linked_many("optionValues", "optionValue"),
        text("weight"),
        text("fitNote"),
    ],
    "product": [
        text("name", required=True),
        text("slug", required=True, unique=True),
        declared("status", type="Symbol", validations=[STATUSES]),
        text("vendor"),
        linked("productType", "productType"),
        text("shortDescription"),
        text("longDescription", kind="Text"),
        asset("mainImage"),
        assets("images"),
        linked_many("optionTypes", "optionType"),
        linked_many("variants", "variant"),
        declared("giftCard", type="Boolean"),
        text("campaignText"),
    ],
}
"""`campaignText` and `fitNote` are the brand's own: nobody else writes them."""


def content_type(id: str) -> Record:
    words = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in id)
    return {
        "name": words.capitalize(),
        "description": None,
        "displayField": "name",
        "fields": CONTENT_TYPES[id],
    }
