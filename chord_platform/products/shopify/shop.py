"""One shop, asked and told in Shopify's dialect.

Belongs here: sending documents within the limit of the key, whole products from their pages, what
a refusal means. Does not belong here: the mapping (`reading.py`, `writing.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import requests

from chord_platform.errors import ProductRefused
from chord_platform.products.ports import VersionConflict
from chord_platform.products.shopify import documents
from dlt_pipelines.connector import ConnectionSettings
from dlt_pipelines.errors import CredentialsRejected, UnexpectedResponse, VendorUnavailable
from dlt_pipelines.sources.shopify.client import Client, FieldsDenied, TooExpensive

Node = dict[str, Any]
NAME = "shopify"
VANISHED = frozenset({"PRODUCT_DOES_NOT_EXIST", "PRODUCT_VARIANT_DOES_NOT_EXIST", "NOT_FOUND"})
"""What was read a moment ago is gone: somebody was faster."""
HINTS = {
    "HANDLE_NOT_UNIQUE": "Another product of the shop has this handle: change one of the slugs.",
    "GIFT_CARDS_NOT_ACTIVATED": "Gift cards are not part of the shop's plan, or not switched on.",
}


class Shop:
    """points: what the last question cost, for which room is awaited before the next."""

    def __init__(self, settings: ConnectionSettings) -> None:
        self.client = Client(settings)
        self.variants, self.media = documents.VARIANTS, documents.MEDIA
        self.points: dict[str, float] = {}

    @property
    def requests(self) -> int:
        return self.client.report.api_requests

    def ask(self, document: str, **variables: Any) -> Node:
        """Raises:
        FieldsDenied: the key lacks a scope; who asked knows whether it can do without.
        TooExpensive: it costs more than any question may.
        """
        try:
            points = self.points.get(document, 0.0)
            answer = self.client.ask(document, variables, points=points)
        except requests.RequestException as error:
            status = error.response.status_code if error.response is not None else 0
            said = f"answered {status}" if status else "could not be reached"
            raise VendorUnavailable(NAME, f"the shop {said}.", hint="Try again later.") from None
        self.points[document] = answer.requested_points
        return answer.data

    def needed(self, document: str, **variables: Any) -> Node:
        """A question that nothing goes without.

        Raises:
            CredentialsRejected: the key lacks a scope.
        """
        try:
            return self.ask(document, **variables)
        except FieldsDenied as denied:
            raise CredentialsRejected(
                NAME,
                f"the key may not use {denied}.",
                hint="Give the app the scopes read_products and write_products.",
            ) from None

    def sized(self, document: str, **variables: Any) -> Node:
        """With pages as large as its cost allows; the smaller ones are kept."""
        while True:
            try:
                return self.needed(document, variants=self.variants, media=self.media, **variables)
            except TooExpensive as error:
                if self.variants <= 1:
                    raise UnexpectedResponse(NAME, f"a product is too dear: {error}.") from None
                self.variants, self.media = self.variants // 2, max(1, self.media // 2)

    # ------------------------------------------------------------------ whole products

    def product(self, id: str) -> Node | None:
        node = self.sized(documents.FETCH, id=id)["product"]
        return self.whole(node) if node else None

    def whole(self, node: Node) -> Node:
        """Raises:
        VersionConflict: it changed between two of its pages.
        """
        for name, document, size in (
            ("variants", documents.MORE_OF_VARIANTS, documents.MORE_VARIANTS),
            ("media", documents.MORE_OF_MEDIA, documents.MORE_MEDIA),
        ):
            page = node[name]["pageInfo"]
            while page["hasNextPage"]:
                more = self.needed(document, id=node["id"], first=size, after=page["endCursor"])
                part = more["product"]
                if part is None or part["updatedAt"] != node["updatedAt"]:
                    raise VersionConflict("the shop's product changed while it was read.")
                node[name]["nodes"] += part[name]["nodes"]
                page = part[name]["pageInfo"]
        return node

    def product_of_variant(self, id: str) -> str:
        variant = self.needed(documents.OF_VARIANT, id=id)["productVariant"]
        return variant["product"]["id"] if variant else ""

    def ids(self) -> Iterator[str]:
        after: str | None = None
        while True:
            page = self.needed(documents.ALL_IDS, after=after)["products"]
            yield from (node["id"] for node in page["nodes"])
            if not page["pageInfo"]["hasNextPage"]:
                return
            after = page["pageInfo"]["endCursor"]

    # ------------------------------------------------------------------ writing

    def set(self, identifier: Mapping[str, str] | None, given: Mapping[str, Any]) -> Node:
        answer = self.sized(documents.SET, identifier=identifier, input=given)["productSet"]
        refuse(answer["userErrors"])
        if answer["product"] is None:
            raise UnexpectedResponse(NAME, "productSet answered neither a product nor a refusal.")
        return self.whole(answer["product"])

    def delete(self, id: str) -> None:
        answer = self.needed(documents.DELETE, id=id)["productDelete"]
        if answer["deletedProductId"] is None:
            refuse([{**one, "code": "PRODUCT_DOES_NOT_EXIST"} for one in answer["userErrors"]])

    def publish(self, id: str) -> Node:
        """On every sales channel that the app knows.

        Raises:
            FieldsDenied: the key lacks the scopes of publications.
        """
        channels = self.ask(documents.CHANNELS)["publications"]["nodes"]
        named = [{"publicationId": one["id"]} for one in channels]
        answer = self.ask(documents.PUBLISH, id=id, channels=named)["publishablePublish"]
        refuse(answer["userErrors"])
        return answer["publishable"]


def refuse(errors: Sequence[Mapping[str, Any]]) -> None:
    """Raises:
    VersionConflict: what was to be written is not there any more.
    ProductRefused: Shopify will not have it so.
    """
    if not errors:
        return
    code = next((one["code"] for one in errors if one.get("code")), "") or ""
    said = "; ".join(sentence(one) for one in errors[:3])
    if code in VANISHED:
        raise VersionConflict(f"Shopify says: {said}.")
    raise ProductRefused(
        f"Shopify refuses it: {said}.", hint=HINTS.get(code, "Change it, then sync it again.")
    )


def sentence(error: Mapping[str, Any]) -> str:
    path = ".".join(map(str, (error.get("field") or ())[1:]))
    message = str(error["message"]).rstrip(".")
    return f"{path}: {message}" if path else message
