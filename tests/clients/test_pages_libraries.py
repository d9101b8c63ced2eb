"""Browsers' libraries in a real page send to the gateway, another origin, unchanged."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.clients.browsers import Pages
from tests.clients.shops import Shop

META = {
    "i18n": {"currency": "USD", "locale": "en-US"},
    "ownership": {"oms_id": "o", "store_id": "s", "tenant_id": "t"},
    "platform": {"name": "Shopify", "type": "web"},
    "store": {"domain": "my-company"},
    "version": {"major": 3, "minor": 0, "patch": 0},
}


def chord_page(pages: Pages, shop: Shop, **given: str) -> Page:
    return pages.open("chord", domain=f"{shop.url}/p.js", key=shop.key, **given)


def test_chords_client_sends_through_our_script(page_shop: Shop, pages: Pages) -> None:
    page = chord_page(pages, page_shop, utm_campaign="may", utm_source="news", groups=",C0001,")
    page.evaluate(
        """async () => {
            await shop.page();
            await shop.identify("u1", { email: "ann@example.com" });
            await shop.trackProductAdded({
                cart: {}, product: { quantity: 2 },
            });
        }"""
    )
    messages = page_shop.messages(4)
    assert [message["type"] for message in messages].count("track") == 2
    by_name = {message.get("event", message["type"]): message for message in messages}
    viewed, known = by_name["page"], by_name["identify"]
    consent, added = by_name["Consent Preferences Updated"], by_name["Product Added"]
    assert viewed["properties"]["meta"] == META
    assert viewed["properties"]["title"] == "A shop with Chord's client"
    assert viewed["properties"]["path"] == "/chord.html"
    assert viewed["context"]["campaign"] == {"name": "may", "source": "news"}
    assert known["userId"] == "u1"
    assert known["traits"] == {"email": "ann@example.com"}
    assert added["properties"]["products"] == [
        {"name": "Mug", "price": 5, "product_id": "p1", "sku": "s1", "quantity": 2}
    ]
    assert added["properties"]["meta"] == META
    assert (added["userId"], added["context"]["traits"]) == ("u1", {"email": "ann@example.com"})
    preferences = {"categoryPreferences": {"C0001": True, "C0002": False}}
    assert all(message["context"]["consent"] == preferences for message in messages)
    assert consent["properties"]["consentCategories"] == preferences["categoryPreferences"]
    assert len({message["anonymousId"] for message in messages}) == 1
    assert len({message["messageId"] for message in messages}) == 4
    assert pages.said == []


def test_chords_client_forgets_a_person_who_logs_out(page_shop: Shop, pages: Pages) -> None:
    page = chord_page(pages, page_shop)
    page.evaluate(
        """async () => {
            await shop.identify("u1", { email: "ann@example.com" });
            await shop.reset();
            await shop.track("Coupon Applied", { coupon_id: "c1" });
        }"""
    )
    known, after = page_shop.messages(2)
    assert known["anonymousId"] != after["anonymousId"]
    assert "userId" not in after
    assert after["context"]["traits"] == {}


def test_jitsus_own_client_is_understood(page_shop: Shop, pages: Pages) -> None:
    page = pages.open("jitsu", url=page_shop.url, key=page_shop.key)
    page.evaluate(
        """async () => {
            tracker.configure({ privacy: { consentCategories: { marketing: false } } });
            await tracker.page({ name: "Home" });
            await tracker.identify("u1", { email: "ann@example.com" });
            await tracker.group("g1", { plan: "gold" });
            await tracker.track("Product Added", { product_id: "p1", price: 5 });
        }"""
    )
    came = page_shop.by_type(4)
    assert came["page"]["context"]["library"]["name"] == "@jitsu/js"
    assert came["identify"]["traits"] == {"email": "ann@example.com"}
    assert (came["group"]["groupId"], came["group"]["traits"]) == ("g1", {"plan": "gold"})
    assert came["track"]["properties"] == {"product_id": "p1", "price": 5}
    assert came["track"]["userId"] == "u1"
    preferences = {"categoryPreferences": {"marketing": False}}
    assert all(message["context"]["consent"] == preferences for message in came.values())
    cookie = pages.cookies()["__eventn_id"]["value"]
    assert {message["anonymousId"] for message in came.values()} == {cookie}


def test_our_script_goes_on_with_the_person_that_jitsus_script_knew(
    page_shop: Shop, pages: Pages
) -> None:
    page = pages.open("jitsu", url=page_shop.url, key=page_shop.key)
    page.evaluate("tracker.identify('u1', { email: 'ann@example.com' })")
    (before,) = page_shop.messages(1)
    page = pages.open("script", url=page_shop.url, key=page_shop.key)
    page.evaluate("_chord.track('Product Viewed', {})")
    *_, after = page_shop.messages(3)
    assert after["context"]["library"]["name"] == "chord-events"
    assert (after["anonymousId"], after["userId"]) == (before["anonymousId"], "u1")
    assert after["context"]["traits"] == {"email": "ann@example.com"}


def test_segments_client_for_browsers_is_understood(page_shop: Shop, pages: Pages) -> None:
    page = pages.open("segment", url=page_shop.url, key=page_shop.key)
    page.evaluate(
        """async () => {
            await tracker.page("Home");
            await tracker.identify("u1", { email: "ann@example.com" });
            await tracker.group("g1", { plan: "gold" });
            await tracker.track("Order Completed", { order_id: "1001", total: 12.5 });
        }"""
    )
    came = page_shop.by_type(4)
    assert came["page"]["name"] == "Home"
    assert came["identify"]["traits"] == {"email": "ann@example.com"}
    assert came["group"]["groupId"] == "g1"
    assert came["track"]["properties"] == {"order_id": "1001", "total": 12.5}
    assert all(m["messageId"].startswith("ajs-next-") for m in came.values())
    assert len({message["anonymousId"] for message in came.values()}) == 1
    assert "writeKey" not in str(came)


def test_segments_client_may_send_batches(page_shop: Shop, pages: Pages) -> None:
    page = pages.open("segment", url=page_shop.url, key=page_shop.key, strategy="batching")
    page.evaluate(
        """() => Promise.all([1, 2, 3].map((n) => tracker.track("Product Viewed", { n })))"""
    )
    messages = page_shop.messages(3)
    assert sorted(message["properties"]["n"] for message in messages) == [1, 2, 3]
    assert all(message["sentAt"] for message in messages)
