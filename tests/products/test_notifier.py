"""What Slack is told, and that nobody suffers when Slack does not listen."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from chord_platform.products.notifier import SlackNotifier
from chord_platform.products.outcome import Change, Outcome, Result
from chord_platform.products.slack_message import message
from chord_platform.products.sync_product import Side
from tests.conformance.coverage import Held
from tests.conformance.spec_slack import SPEC
from vendor_emulator.server import Emulator

LINKS = ((Side.CONTENTFUL, "https://cms.test/p"), (Side.SHOPIFY, "https://shop.test/p"))


def outcome(result: Result = Result.WRITTEN, **changes: Any) -> Outcome:
    told: dict[str, Any] = {
        "tenant": "my_company",
        "ref": "contentful/p",
        "origin": Side.CONTENTFUL,
        "result": result,
        "called": "Linen Shirt",
        "links": LINKS,
        "started_at": datetime(2026, 11, 21, tzinfo=UTC),
        **changes,
    }
    return Outcome(**told)


PRICE = Change(field="price", before="49.00", after="39.00", subject="SHIRT-S")


@pytest.fixture(scope="module")
def server() -> Iterator[Emulator]:
    with Emulator(orders=20, vendors=["slack"], options={"slack": {"limits": "off"}}) as emulator:
        yield emulator


@pytest.fixture
def slack(server: Emulator) -> Iterator[Emulator]:
    server.reset()
    yield server
    assert Held("slack").hold(server.requests) == []


class Waited(list[float]):
    def notifier(self, slack: Emulator) -> SlackNotifier:
        return SlackNotifier(slack.credentials("slack")["webhook_url"], sleep=self.append)


def texts(body: dict[str, Any]) -> str:
    return "\n".join(
        block["text"]["text"] for block in body["blocks"] if block["type"] in ("section", "header")
    )


def test_a_message_says_product_direction_changes_and_links() -> None:
    body = message("my_company", [outcome(changes=(PRICE,))])
    assert body["text"] == "✅ Linen Shirt: synced (my_company)"
    assert texts(body) == (
        "✅ Linen Shirt: synced\n"
        "✅ *Linen Shirt*   Contentful → Shopify\n"
        "Open in <https://cms.test/p|Contentful> · <https://shop.test/p|Shopify>\n"
        "• price of SHIRT-S: `49.00` → `39.00`"
    )


def test_many_products_make_one_message(slack: Emulator) -> None:
    some = [
        outcome(called=f"Product {n}", contentful_id=f"p{n}", changes=(PRICE,) * 30)
        for n in range(99)
    ]
    bad = outcome(Result.FAILED, reason="Shopify answers 502.", next_step="Try again.")
    Waited().notifier(slack).tell("my_company", [bad, *some])
    (body,) = slack.vendor("slack").messages
    assert body["text"] == "❌ 100 products: 1 failed, 99 synced (my_company)"
    assert len(body["blocks"]) <= 50
    assert "Shopify answers 502." in texts(body)
    assert "and 26 more changes" in texts(body)
    assert "and 60 more" in texts(body)


def test_a_product_and_its_variants_are_told_of_once() -> None:
    some = [outcome(ref=f"contentful/{n}", contentful_id="p", changes=(PRICE,)) for n in range(3)]
    assert message("t", some)["text"] == "✅ Linen Shirt: synced (t)"


def test_what_a_product_is_called_cannot_write_slacks_marks() -> None:
    nasty = "<!channel> & `x` <https://evil.test|click>"
    change = Change(field="name", before=nasty, after="b\n*bold*")
    body = message("t", [outcome(called=nasty, changes=(change,), notes=(nasty,))])
    (section,) = (one["text"]["text"] for one in body["blocks"] if one["type"] == "section")
    assert "<!channel>" not in section and "<https://evil" not in section
    assert "&lt;!channel&gt; &amp;" in section
    assert body["blocks"][0]["text"]["type"] == "plain_text"
    SPEC.check_message(body)


@pytest.mark.parametrize("result", list(Result))
def test_every_result_makes_a_message_that_slack_takes(slack: Emulator, result: Result) -> None:
    one = outcome(
        result,
        called="x" * 400,
        reason="r" * 5000,
        refusals=("sku is required",) * 50,
        notes=("n" * 900,) * 50,
        changes=(Change(field="f", before="b" * 9000, after="a" * 9000),) * 50,
        is_conflict=True,
    )
    Waited().notifier(slack).tell("t" * 40, [one])
    assert len(slack.vendor("slack").messages) == 1


def test_a_throttled_or_ill_slack_is_told_again_after_a_while(slack: Emulator) -> None:
    slack.faults.script("message", "throttled", "rollup-error")
    waited = Waited()
    waited.notifier(slack).tell("my_company", [outcome()])
    assert waited == [1.0, 2.0]
    assert len(slack.vendor("slack").messages) == 1


@pytest.mark.parametrize(("fault", "requests"), [("archived", 1), ("revoked", 1), (500, 8)])
def test_a_channel_that_is_gone_is_left_alone_and_fails_nothing(
    slack: Emulator, fault: str | int, requests: int, caplog: pytest.LogCaptureFixture
) -> None:
    slack.faults.always("message", fault)
    notifier = Waited().notifier(slack)
    for _ in range(2):
        notifier.tell("my_company", [outcome()])
    slack.faults.clear()
    assert len(slack.requests) == requests
    assert "Slack was not told of 1 products of my_company" in caplog.text
    assert "/services/" not in caplog.text + repr(notifier)


def test_nobody_at_the_address_fails_nothing() -> None:
    waited: list[float] = []
    SlackNotifier("http://127.0.0.1:9/services/x", sleep=waited.append).tell("t", [outcome()])
    assert waited == [1.0, 2.0, 4.0]


def test_nothing_to_tell_sends_nothing(slack: Emulator) -> None:
    Waited().notifier(slack).tell("my_company", [])
    assert len(slack.requests) == 0
