"""The emulator's server: faults as they arrive at a client, recording, the process form."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import requests
from click.testing import CliRunner

from chord_platform.cli.emulator import command
from tests.emulator.conftest import ShopClient
from vendor_emulator.faults import Fault, slow, status
from vendor_emulator.recorder import Recorded, Recorder
from vendor_emulator.server import Emulator
from vendor_emulator.vendors import find_vendors

SHOP = "{ shop { name } }"
ORDERS = "query Orders { orders(first: 5) { nodes { id } } }"


def test_vendors_are_found_by_themselves_and_listed_on_a_page(emulator: Emulator) -> None:
    assert "shopify" in find_vendors()
    page = requests.get(emulator.url, timeout=5)
    assert page.headers["content-type"].startswith("text/html")
    for text in (emulator.base_url("shopify"), "throttled", "truncated-chunked"):
        assert text in page.text


def test_starting_and_stopping_take_well_under_a_second() -> None:
    started = time.perf_counter()
    with Emulator(orders=50) as emulator:
        assert ShopClient(emulator).data(SHOP)
    assert time.perf_counter() - started < 2  # 0.25 s on a quiet machine


def test_an_unknown_vendor_and_an_unknown_path_are_not_found(emulator: Emulator) -> None:
    assert requests.get(f"{emulator.url}/nobody/x", timeout=5).status_code == 404
    assert requests.get(f"{emulator.base_url('shopify')}/nothing", timeout=5).status_code == 404


def test_scripted_statuses_come_in_order_and_then_the_answer(client: ShopClient) -> None:
    client.emulator.faults.script("orders", 429, 503, 200)
    statuses = [client.post(ORDERS).status_code for _ in range(4)]
    assert statuses == [429, 503, 200, 200]
    assert client.emulator.faults.pending() == {}


def test_a_script_meets_only_what_it_names(client: ShopClient) -> None:
    client.emulator.faults.script("Orders", 500)
    client.emulator.faults.script("/graphql.json", 502, vendor="somebody else")
    assert client.post(SHOP).status_code == 200
    assert client.post(ORDERS).status_code == 500
    assert client.emulator.faults.pending() == {"/graphql.json": 1}


def test_a_path_is_met_by_its_end_and_a_star_meets_everything(client: ShopClient) -> None:
    client.emulator.faults.script("/graphql.json", 502)
    assert client.post(SHOP).status_code == 502
    client.emulator.faults.always("*", 503, vendor="shopify")
    assert [client.post(SHOP).status_code for _ in range(3)] == [503] * 3
    client.emulator.faults.clear()
    assert client.post(SHOP).status_code == 200


def test_retry_after_is_there_or_not_as_scripted(client: ShopClient) -> None:
    faults = client.emulator.faults
    faults.script("shop", 429, "429-without-retry-after", status(429, retry_after=0.05))
    waits = [client.post(SHOP).headers.get("Retry-After") for _ in range(3)]
    assert waits == ["1", None, "0.05"]


def test_a_body_cut_under_its_promised_length_breaks_the_connection(client: ShopClient) -> None:
    client.emulator.faults.script("shop", "truncated")
    with pytest.raises(requests.exceptions.ChunkedEncodingError, match="IncompleteRead"):
        client.post(SHOP)
    assert client.post(SHOP).json()["data"]["shop"]["name"]


def test_a_chunked_body_without_its_last_chunk_breaks_the_connection(client: ShopClient) -> None:
    client.emulator.faults.script("shop", "truncated-chunked")
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        client.post(SHOP)


@pytest.mark.parametrize("kind", ["truncated-framed", "invalid-json", "html", "empty"])
def test_a_wrong_body_under_status_200_arrives_whole(client: ShopClient, kind: str) -> None:
    client.emulator.faults.script("shop", kind)
    answer = client.post(SHOP)
    assert answer.status_code == 200
    with pytest.raises(ValueError):
        answer.json()
    assert answer.headers["content-type"].startswith("text/html") is (kind == "html")


def test_a_slow_answer_is_late_and_right_and_holds_up_nobody_else(client: ShopClient) -> None:
    client.emulator.faults.script("shop", slow(0.3))
    started = time.perf_counter()
    assert client.data(SHOP)["shop"]["name"]
    assert time.perf_counter() - started >= 0.3
    client.emulator.faults.script("shop", slow(5))
    with pytest.raises(requests.exceptions.ReadTimeout):
        client.session.post(
            client.base_url + "/admin/api/2026-10/graphql.json", json={"query": SHOP}, timeout=0.1
        )
    assert client.data(ORDERS)


def test_something_can_happen_between_an_answer_and_the_next_request(client: ShopClient) -> None:
    seen: list[str] = []
    client.emulator.faults.script("shop", None, lambda: seen.append("changed"))
    client.data(SHOP)
    assert seen == []
    client.data(SHOP)
    assert seen == ["changed"]


def test_a_fault_of_ones_own_answers_as_given(client: ShopClient) -> None:
    fault = Fault("status", status=418, headers={"X-Why": "test"}, body=b"teapot")
    client.emulator.faults.script("shop", fault)
    answer = client.post(SHOP)
    assert (answer.status_code, answer.text, answer.headers["X-Why"]) == (418, "teapot", "test")


def test_requests_are_recorded_with_what_was_sent_and_received(client: ShopClient) -> None:
    client.emulator.faults.script("orders", 503)
    client.post(ORDERS)
    client.data("query Orders($n: Int!) { orders(first: $n) { nodes { id } } }", n=2)
    refused, answered = client.emulator.requests.named("orders")
    assert (refused.status, refused.fault) == (503, "status")
    assert (answered.status, answered.fault, answered.variables) == (200, None, {"n": 2})
    assert answered.names == ("Orders", "orders")
    assert len(answered.received["data"]["orders"]["nodes"]) == 2
    assert answered.operation is not None
    assert "orders(first: $n)" in answered.operation


def test_the_recorder_lets_old_bodies_go_before_memory_does() -> None:
    recorder = Recorder(body_bytes=100)
    for number in range(10):
        recorder.add(Recorded("v", "GET", f"/{number}", (), b"", 200, b"x" * 30))
    assert len(recorder) == 10
    assert recorder[-1].answer == b"x" * 30
    assert sum(len(one.answer or b"") for one in recorder) <= 100
    assert recorder[0].answer is None


def test_reset_brings_the_first_day_back(client: ShopClient) -> None:
    count = "{ ordersCount { count } productsCount { count } }"
    before = client.data(count)
    client.shop.add_order()
    client.emulator.next_day()
    client.emulator.faults.always("*", 500)
    client.emulator.reset()
    assert client.data(count) == before


def test_another_process_scripts_faults_over_http(client: ShopClient) -> None:
    url = client.emulator.url
    script = {"match": "shop", "steps": [429], "vendor": "shopify"}
    assert requests.post(f"{url}/_emulator/faults", json=script, timeout=5).ok
    assert client.post(SHOP).status_code == 429
    always = {"match": "shop", "always": ["throttled"]}
    requests.post(f"{url}/_emulator/faults", json=always, timeout=5)
    assert client.code(SHOP) == "THROTTLED"
    requests.post(f"{url}/_emulator/clear", timeout=5)
    assert client.data(SHOP)
    counts = requests.get(f"{url}/_emulator/requests", timeout=5).json()
    assert counts["shopify POST /admin/api/2026-10/graphql.json shop"] == 3
    tomorrow = requests.post(f"{url}/_emulator/next-day", timeout=20).json()
    assert tomorrow["today"] == client.emulator.business.today.isoformat()
    credentials = requests.get(f"{url}/_emulator/credentials", timeout=5).json()
    assert credentials["shopify"] == client.emulator.credentials("shopify")
    assert requests.post(f"{url}/_emulator/nonsense", timeout=5).status_code == 404


def test_the_process_prints_its_address_prepares_and_stops_on_ctrl_c(tmp_path: Path) -> None:
    prepare = tmp_path / "prepare.json"
    paged = (
        "query($after: String) { orders(first: 40, after: $after) { nodes { id } "
        "pageInfo { hasNextPage endCursor } } }"
    )
    prepare.write_text(
        json.dumps([{"query": paged}, {"bulk": "{ orders { edges { node { id } } } }"}])
    )
    process = subprocess.Popen(
        [sys.executable, "-m", "vendor_emulator", "--orders", "150", "--prepare", str(prepare)],
        stdout=subprocess.PIPE,
        text=True,
        env=dict(os.environ),
    )
    try:
        assert process.stdout is not None
        prepared, address, credentials = (process.stdout.readline() for _ in range(3))
        assert prepared.startswith("prepared 4 answers in"), prepared
        values = json.loads(credentials.split(" ", 1)[1])["shopify"]
        assert values["base_url"].startswith(address.split()[-1])
        answer = requests.post(
            values["base_url"] + "/admin/api/2026-10/graphql.json",
            json={"query": SHOP},
            headers={"X-Shopify-Access-Token": values["access_token"]},
            timeout=5,
        )
        assert answer.json()["data"]["shop"]["name"]
    finally:
        process.send_signal(signal.SIGINT)
        rest, _ = process.communicate(timeout=10)
    assert process.returncode == 0
    assert rest.endswith("has stopped.\n")


def test_the_command_explains_itself() -> None:
    shown = CliRunner().invoke(command, ["--help"])
    assert shown.exit_code == 0
    for option in ("--port", "--seed", "--orders"):
        assert option in shown.output
