"""/p.js: how it is served, and what it does in a page that has nothing else."""

from __future__ import annotations

import json

import pytest
import requests

from tests.clients.browsers import Pages
from tests.clients.flaky import Flaky, ids_of
from tests.clients.shops import Shop


def test_the_script_is_fetched_once_and_then_only_asked_about(gateway: str) -> None:
    first = requests.get(f"{gateway}/p.js", timeout=10)
    assert first.status_code == 200
    assert first.headers["content-type"].startswith("text/javascript")
    assert first.headers["access-control-allow-origin"] == "*"
    assert "__eventn_id" in first.text
    known = {"If-None-Match": f"W/{first.headers['etag']}"}
    again = requests.get(f"{gateway}/p.js", headers=known, timeout=10)
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    plain = requests.get(f"{gateway}/p.js", headers={"Accept-Encoding": "identity"}, timeout=10)
    assert plain.content == first.content
    assert plain.headers["etag"] != first.headers["etag"]


def test_its_head_and_preflight_are_answered(gateway: str) -> None:
    head = requests.head(f"{gateway}/p.js", timeout=10)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["etag"]
    asked = {"Origin": "https://shop.example.com", "Access-Control-Request-Method": "GET"}
    preflight = requests.options(f"{gateway}/p.js", headers=asked, timeout=10)
    assert preflight.status_code == 200
    assert preflight.headers["access-control-allow-origin"] == "*"


def test_calls_made_before_the_script_is_there_are_not_lost(page_shop: Shop, pages: Pages) -> None:
    pages.open("script", url=page_shop.url, key=page_shop.key)
    (waited,) = page_shop.messages(1)
    assert (waited["event"], waited["properties"]) == ("Waited", {"for": "the script"})
    assert waited["context"]["consent"] == {
        "categoryPreferences": {"marketing": False, "analytics": True}
    }


def test_a_page_event_is_sent_by_itself_unless_the_page_says_otherwise(
    page_shop: Shop, pages: Pages
) -> None:
    pages.open("script", url=page_shop.url, key=page_shop.key, initOnly="false")
    came = page_shop.by_type(2)
    assert came["page"]["properties"]["title"] == "A shop with the script alone"


@pytest.mark.parametrize("domain", ["example.com", "example.co.uk"])
def test_a_visitor_stays_the_same_on_all_pages_and_subdomains(
    page_shop: Shop, pages: Pages, domain: str
) -> None:
    given = {"url": page_shop.url, "key": page_shop.key}
    page = pages.open("script", host=f"www.{domain}", **given)
    page.evaluate("_chord.identify('u1', { email: 'ann@example.com', name: 'Ann Ö.' })")
    page.evaluate("_chord.group('g1', { plan: 'gold' })")
    page_shop.messages(3)
    pages.open("script", host=f"checkout.{domain}", **given)
    *_, last = page_shop.messages(4)
    first = page_shop.messages(4)[0]
    assert last["anonymousId"] == first["anonymousId"]
    assert (last["userId"], last["groupId"]) == ("u1", "g1")
    assert last["context"]["traits"] == {
        "plan": "gold",
        "email": "ann@example.com",
        "name": "Ann Ö.",
    }
    cookies = pages.cookies()
    assert set(cookies) == {
        *("__eventn_id", "__eventn_uid", "__eventn_id_usr", "__group_id", "__group_traits")
    }
    assert {cookie["domain"] for cookie in cookies.values()} == {f".{domain}"}
    assert cookies["__eventn_id"]["value"] == first["anonymousId"]
    assert pages.said == []


def test_advertising_ids_travel_with_each_event(page_shop: Shop, pages: Pages) -> None:
    place = {"domain": ".example.com", "path": "/"}
    known = {
        "_fbp": "fb.1.2.3",
        "_ga": "GA1.1.123.456",
        "_ga_ABC": "GS1.1.1700000000.1.0.1700000000.0.0.0",
        "_ga_DEF": "GS2.1.s1800000000$o1$g0",
    }
    pages.context.add_cookies(
        [{"name": name, "value": value, **place} for name, value in known.items()]
    )
    pages.open("script", url=page_shop.url, key=page_shop.key)
    (message,) = page_shop.messages(1)
    assert message["context"]["clientIds"] == {
        "fbp": "fb.1.2.3",
        "ga4": {
            "clientId": "123.456",
            "sessionIds": {"ABC": "1700000000", "DEF": "1800000000"},
        },
    }


def test_a_page_may_ask_for_no_ids_at_all(page_shop: Shop, pages: Pages) -> None:
    page = pages.open("script", url=page_shop.url, key=page_shop.key, ids="off")
    page.evaluate("_chord.identify('u1', { email: 'ann@example.com' })")
    assert page.evaluate("_chord.user().userId") is None
    assert pages.cookies() == {}
    (only,) = page_shop.envelopes()
    assert "ann@example.com" not in json.dumps(only)


def test_what_a_busy_gateway_refused_is_sent_again_with_the_same_id(
    page_shop: Shop, pages: Pages
) -> None:
    with Flaky(page_shop.url, failures=1).served() as flaky:
        pages.open("script", url=flaky.url, key=page_shop.key)
        (came,) = page_shop.messages(1)
    assert ids_of(flaky.refused) == ids_of(flaky.passed) == {came["messageId"]}
    (sent,) = flaky.passed
    assert sent["sentAt"] > sent["timestamp"]


def test_a_page_never_breaks_over_its_events(page_shop: Shop, pages: Pages) -> None:
    page = pages.open("script", url=page_shop.url, key="id:wrong")
    called = page.evaluate(
        """async () => {
            let called = 0;
            await _chord.track("", {}, {}, () => called++);
            await _chord.track("Product Viewed", { self: window }, {}, () => called++);
            await _chord.track("Product Viewed", { price: 5 }, undefined, () => called++);
            return called;
        }"""
    )
    assert called == 3
    assert page_shop.envelopes() == []


def test_a_frame_without_cookies_sends_all_the_same(page_shop: Shop, pages: Pages) -> None:
    page = pages.open("frame", url=page_shop.url, key=page_shop.key)
    first, second = page_shop.messages(2)
    assert {first["event"], second["event"]} == {"Framed", "Framed again"}  # in any order
    assert first["anonymousId"] == second["anonymousId"]
    assert page.evaluate("document.cookie") == ""


def test_an_event_outlives_the_page_that_a_click_leaves(page_shop: Shop, pages: Pages) -> None:
    page = pages.open("script", url=page_shop.url, key=page_shop.key)
    page.evaluate(
        """() => {
            _chord.group("g1"); // the first of its kind, for which the browser asks permission
            _chord.track("Product Clicked", { product_id: "p1" });
        }"""
    )
    page.goto("about:blank")
    names = [message.get("event", message["type"]) for message in page_shop.messages(3)]
    assert sorted(names) == ["Product Clicked", "Waited", "group"]
