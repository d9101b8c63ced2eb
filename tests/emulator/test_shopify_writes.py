"""The emulated Shopify's write side: what it refuses, and lists that delete what they leave out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests

from vendor_emulator.server import Emulator
from vendor_emulator.vendors.shopify.tokens import STATIC_TOKEN

SET = """mutation Set($identifier: ProductSetIdentifiers, $input: ProductSetInput!) {
  productSet(identifier: $identifier, input: $input, synchronous: true) {
    product {
      id title handle status vendor tags updatedAt descriptionHtml isGiftCard publishedAt
      options { name values }
      media(first: 20) { nodes { id alt status } }
      metafields(first: 20) { nodes { key value } }
      collections(first: 20) { nodes { id } }
      variants(first: 100) { nodes {
        id sku barcode price compareAtPrice position
        selectedOptions { name value }
        media(first: 1) { nodes { id } }
        inventoryItem { tracked measurement { weight { unit value } } }
      } }
    }
    userErrors { field message code }
  }
}"""


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    with Emulator(orders=5, vendors=("shopify",)) as running:
        yield running


Ask = Callable[..., Any]


@pytest.fixture(scope="module")
def ask(emulator: Emulator) -> Ask:
    shop = emulator.vendor("shopify")
    token = shop.writing_credentials(emulator.base_url("shopify"))["access_token"]
    shop.bucket.configure(restore_rate=1_000_000)

    def send(document: str, *, token: str = token, **variables: Any) -> Any:
        return requests.post(
            emulator.base_url("shopify") + "/admin/api/2026-10/graphql.json",
            json={"query": document, "variables": variables},
            headers={"X-Shopify-Access-Token": token},
            timeout=10,
        ).json()

    return send


@pytest.fixture
def put(ask: Ask) -> Ask:
    def send(identifier: Any = None, **given: Any) -> Any:
        answer = ask(SET, input=given, identifier=identifier)
        assert "errors" not in answer, answer
        return answer["data"]["productSet"]

    return send


def shirt(**more: Any) -> dict[str, Any]:
    return {
        "title": "Linen Shirt",
        "productOptions": [{"name": "Size", "values": [{"name": "S"}, {"name": "M"}]}],
        "variants": [variant("S"), variant("M")],
        **more,
    }


def variant(size: str, **more: Any) -> dict[str, Any]:
    return {
        "optionValues": [{"optionName": "Size", "name": size}],
        "price": "59",
        "inventoryItem": {"sku": f"LS-{size}"},
        **more,
    }


def code(payload: Any) -> Any:
    (error,) = payload["userErrors"]
    assert payload["product"] is None
    return error["code"]


def nodes(connection: Any, name: str = "id") -> list[Any]:
    return [one[name] for one in connection["nodes"]]


def test_a_product_is_made_with_the_shops_defaults(put: Ask) -> None:
    made = put(**shirt(tags=["Summer", "linen", "summer "], descriptionHtml=" <p>a<br/>b</p> "))
    product = made["product"]
    assert made["userErrors"] == []
    assert (product["handle"], product["vendor"]) == ("linen-shirt", "Fable & Co")
    assert (product["tags"], product["descriptionHtml"]) == (["linen", "Summer"], "<p>a<br>b</p>")
    assert (product["status"], product["publishedAt"]) == ("ACTIVE", None)
    assert nodes(product["variants"], "price") == ["59.00", "59.00"]
    again = put(**shirt())["product"]
    assert again["handle"] == "linen-shirt-1"


def test_a_list_deletes_what_it_leaves_out_and_no_list_leaves_all(put: Ask, ask: Ask) -> None:
    product = put(
        **shirt(
            metafields=[{"namespace": "n", "key": "care", "type": "text", "value": "cold"}],
            collections=["gid://shopify/Collection/290000000001"],
            files=[{"originalSource": "https://a.example/1.jpg", "alt": "one"},
                   {"originalSource": "https://a.example/2.jpg"}],
        )
    )["product"]  # fmt: skip
    id, media = {"id": product["id"]}, nodes(product["media"])
    kept = put(id, title="Other")["product"]
    assert (nodes(kept["metafields"], "key"), len(kept["variants"]["nodes"])) == (["care"], 2)
    assert (nodes(kept["media"]), len(kept["collections"]["nodes"])) == (media, 1)
    cut = put(
        id,
        productOptions=[{"name": "Size", "values": [{"name": "M"}]}],
        variants=[{**variant("M"), "id": nodes(product["variants"])[1]}],
        files=[{"id": media[1], "alt": "two"}],
        metafields=[],
        collections=[],
    )["product"]
    assert nodes(cut["variants"]) == [nodes(product["variants"])[1]]
    assert [(one["id"], one["alt"]) for one in cut["media"]["nodes"]] == [(media[1], "two")]
    assert (cut["metafields"]["nodes"], cut["collections"]["nodes"]) == ([], [])
    assert cut["updatedAt"] > product["updatedAt"]


def test_an_address_sent_again_makes_a_second_copy(put: Ask, emulator: Emulator) -> None:
    source = {"originalSource": "https://a.example/x.jpg", "filename": "x.jpg"}
    small = {**variant("S"), "file": source}
    product = put(**shirt(files=[source], variants=[small, variant("M")]))["product"]
    (media,) = product["media"]["nodes"]
    assert media["status"] == "PROCESSING"
    first, second = product["variants"]["nodes"]
    assert (nodes(first["media"]), nodes(second["media"])) == ([media["id"]], [])
    emulator.clock.advance(10)
    again = put({"id": product["id"]}, files=[source])["product"]
    assert nodes(again["media"]) != [media["id"]]
    assert again["variants"]["nodes"][0]["media"]["nodes"] == []


def test_weights_come_back_in_the_unit_they_were_given_in(put: Ask) -> None:
    weighed = {"measurement": {"weight": {"unit": "OUNCES", "value": 0.5}}, "tracked": True}
    product = put(**shirt(variants=[variant("S", inventoryItem=weighed), variant("M")]))["product"]
    item = product["variants"]["nodes"][0]["inventoryItem"]
    assert item == {"tracked": True, "measurement": {"weight": {"unit": "OUNCES", "value": 0.5}}}


def test_variants_and_options_come_together(put: Ask) -> None:
    lists = shirt()
    assert code(put(title="x", variants=lists["variants"])) == "PRODUCT_OPTIONS_INPUT_MISSING"
    assert code(put(title="x", productOptions=lists["productOptions"])) == "VARIANTS_INPUT_MISSING"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"title": " "}, "INVALID_PRODUCT"),
        ({"title": "x" * 256}, "INVALID_PRODUCT"),
        ({"tags": [f"tag {n}" for n in range(251)]}, "INVALID_PRODUCT"),
        ({"handle": "gift-card"}, "HANDLE_NOT_UNIQUE"),
        ({"variants": [variant("S"), variant("S")]}, "INVALID_VARIANT"),
        ({"variants": [variant("XXL")]}, "OPTION_VALUE_DOES_NOT_EXIST"),
        ({"variants": [variant("S", price="-1")]}, "INVALID_VARIANT"),
        ({"variants": [variant("S", optionValues=[])]}, "INVALID_VARIANT"),
        ({"variants": [variant("S", id="gid://shopify/ProductVariant/41400000000001")]},
         "PRODUCT_VARIANT_DOES_NOT_EXIST"),
        ({"variants": [variant("S", file={"originalSource": "https://a.example/1.jpg"})]},
         "INVALID_VARIANT"),
        ({"productOptions": [{"name": str(n), "values": [{"name": "x"}]} for n in range(4)]},
         "OPTIONS_OVER_LIMIT"),
        ({"variants": [variant("S")] * 2049}, "VARIANTS_OVER_LIMIT"),
        ({"files": [{"originalSource": "ftp://a.example/1.jpg"}]}, "INVALID_INPUT"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_refused_whole(
    put: Ask, emulator: Emulator, given: dict[str, Any], expected: str
) -> None:
    before = len(emulator.vendor("shopify").world.products)
    assert code(put(**shirt(**given))) == expected
    assert len(emulator.vendor("shopify").world.products) == before


def test_a_gift_card_is_one_from_the_start_or_never(put: Ask, emulator: Emulator) -> None:
    card = put(title="Card", giftCard=True)["product"]
    assert card["isGiftCard"]
    changed = put({"id": card["id"]}, giftCard=False)
    assert code(changed) == "GIFT_CARD_ATTRIBUTE_CANNOT_BE_CHANGED"
    writes = emulator.vendor("shopify").writes
    writes.sells_gift_cards = False
    assert code(put(title="Another", giftCard=True)) == "GIFT_CARDS_NOT_ACTIVATED"
    writes.sells_gift_cards = True


def test_tags_publishing_and_deleting(put: Ask, ask: Ask) -> None:
    id = put(**shirt(tags=["a"]))["product"]["id"]
    added = ask(
        "mutation M($id: ID!) { tagsAdd(id: $id, tags: [\"B\", \"a\"]) {"
        " node { ... on Product { tags } } userErrors { message } } }", id=id
    )  # fmt: skip
    assert added["data"]["tagsAdd"]["node"]["tags"] == ["a", "B"]
    channels = ask("{ publications(first: 5) { nodes { id name } } }")["data"]["publications"]
    assert nodes(channels, "name") == ["Online Store", "Point of Sale"]
    shown = ask(
        "mutation M($id: ID!, $at: [PublicationInput!]!) { publishablePublish(id: $id, input: $at)"
        " { publishable { ... on Product { publishedAt } } userErrors { message } } }",
        id=id,
        at=[{"publicationId": nodes(channels)[0]}],
    )
    assert shown["data"]["publishablePublish"]["publishable"]["publishedAt"]
    delete = (
        "mutation M($id: ID!) { productDelete(input: {id: $id})"
        " { deletedProductId userErrors { field message } } }"
    )
    assert ask(delete, id=id)["data"]["productDelete"]["deletedProductId"] == id
    gone = ask(delete, id=id)["data"]["productDelete"]
    assert gone["userErrors"] == [{"field": ["id"], "message": "Product does not exist"}]
    assert code(put({"id": id}, title="x")) == "PRODUCT_DOES_NOT_EXIST"


def test_a_reading_key_does_not_write(ask: Ask) -> None:
    answer = ask(SET, token=STATIC_TOKEN, input={"title": "x"})
    assert answer["errors"][0]["extensions"]["code"] == "ACCESS_DENIED"
    assert answer["data"]["productSet"] is None


def test_an_answer_refused_in_part_has_written_once(ask: Ask, emulator: Emulator) -> None:
    document = (
        "mutation { productSet(input: {title: \"Once\"}) { product { id variants(first: 900)"
        " { nodes { id } } } } }"
    )  # fmt: skip
    before = len(emulator.vendor("shopify").world.products)
    assert ask(document)["errors"]
    assert len(emulator.vendor("shopify").world.products) == before + 1


def test_a_mutation_costs_ten_points_and_a_little_for_each_thing_in_its_lists(ask: Ask) -> None:
    answer = ask(SET, input=shirt(files=[{"originalSource": "https://a.example/1.jpg"}]))
    assert answer["extensions"]["cost"]["requestedQueryCost"] == 10 + 3  # 0.2 * 2 + 1.9 * 1
