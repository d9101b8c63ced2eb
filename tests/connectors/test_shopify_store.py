"""What stands around a Shopify store as it lands: contracts, disputes, companies, markets, texts.

Belongs here: what differs from the streams that `test_shopify.py` tests. Does not belong here:
the promises of every connector (`test_contract.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest

from dlt_pipelines.personal import Protection
from dlt_pipelines.records import ARROW_TYPES, PAYLOAD
from dlt_pipelines.sources.shopify.source import STREAMS
from dlt_pipelines.sources.shopify.store_tables import STORE_TABLES
from tests.connectors.test_shopify import Store, quick
from vendor_emulator.vendors.shopify.access import SCOPES
from vendor_emulator.vendors.shopify.things import gid

__all__ = ["quick"]  # pytest finds fixtures by import

OPENED_BY = {
    "subscription_contracts": ("read_own_subscription_contracts",),
    "disputes": ("read_shopify_payments_disputes",),
    "companies": ("read_companies", "read_customers"),
    "markets": ("read_markets",),
    "pages": ("read_content",),
    "blogs": ("read_content",),
    "articles": ("read_content",),
}
WHOLE = ("disputes", "markets", "price_lists")
OWN = (*OPENED_BY, "price_lists")
ROWS = pa.schema([("id", pa.string()), (PAYLOAD, ARROW_TYPES["json"])])


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(tmp_path, orders=100)
    yield opened
    opened.emulator.stop()


def roots(store: Store) -> list[str]:
    """Root fields asked for, of pages alone."""
    names = [next(iter(STREAMS[table])).root for table in OWN]
    pages = store.asked("query Page")
    return [name for name in names for text in pages if f"{{ {name}(" in text]


def test_an_idle_sync_asks_once_for_all_streams_and_loads_nothing(store: Store) -> None:
    store.sync(*OWN)
    store.emulator.requests.clear()
    again = store.sync(*OWN)
    assert again.api_requests == len(store.asked("query")) == 2
    assert {name: each.received for name, each in again.tables.items() if each.received} == {}


@pytest.mark.parametrize("table", sorted(OPENED_BY))
def test_a_stream_that_the_key_does_not_open_costs_no_request(store: Store, table: str) -> None:
    scopes = [one for one in SCOPES if one not in OPENED_BY[table]]
    store.shop.tokens.grant("shpat_narrow", scopes)
    store.values = {**store.values, "access_token": "shpat_narrow"}
    result = store.sync(table)
    assert "are not read: the key lacks" in " ".join(result.warnings[table])
    assert roots(store) == []


def test_of_what_comes_whole_only_the_news_are_loaded(store: Store) -> None:
    store.sync(*WHOLE)
    disputed = next(iter(store.shop.world.store["ShopifyPaymentsDispute"]))
    store.shop.world.update(
        store.shop.world.store["ShopifyPaymentsDispute"], disputed.id, None, status="ACCEPTED"
    )
    result = store.sync(*WHOLE)
    changed = {name for name, each in result.tables.items() if each.inserted or each.updated}
    assert changed == {"disputes"}
    found = store.payloads("disputes")[gid("ShopifyPaymentsDispute", disputed.id)]
    assert found["status"] == "ACCEPTED"
    assert isinstance(found["amount"]["amount"], str)


def test_a_market_that_is_gone_leaves(store: Store) -> None:
    store.sync("markets")
    store.shop.world.store["Market"].remove(2)
    store.sync("markets")
    assert set(store.payloads("markets")) == {gid("Market", 1)}


@pytest.mark.parametrize(
    ("table", "kind"), [("pages", "Page"), ("articles", "Article"), ("blogs", "Blog")]
)
def test_a_deleted_text_leaves_by_its_event(store: Store, table: str, kind: str) -> None:
    store.sync(table, "deleted_objects")
    before = store.count(table)
    store.shop.delete_stored(gid(kind, 1))
    store.sync(table, "deleted_objects")
    assert store.count(table) == before - 1
    assert gid(kind, 1) not in store.payloads(table)


def test_a_deleted_company_takes_its_people_and_places_along(store: Store) -> None:
    store.sync("companies", "deleted_objects")
    store.shop.delete_stored(gid("Company", 1))
    store.sync("companies", "deleted_objects")
    left = {gid("Company", 2)}
    assert set(store.payloads("companies")) == left
    for table in ("company_contacts", "company_locations"):
        assert {key for (key,) in store.rows(f"select company_id from raw_shopify.{table}")} == left


@pytest.mark.parametrize("extraction", ["paged", "bulk"])
def test_a_person_who_joins_a_company_comes_with_it(store: Store, extraction: str) -> None:
    store.sync("companies", extraction=extraction)
    before = store.count("company_contacts")
    store.emulator.next_day()
    store.sync("companies", extraction=extraction)
    assert store.count("company_contacts") == before + 1


def test_people_in_these_tables_are_marked(store: Store) -> None:
    company = next(iter(store.shop.world.store["Company"]))
    address = company.locations[0].address
    author = next(iter(store.shop.world.store["Article"])).author
    store.sync(*OWN)
    hide = Protection("drop", b"a key of this installation")
    seen = ""
    for table in STORE_TABLES:
        rows = store.rows(f"select id, payload from raw_shopify.{table.name}")
        seen += str(rows)
        columns = {"id": [key for key, _ in rows], PAYLOAD: [text for _, text in rows]}
        shown = hide.rows(table, pa.table(columns).cast(ROWS))
        for personal in (author, address.address1, address.last_name, address.zip):
            assert personal not in str(shown.to_pylist()), table.name
    assert author in seen and address.address1 in seen and address.zip in seen


@pytest.mark.parametrize("extraction", ["paged", "bulk"])
def test_what_a_key_may_not_see_of_a_company_is_left_out_of_it(
    store: Store, extraction: str
) -> None:
    scopes = [one for one in SCOPES if one != "read_customers"]
    store.shop.tokens.grant("shpat_narrow", scopes, sees_protected=False)
    store.values = {**store.values, "access_token": "shpat_narrow"}
    result = store.sync("companies", "subscription_contracts", extraction=extraction)
    assert store.count("companies") == 2
    told = " ".join(result.warnings["companies"])
    assert "contacts.customer is left out: it needs read_customers" in told
    assert "locations.shippingAddress.lastName is left out" in told
    place = next(iter(store.payloads("company_locations").values()))
    assert set(place["shippingAddress"]).isdisjoint({"companyName", "firstName", "lastName"})
    assert place["shippingAddress"]["city"]
    contracts = store.payloads("subscription_contracts").values()
    assert all("customer" not in one and "originOrder" in one for one in contracts)
