"""The emulated Shopify's door: tokens, versions, refused documents, scopes, protected data."""

from __future__ import annotations

from datetime import timedelta

import pytest
import requests

from tests.emulator.conftest import ShopClient
from vendor_emulator.vendors.shopify.access import SCOPES
from vendor_emulator.vendors.shopify.tokens import CLIENT_ID, CLIENT_SECRET

SHOP = "{ shop { name } }"
ORDERS = "query($first: Int) { orders(first: $first) { nodes { id } } }"


# ---------------------------------------------------------------------- tokens and versions


def test_a_wrong_token_is_401_in_the_vendors_words(client: ShopClient) -> None:
    answer = client.post(SHOP, token="shpat_wrong")
    assert answer.status_code == 401
    assert answer.json()["errors"].startswith("[API] Invalid API key or access token")


def test_client_credentials_give_a_token_that_expires(client: ShopClient) -> None:
    client.shop.tokens.lifetime = 100
    given = requests.post(
        client.base_url + "/admin/oauth/access_token",
        data={
            "client_id": CLIENT_ID,
            "client_secret": CLIENT_SECRET,
            "grant_type": "client_credentials",
        },
        timeout=5,
    ).json()
    assert given["expires_in"] == 100
    assert set(given["scope"].split(",")) == set(SCOPES)
    assert client.ask(SHOP, token=given["access_token"])["data"]
    client.emulator.clock.advance(101)
    assert client.post(SHOP, token=given["access_token"]).status_code == 401


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ({"client_secret": "wrong"}, "invalid_client"),
        ({"client_id": "wrong"}, "invalid_client"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
    ],
)
def test_wrong_client_credentials_are_refused(
    client: ShopClient, sent: dict[str, str], code: str
) -> None:
    form = {
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
        "grant_type": "client_credentials",
        **sent,
    }
    url = client.base_url + "/admin/oauth/access_token"
    for answer in (
        requests.post(url, data=form, timeout=5),
        requests.post(url, json=form, timeout=5),
    ):
        assert (answer.status_code, answer.json()["error"]) == (400, code)


def test_a_revoked_key_is_refused_from_then_on(client: ShopClient) -> None:
    client.emulator.faults.script("orders", "revoked")
    assert client.data(SHOP)
    assert client.post(ORDERS, first=1).status_code == 401
    assert client.post(SHOP).status_code == 401


@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        ("2026-10", "2026-10"),
        ("2026-04", "2026-04"),
        ("2024-01", "2026-01"),
        ("unstable", "unstable"),
    ],
)
def test_an_old_version_falls_forward_and_the_header_says_so(
    client: ShopClient, asked: str, answered: str
) -> None:
    answer = client.post(SHOP, path=f"/admin/api/{asked}/graphql.json")
    assert answer.json()["data"]
    assert answer.headers["X-Shopify-API-Version"] == answered


@pytest.mark.parametrize("version", ["2031-01", "2026-11", "latest"])
def test_a_version_that_does_not_exist_is_not_found(client: ShopClient, version: str) -> None:
    answer = client.post(SHOP, path=f"/admin/api/{version}/graphql.json")
    assert (answer.status_code, answer.json()) == (404, {"errors": "Not Found"})


# ---------------------------------------------------------------------- refusals in the answer


def test_an_unknown_field_is_named_under_status_200(client: ShopClient) -> None:
    answer = client.post("{ products(first: 1) { nodes { id nope } } }")
    assert answer.status_code == 200
    [error] = answer.json()["errors"]
    assert error["message"] == "Field 'nope' doesn't exist on type 'Product'"
    assert error["extensions"] == {
        "code": "undefinedField",
        "typeName": "Product",
        "fieldName": "nope",
    }
    assert "data" not in answer.json()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{ products(first: 1, colour: 3) { nodes { id } } }", "argumentNotAccepted"),
        ("{ order { id } }", "missingRequiredArguments"),
        ("{ shop }", "selectionMismatch"),
        ("{ order(id: $id) { id } }", "variableNotDefined"),
        ("query($id: ID) { shop { id } }", "variableNotUsed"),
        ("query($id: String) { order(id: $id) { id } }", "variableMismatch"),
    ],
)
def test_other_invalid_documents_have_the_vendors_codes(
    client: ShopClient, text: str, code: str
) -> None:
    assert client.code(text) == code


def test_an_unreadable_document_and_bad_variables_are_told(client: ShopClient) -> None:
    assert "syntax error" in client.ask("{ shop {")["errors"][0]["message"]
    answer = client.ask("query($n: Int!) { orders(first: $n) { nodes { id } } }", n="many")
    assert answer["errors"][0]["message"] == "Variable $n was provided invalid value"
    assert answer["errors"][0]["extensions"]["code"] == "INVALID_VARIABLE"
    url = client.base_url + "/admin/api/2026-10/graphql.json"
    headers = {"X-Shopify-Access-Token": client.shop.credentials("")["access_token"]}
    assert requests.post(url, data="no json", headers=headers, timeout=5).status_code == 400
    headers["Content-Type"] = "application/graphql"
    assert requests.post(url, data=SHOP, headers=headers, timeout=5).json()["data"]


def test_introspection_works(client: ShopClient) -> None:
    assert client.data('{ __type(name: "Order") { name } }')["__type"]["name"] == "Order"


# ---------------------------------------------------------------------- access


def test_a_missing_scope_denies_the_field_and_leaves_the_rest(client: ShopClient) -> None:
    token = client.shop.tokens.grant("shpat_few", ["read_orders", "read_all_orders"])
    answer = client.ask("{ orders(first: 2) { nodes { id customer { id } } } }", token=token)
    assert all(node["customer"] is None for node in answer["data"]["orders"]["nodes"])
    error = answer["errors"][0]
    assert error["message"].startswith("Access denied for customer field.")
    assert error["path"] == ["orders", "nodes", 0, "customer"]
    assert error["extensions"]["code"] == "ACCESS_DENIED"
    assert error["extensions"]["requiredAccess"] == "`read_customers` access scope."


def test_a_denied_list_leaves_no_data_at_all(client: ShopClient) -> None:
    token = client.shop.tokens.grant("shpat_few", ["read_products"])
    answer = client.ask("{ customers(first: 1) { nodes { id } } }", token=token)
    assert answer["data"] is None
    assert answer["errors"][0]["path"] == ["customers"]
    answer = client.ask(
        "{ products(first: 1) { nodes { id } } ordersCount { count } }", token=token
    )
    assert answer["data"]["products"]["nodes"]
    assert answer["data"]["ordersCount"] is None


def test_protected_customer_data_needs_more_than_a_scope(client: ShopClient) -> None:
    token = client.shop.tokens.grant("shpat_plain", SCOPES, sees_protected=False)
    answer = client.ask("{ orders(first: 1) { nodes { id email } } }", token=token)
    assert answer["data"]["orders"]["nodes"][0]["email"] is None
    assert "not approved to use the email field" in answer["errors"][0]["message"]
    assert answer["errors"][0]["extensions"]["code"] == "ACCESS_DENIED"


def test_a_writing_scope_reads_too_and_the_installation_lists_the_scopes(
    client: ShopClient,
) -> None:
    token = client.shop.tokens.grant("shpat_writer", ["write_products"])
    assert client.ask("{ products(first: 1) { nodes { id } } }", token=token)["data"]
    listed = client.ask("{ currentAppInstallation { accessScopes { handle } } }", token=token)
    assert listed["data"]["currentAppInstallation"]["accessScopes"] == [
        {"handle": "write_products"}
    ]


def test_without_read_all_orders_only_sixty_days_are_seen(client: ShopClient) -> None:
    token = client.shop.tokens.grant("shpat_recent", ["read_orders"])
    since = client.emulator.clock.now() - timedelta(days=60)
    recent = [one for one in client.shop.world.orders if one.created_at >= since]
    old = min(client.shop.world.orders, key=lambda order: order.created_at)
    count = "{ ordersCount { count } }"
    assert client.ask(count, token=token)["data"]["ordersCount"]["count"] == len(recent)
    assert client.data(count)["ordersCount"]["count"] > len(recent) > 0
    node = f'{{ order(id: "gid://shopify/Order/{5_300_000_000_000 + old.id}") {{ id }} }}'
    assert client.ask(node, token=token)["data"]["order"] is None
    assert client.data(node)["order"]["id"]
