"""What is remembered of products, on both stores; and how products and states are named."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest

from chord_platform.errors import UnknownProduct
from chord_platform.product_deliveries.marks import newest_mark
from chord_platform.products.fingerprints import LastSync, is_older_than_ours
from chord_platform.products.history import History
from chord_platform.products.links import Links
from chord_platform.products.outcome import Change, Outcome, Result
from chord_platform.products.refs import read_ref
from chord_platform.products.shopify.pictures import StoredPictures
from chord_platform.products.sync_product import Side
from chord_platform.store import Store, open_store
from chord_platform.webhooks.delivery import Delivery
from tests.store.servers import migrated_url, postgres, postgres_template, sqlite_template
from tests.store.settings import settings_on

__all__ = ["migrated_url", "postgres", "postgres_template", "sqlite_template"]

CMS, SHOP = Side.CONTENTFUL, Side.SHOPIFY
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
LAST = LastSync(
    contentful="a" * 64,
    shopify="b" * 64,
    linked=frozenset({"gid://shopify/ProductVariant/1"}),
    marks=((CMS, "7"), (SHOP, "2026-03-02T09:00:00Z")),
)


@pytest.fixture
def store(migrated_url: str, tmp_path: Path) -> Iterator[Store]:
    opened = open_store(settings_on(tmp_path, migrated_url))
    yield opened
    opened.close()


def test_a_link_is_found_by_either_side_and_by_a_variants_entry(store: Store) -> None:
    links = Links(store)
    begun = links.begin("t", {CMS: "shirt"}, origin=CMS)
    assert (begun.pending, begun.last) == (CMS, None)
    ended = replace(begun, shopify_id="gid://shopify/Product/1", last=LAST, synced_at=NOW)
    links.finish(ended, entries=["shirt-s", "shirt-m"])
    expected = replace(ended, pending=None)
    assert links.of("t", CMS, "shirt") == expected
    assert links.of("t", SHOP, "gid://shopify/Product/1") == expected
    assert links.of("t", CMS, "shirt-m") == expected
    assert links.of("other", CMS, "shirt") is None
    links.finish(expected, entries=["shirt-s"])
    assert links.of("t", CMS, "shirt-m") is None
    links.forget(expected)
    assert links.of("t", CMS, "shirt-s") is None


def test_two_halves_become_one_link(store: Store) -> None:
    links = Links(store)
    links.begin("t", {CMS: "shirt"}, origin=CMS)
    links.begin("t", {SHOP: "gid://shopify/Product/1"}, origin=SHOP)
    both = links.begin("t", {CMS: "shirt", SHOP: "gid://shopify/Product/1"}, origin=SHOP)
    assert links.of_tenant("t") == [both]
    links.end(both)
    assert links.of_tenant("t") == [replace(both, pending=None)]


def test_an_outcome_is_kept_whole_and_forgotten_when_it_is_old(store: Store) -> None:
    history = History(store)
    outcome = Outcome(
        tenant="t",
        ref="contentful/shirt",
        origin=CMS,
        result=Result.WRITTEN,
        called="Shirt",
        changes=(Change(field="price", before="1.00", after="2.00", subject="S"),),
        notes=("a note",),
        refusals=("a refusal",),
        is_conflict=True,
        contentful_id="shirt",
        shopify_id="gid://shopify/Product/1",
        links=((CMS, "https://cms"), (SHOP, "https://shop")),
        started_at=NOW,
        seconds=1.5,
    )
    history.save(outcome, by="anna")
    later = replace(outcome, result=Result.FAILED, started_at=NOW + timedelta(hours=1))
    history.save(later, by="anna")
    newest, oldest = history.of_product("t", shopify_id="gid://shopify/Product/1")
    assert replace(oldest, id="") == outcome
    assert [one.result for one in history.of_tenant("t", only_failures=True)] == [newest.result]
    assert history.forget(older_than=NOW + timedelta(minutes=1)) == 1
    assert len(history.of_tenant("t")) == 1


def test_a_picture_remembers_where_it_came_from(store: Store) -> None:
    pictures = StoredPictures(store, tenant="t")
    pictures.remember({"m1": "https://a/1.jpg", "m2": "https://a/2.jpg"}, forget=())
    pictures.remember({"m1": "https://a/9.jpg"}, forget=["m2"])
    assert pictures.sources(["m1", "m2", "m3"]) == {"m1": "https://a/9.jpg"}
    assert StoredPictures(store, tenant="other").sources(["m1"]) == {}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("contentful/4Zx_a.b-c", "contentful/4Zx_a.b-c"),
        ("contentful-variant/v1", "contentful/v1"),
        ("shopify/42", "shopify/gid://shopify/Product/42"),
        ("gid://shopify/Product/42", "shopify/gid://shopify/Product/42"),
        ("shopify/gid://shopify/ProductVariant/7", "shopify/gid://shopify/ProductVariant/7"),
    ],
)
def test_a_product_has_names_that_people_write(text: str, expected: str) -> None:
    assert str(read_ref(text)) == expected


@pytest.mark.parametrize(
    "text", ["", "shirt", "shopify/", "shopify/gid://shopify/Order/1", "contentful/../x"]
)
def test_what_names_no_product_is_refused(text: str) -> None:
    with pytest.raises(UnknownProduct):
        read_ref(text)


def told(subject: str, body: Any) -> Delivery:
    return Delivery(
        id="1",
        topic="product_sync:t",
        key="",
        subject=subject,
        headers={},
        body=body if isinstance(body, bytes) else orjson.dumps(body),
        received_at=NOW,
        not_before=NOW,
        attempts=1,
        state="claimed",
    )


def test_a_webhook_tells_of_a_state_only_where_that_is_certain() -> None:
    shop, publish = "shopify/gid://shopify/Product/1", "ContentManagement.Entry.publish"
    updated = told("products/update", {"updated_at": "2026-03-02T04:00:00-05:00"})
    later = told("products/update", {"updated_at": "2026-03-02T04:00:01-05:00"})
    deleted = told("products/delete", {"id": 1})
    assert newest_mark(shop, [later, updated]) == "2026-03-02T09:00:01Z"
    assert newest_mark(shop, [updated, deleted]) == ""
    assert newest_mark(shop, [told("products/update", b"{cut")]) == ""
    entry = told(publish, {"sys": {"publishedVersion": 12}})
    assert newest_mark("contentful/shirt", [entry]) == "12"
    assert newest_mark("contentful-variant/shirt-s", [entry]) == ""
    gone = told("ContentManagement.Entry.unpublish", {"sys": {"publishedVersion": 12}})
    assert newest_mark("contentful/shirt", [gone]) == ""


def test_within_one_second_another_change_may_have_followed() -> None:
    assert is_older_than_ours("2026-03-02T08:59:59Z", side=SHOP, last=LAST)
    assert not is_older_than_ours("2026-03-02T09:00:00Z", side=SHOP, last=LAST)
    assert is_older_than_ours("7", side=CMS, last=LAST)
    assert not is_older_than_ours("10", side=CMS, last=LAST)
    assert not is_older_than_ours("", side=CMS, last=LAST)
