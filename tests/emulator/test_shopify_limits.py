"""The emulated Shopify's limits and its search syntax: costs, the bucket, filters, warnings."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest
from graphql import GraphQLObjectType, get_named_type, is_abstract_type, is_leaf_type

from tests.emulator.conftest import ShopClient
from vendor_emulator.business import Business
from vendor_emulator.clock import Clock
from vendor_emulator.vendors import Opening
from vendor_emulator.vendors.shopify.cost import Bucket
from vendor_emulator.vendors.shopify.execution import by_graphql_core, compiled
from vendor_emulator.vendors.shopify.schema import load_schema
from vendor_emulator.vendors.shopify.search import Filter, compile_search
from vendor_emulator.vendors.shopify.shop import DUMP, Shop

FLAT = "query($n: Int!) { products(first: $n) { nodes { id title } pageInfo { endCursor } } }"


def cost(client: ShopClient, text: str, **variables: Any) -> dict[str, Any]:
    return client.ask(text, **variables)["extensions"]["cost"]


# ---------------------------------------------------------------------- costs


@pytest.mark.parametrize(
    ("text", "requested"),
    [
        ("{ shop { id name } }", 1),
        ("{ shop { id plan { publicDisplayName } } }", 2),
        ("{ products(first: 250) { nodes { id title } pageInfo { endCursor } } }", 252),
        ("{ products(first: 10) { edges { cursor node { id } } } }", 12),
        ("{ products(first: 10) { nodes { id variants(first: 10) { nodes { id } } } } }", 132),
        ("{ orders(first: 2) { nodes { totalPriceSet { shopMoney { amount } } } } }", 8),
        ("{ orders(first: 2) { nodes { refunds { id order { id } } } } }", 8),
        ("{ events(first: 5) { nodes { id ... on BasicEvent { subject { __typename } } } } }", 12),
    ],
)
def test_the_requested_cost_follows_the_vendors_rule_of_thumb(
    client: ShopClient, text: str, requested: int
) -> None:
    assert cost(client, text)["requestedQueryCost"] == requested


def test_the_actual_cost_counts_what_came_and_the_difference_is_given_back(
    client: ShopClient,
) -> None:
    client.shop.bucket.configure(maximum=2000, restore_rate=0)
    text = "{ orders(first: 100) { nodes { id refunds { id } } } }"
    first = cost(client, text)
    assert first["requestedQueryCost"] == 202
    assert 2 < first["actualQueryCost"] < 202
    left = first["throttleStatus"]["currentlyAvailable"]
    assert left == 2000 - first["actualQueryCost"]
    again = cost(client, text)
    assert again["actualQueryCost"] == first["actualQueryCost"]
    assert again["throttleStatus"]["currentlyAvailable"] == left - first["actualQueryCost"]


def test_a_query_above_a_thousand_points_is_refused_before_it_runs(client: ShopClient) -> None:
    text = "{ products(first: 250) { nodes { variants(first: 250) { nodes { id } } } } }"
    error = client.ask(text)["errors"][0]["extensions"]
    assert error["code"] == "MAX_COST_EXCEEDED"
    assert (error["cost"], error["maxCost"]) == (63252, 1000)


def test_an_empty_bucket_throttles_under_status_200_and_fills_with_time(
    client: ShopClient,
) -> None:
    clock = Clock(client.emulator.business.now, ticking=lambda: 0.0)
    client.shop.bucket = Bucket(clock, maximum=2000, restore_rate=100)
    client.shop.bucket.take(1900)
    answer = client.post(FLAT, n=150)
    assert answer.status_code == 200
    assert answer.json()["errors"][0]["extensions"]["code"] == "THROTTLED"
    assert answer.json()["extensions"]["cost"]["actualQueryCost"] is None
    assert answer.json()["extensions"]["cost"]["throttleStatus"] == {
        "maximumAvailable": 2000.0,
        "currentlyAvailable": 100,
        "restoreRate": 100.0,
    }
    clock.advance(0.52)
    assert client.data(FLAT, n=150)


def test_throttling_can_be_scripted_for_ever(client: ShopClient) -> None:
    client.emulator.faults.always("products", "throttled")
    for _ in range(3):
        answer = client.ask(FLAT, n=1)
        assert answer["errors"][0]["extensions"]["code"] == "THROTTLED"
        assert answer["extensions"]["cost"]["throttleStatus"]["currentlyAvailable"] == 0


def test_the_plan_sets_the_rate(tmp_path: Path) -> None:
    business = Business(orders=20)
    options = {"plan": "plus"}
    shop = Shop(Opening(business, Clock(business.now), tmp_path, options))
    assert (shop.bucket.restore_rate, shop.bucket.maximum) == (1000, 20_000)
    shop.close()


def test_the_debug_header_explains_the_cost(client: ShopClient) -> None:
    answer = client.session.post(
        client.base_url + "/admin/api/2026-10/graphql.json",
        json={"query": FLAT, "variables": {"n": 3}},
        headers={
            "X-Shopify-Access-Token": client.shop.credentials("")["access_token"],
            "Shopify-GraphQL-Cost-Debug": "1",
        },
        timeout=5,
    )
    fields = {tuple(one["path"]): one for one in answer.json()["extensions"]["cost"]["fields"]}
    assert fields["products",]["requestedTotalCost"] == 5


# ---------------------------------------------------------------------- answers


def wide(type_: Any, depth: int, seen: tuple[str, ...] = ()) -> str:
    """A selection of nearly everything that can be reached from a type."""
    named, schema = get_named_type(type_), load_schema()
    if is_abstract_type(named):
        inner = " ".join(
            f"... on {one.name} {wide(one, depth - 1, seen)}"
            for one in schema.get_possible_types(named)
            if depth > 0 and one.name not in seen
        )
        return f"{{ __typename {inner} }}"
    assert isinstance(named, GraphQLObjectType)
    parts = ["__typename"]
    for name, field in named.fields.items():
        below = get_named_type(field.type)
        required = [key for key, one in field.args.items() if str(one.type).endswith("!")]
        arguments = '(names: ["available", "on_hand"])' if name == "quantities" else ""
        if required and not arguments:
            continue
        alias = f"{named.name}_{name}: {name}"
        if is_leaf_type(below):
            parts.append(alias)
        elif depth > 0 and below.name not in seen:
            if below.name.endswith("Connection"):
                arguments = "(first: 3)"
            parts.append(f"{alias}{arguments} {wide(field.type, depth - 1, (*seen, named.name))}")
    return f"{{ {' '.join(parts)} }}"


ROOT = load_schema().query_type
LISTS = sorted(
    name
    for name, field in (ROOT.fields.items() if ROOT else ())
    if get_named_type(field.type).name.endswith("Connection")
)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Any:
    business = Business(orders=40)
    return Shop(Opening(business, Clock(business.now), tmp_path_factory.mktemp("shop")))


@pytest.mark.parametrize("name", LISTS)
def test_the_compiled_answer_is_graphql_cores(shop: Any, name: str) -> None:
    assert ROOT is not None
    text = f"{{ {name}(first: 250) {wide(ROOT.fields[name].type, 3)} }}"
    prepared = shop.documents.read(text).operation(None)
    fast = compiled(prepared, {}, shop.session(shop.tokens.app))
    reference = by_graphql_core(prepared, {}, shop.session(shop.tokens.app))
    assert reference.errors == []
    assert orjson.dumps(fast.data, option=DUMP) == orjson.dumps(reference.data, option=DUMP)


def test_a_repeated_request_is_answered_from_what_is_kept_until_something_changes(
    client: ShopClient,
) -> None:
    text = "{ orders(first: 100, reverse: true) { nodes { name note } } }"
    first = client.data(text)
    kept = len(client.shop.store)
    assert client.data(text) == first
    assert len(client.shop.store) == kept
    added = client.shop.add_order(note="new")
    assert client.data(text)["orders"]["nodes"][0] == {"name": added.name, "note": "new"}


# ---------------------------------------------------------------------- searching

THINGS = [
    {"at": "2026-01-01T00:00:00Z", "n": 1, "tags": ("red", "blue"), "ok": True},
    {"at": "2026-01-02T00:00:00Z", "n": 2, "tags": ("green",), "ok": False},
    {"at": "2026-01-03T00:00:00Z", "n": 3, "tags": (), "ok": False},
]


def moment(thing: dict[str, Any]) -> Any:
    from vendor_emulator.vendors.shopify.search import read_time

    return read_time(thing["at"])


FILTERS = {
    "at": Filter("time", moment),
    "n": Filter("number", lambda thing: thing["n"]),
    "tag": Filter("string", lambda thing: thing["tags"]),
    "ok": Filter("boolean", lambda thing: thing["ok"]),
    "default": Filter("string", lambda thing: thing["tags"]),
}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", [1, 2, 3]),
        ("at:>='2026-01-02T00:00:00Z'", [2, 3]),
        ("at:>2026-01-02T00:00:00Z", [2, 3]),  # the vendor's `>` includes the moment
        ("at:<'2026-01-02T00:00:00Z'", [1]),
        ("at:<=2026-01-02", [1, 2]),
        ("at:>='2026-01-02T01:00:00+02:00'", [2, 3]),
        ("at:>='2026-01-01T00:00:00Z' AND at:<'2026-01-03T00:00:00Z'", [1, 2]),
        ("at:>='2026-01-01T00:00:00Z' at:<'2026-01-03T00:00:00Z' ok:true", [1]),
        ("n:1 OR n:3", [1, 3]),
        ("(n:1 OR n:3) AND ok:false", [3]),
        ("-n:2", [1, 3]),
        ("NOT n:2", [1, 3]),
        ("n:>1", [2, 3]),
        ("tag:RED", [1]),
        ("tag:red,green", [1, 2]),
        ("tag:gre*", [2]),
        ('tag:"blue"', [1]),
        ("tag:*", [1, 2]),
        ("blu", [1]),
    ],
)
def test_search_terms(text: str, found: list[int]) -> None:
    search = compile_search(text, FILTERS)
    assert [thing["n"] for thing in THINGS if search.fits(thing)] == found
    assert search.warnings == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("colour:red", "Invalid search field for this query."),
        ("at:>=yesterday", "Input `yesterday` is not an accepted `time` value."),
        (
            "at:>=2026-01-02T01:00:00+02:00",
            "Input `2026-01-02T01:00:00+02:00` is not an accepted `time` value.",
        ),
        ("n:many", "Input `many` is not an accepted `number` value."),
        ("ok:perhaps", "Input `perhaps` is not an accepted `boolean` value."),
    ],
)
def test_a_term_that_is_not_understood_is_ignored_with_a_warning(text: str, said: str) -> None:
    search = compile_search(text, FILTERS)
    assert all(search.fits(thing) for thing in THINGS)
    assert [one["message"] for one in search.warnings] == [said]


def test_the_warning_stands_beside_the_data_each_time(client: ShopClient) -> None:
    text = '{ products(first: 1, query: "colour:red") { nodes { id } } }'
    for _ in range(2):
        [told] = client.ask(text)["extensions"]["search"]
        assert told["path"] == ["products"]
        assert told["warnings"][0]["field"] == "colour"
    assert "search" not in client.ask("{ products(first: 1) { nodes { id } } }")["extensions"]


def test_an_inner_search_is_refused_instead_of_being_ignored(client: ShopClient) -> None:
    text = '{ products(first: 1) { nodes { collections(first: 1, query: "x") { nodes { id } } } } }'
    assert client.code(text) == "NOT_EMULATED"
