"""What Shopify refuses, delays, cuts short or hides, and what the connector makes of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from dlt_pipelines.connector import CheckResult
from dlt_pipelines.errors import (
    CredentialsRejected,
    SettingsRefused,
    UnexpectedResponse,
    VendorUnavailable,
)
from dlt_pipelines.sources.shopify import CONNECTOR, bulk, client
from dlt_pipelines.sources.shopify.documents import BULK_MARK
from dlt_pipelines.sync import check
from tests.connectors.test_shopify import Store
from vendor_emulator.clock import Clock
from vendor_emulator.faults import Fault
from vendor_emulator.vendors.shopify.access import SCOPES
from vendor_emulator.vendors.shopify.tokens import CLIENT_ID, CLIENT_SECRET

BEGIN = datetime(2026, 9, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "SECOND", 0.002)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(tmp_path, orders=40)
    yield opened
    opened.emulator.stop()


def narrowed(store: Store, *missing: str, **grant: Any) -> Store:
    scopes = set(SCOPES) - set(missing)
    store.values["access_token"] = store.shop.tokens.grant("shpat_narrow", scopes, **grant)
    return store


def checked(store: Store, **values: str) -> CheckResult:
    return check(CONNECTOR, {**store.values, **values})


def all_orders(store: Store) -> int:
    return len(store.shop.world.orders)


# ---------------------------------------------------------------------- keys


def by_client_credentials(store: Store, **values: str) -> dict[str, str]:
    return {
        "access_token": "",
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
        **values,
    }


def test_client_credentials_are_exchanged_for_a_token_once(store: Store) -> None:
    store.sync("orders", **by_client_credentials(store))
    assert store.count("orders") == all_orders(store)
    assert store.shop.tokens.issued == 1


def test_a_token_that_expires_in_mid_run_is_renewed(store: Store) -> None:
    def a_day_passes() -> None:
        store.emulator.clock.advance(86_400)

    store.emulator.faults.script("Page", None, None, a_day_passes)
    store.sync("orders", extraction="paged", **by_client_credentials(store))
    assert store.count("orders") == all_orders(store)
    assert store.shop.tokens.issued == 2


def test_a_revoked_key_asks_the_merchant_to_act(store: Store) -> None:
    store.sync("orders")
    store.emulator.faults.script("Account", "revoked")
    with pytest.raises(CredentialsRejected, match="reconnect the data source"):
        store.sync("orders")
    assert store.count("orders") == all_orders(store)


def test_a_wrong_client_secret_asks_the_merchant_to_act(store: Store) -> None:
    values = by_client_credentials(store, client_secret="wrong")
    with pytest.raises(CredentialsRejected, match="client id and secret"):
        store.sync("orders", **values)


def test_neither_kind_of_key_is_said_before_anything_is_asked(store: Store) -> None:
    with pytest.raises(SettingsRefused, match="neither an access token"):
        checked(store, access_token="")
    assert len(store.emulator.requests) == 0


def test_a_frozen_store_is_the_merchants_to_mend(store: Store) -> None:
    store.emulator.faults.script("Account", "shop-inactive")
    with pytest.raises(CredentialsRejected, match="frozen"):
        store.sync("orders")


def test_a_key_of_another_store_is_refused(store: Store) -> None:
    with pytest.raises(SettingsRefused, match=r"opens fable-and-co\.myshopify\.com, not other"):
        checked(store, shop="other")


def test_a_store_that_moved_is_an_error_and_not_another_stores_data(store: Store) -> None:
    elsewhere = {"Location": "https://new-name.myshopify.com/admin/api/2026-10/graphql.json"}
    store.emulator.faults.script("Account", Fault("status", status=301, headers=elsewhere))
    with pytest.raises(SettingsRefused, match=r"new-name\.myshopify\.com"):
        store.sync("orders")


# ---------------------------------------------------------------------- the setup test


def test_a_good_key_costs_one_request_and_names_the_store(store: Store) -> None:
    result = checked(store)
    assert "fable-and-co.myshopify.com" in result.account
    assert (result.missing_scopes, result.warnings) == ((), ())
    assert len(store.emulator.requests) == 1


def test_missing_scopes_are_told_apart_from_a_wrong_key(store: Store) -> None:
    narrowed(store, "read_customers", "read_inventory", "read_all_orders")
    result = checked(store)
    assert set(result.missing_scopes) == {"read_customers", "read_inventory", "read_all_orders"}
    assert any("60 days" in warning for warning in result.warnings)
    with pytest.raises(CredentialsRejected):
        checked(store, access_token="shpat_wrong")


def test_a_plan_without_personal_data_is_said_by_the_setup_test(store: Store) -> None:
    narrowed(store, sees_protected=False)
    assert any("Protected customer data" in warning for warning in checked(store).warnings)


# ---------------------------------------------------------------------- narrow keys


@pytest.mark.parametrize("extraction", ["paged", "bulk"])
def test_a_missing_scope_drops_fields_with_a_warning_and_not_the_stream(
    store: Store, extraction: str
) -> None:
    narrowed(store, "read_customers", "read_products")
    result = store.sync("orders", extraction=extraction)
    assert store.count("orders") == all_orders(store)
    assert all("customer" not in order for order in store.payloads("orders").values())
    lines = store.payloads("order_line_items").values()
    assert all("variant" not in line and "sku" in line for line in lines)
    told = " ".join(result.warnings["orders"])
    assert "customer is left out: it needs read_customers" in told
    assert "lineItems.variant" in told


def test_a_stream_without_its_scope_is_skipped_and_read_whole_once_it_is_granted(
    store: Store,
) -> None:
    narrowed(store, "read_customers")
    result = store.sync("customers", "products")
    assert "read_customers" in result.warnings["customers"][0]
    assert "customers" not in result.cursors and "products" in result.cursors
    store.shop.tokens.grant("shpat_narrow", SCOPES)
    store.sync("customers", "products")
    assert store.count("customers") == len(store.shop.world.customers)


@pytest.mark.parametrize("extraction", ["paged", "bulk"])
def test_protected_fields_that_are_refused_are_left_out_one_by_one(
    store: Store, extraction: str
) -> None:
    narrowed(store, sees_protected=False)
    result = store.sync("customers", "orders", extraction=extraction)
    assert store.count("orders") == all_orders(store)
    customer = next(iter(store.payloads("customers").values()))
    assert "displayName" not in customer and "numberOfOrders" in customer
    assert any("email is left out" in warning for warning in result.warnings["orders"])


def test_only_sixty_days_of_orders_are_seen_and_said(store: Store) -> None:
    narrowed(store, "read_all_orders")
    result = store.sync("orders")
    assert store.count("orders") < all_orders(store)
    assert any("60 days" in warning for warning in result.warnings["orders"])


# ---------------------------------------------------------------------- throttles and faults


def test_a_throttled_answer_with_status_200_is_waited_for(store: Store) -> None:
    store.emulator.faults.script("Page", "throttled", "throttled", None, "throttled")
    result = store.sync("orders", extraction="paged")
    assert store.count("orders") == all_orders(store)
    assert result.waited_seconds > 0


def test_an_empty_bucket_is_awaited_before_and_after_by_its_own_numbers(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock(BEGIN, ticking=lambda: 0.0)  # only waits move it, for both sides
    monkeypatch.setattr(client, "SECOND", 1.0)
    monkeypatch.setattr(client, "sleep", clock.advance)
    monkeypatch.setattr(client, "monotonic", clock.seconds)
    store.shop.bucket.clock = clock
    store.shop.bucket.configure(maximum=1_000, restore_rate=50.0)
    store.shop.bucket.drain()
    result = store.sync("orders", extraction="paged")
    assert store.count("orders") == all_orders(store)
    throttled = [one.names[0] for one in store.emulator.requests if "errors" in one.received]
    assert throttled == ["Account", "Page"]  # what one costs is known only then
    assert result.waited_seconds == clock.seconds() > 20


def test_a_store_that_throttles_for_ever_is_unavailable(store: Store) -> None:
    store.sync("orders")
    store.emulator.faults.always("Page", "throttled")
    with pytest.raises(VendorUnavailable, match="throttled"):
        store.sync("orders", extraction="paged")
    assert store.count("orders") == all_orders(store)


def test_too_expensive_pages_are_halved_and_stay_small(store: Store) -> None:
    store.shop.max_query_cost = 300
    store.sync("orders", extraction="paged")
    assert store.count("orders") == all_orders(store)
    answers = [one.received for one in store.emulator.requests.named("Page")]
    refused = [answer for answer in answers if "errors" in answer]
    assert 1 <= len(refused) <= 3


def test_internal_errors_are_tried_again_ten_times_and_no_more(store: Store) -> None:
    store.emulator.faults.script("Page", *["internal-error"] * 4)
    store.sync("orders", extraction="paged")
    assert store.count("orders") == all_orders(store)
    store.emulator.faults.always("Page", "internal-error")
    with pytest.raises(VendorUnavailable, match="10 times"):
        store.sync("orders", extraction="paged")


def test_a_body_cut_short_is_asked_for_again_and_never_the_end(store: Store) -> None:
    faults = ("truncated", "truncated-framed", "truncated-chunked", "invalid-json", "empty")
    store.emulator.faults.script("Page", None, *faults)
    store.sync("orders", extraction="paged")
    assert store.count("orders") == all_orders(store)
    assert store.emulator.faults.pending() == {}


@pytest.mark.parametrize("cursor", [b"null", b'"again"'])
def test_a_next_page_that_leads_nowhere_is_an_error_and_not_the_end(
    store: Store, cursor: bytes
) -> None:
    info = b'{"hasNextPage":true,"endCursor":' + cursor + b"}"
    page = b'{"data":{"orders":{"nodes":[],"pageInfo":' + info + b"}}}"
    store.emulator.faults.script("Page", None, Fault("status", status=200, body=page))
    with pytest.raises(UnexpectedResponse, match="leads nowhere"):
        store.sync("orders", extraction="paged")


def test_a_web_page_instead_of_data_is_no_empty_answer(store: Store) -> None:
    store.emulator.faults.script("Page", "html")
    with pytest.raises(UnexpectedResponse, match="web page"):
        store.sync("orders", extraction="paged")


def test_statuses_429_and_503_are_tried_again(store: Store) -> None:
    store.emulator.faults.retry_after = 0.01
    store.emulator.faults.script("Page", 503, 429)
    store.sync("orders", extraction="paged")
    assert store.count("orders") == all_orders(store)


def test_an_expired_cursor_takes_the_slice_up_again(store: Store) -> None:
    store.emulator.faults.script("orders", None, None, "expired-cursor", None, "expired-cursor")
    store.sync("orders", extraction="paged")
    assert store.count("orders") == all_orders(store)
    assert store.emulator.faults.pending() == {}


def test_an_unsupported_version_that_falls_forward_is_said(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "API_VERSION", "2025-01")
    result = store.sync("shop")
    assert "instead of 2025-01" in result.warnings["shop"][0]


# ---------------------------------------------------------------------- bulk


def test_a_failed_bulk_job_is_asked_again_and_its_partial_data_is_not_used(store: Store) -> None:
    store.shop.bulk.script(error="INTERNAL_SERVER_ERROR", rows=7, partial_after=2)
    result = store.sync("orders", extraction="bulk")
    assert store.count("orders") == all_orders(store)
    assert any("asked again" in note for note in result.notes)
    assert not [one for one in store.emulator.requests if "partial" in one.path]


def test_bulk_jobs_that_keep_failing_store_nothing_and_move_nothing(store: Store) -> None:
    for _ in range(bulk.JOB_TRIES):
        store.shop.bulk.script(error="TIMEOUT", rows=7)
    with pytest.raises(VendorUnavailable, match="bulk jobs failed"):
        store.sync("orders", extraction="bulk")
    store.sync("orders", extraction="bulk")
    assert store.count("orders") == all_orders(store)


def test_a_job_left_over_from_a_crash_is_cancelled_and_its_slot_awaited(store: Store) -> None:
    store.shop.bulk.slots = 1
    left = store.shop.bulk.leave_behind(f"query {BULK_MARK} {{ orders {{ nodes {{ id }} }} }}")
    result = store.sync("orders", extraction="bulk")
    assert store.count("orders") == all_orders(store)
    assert store.shop.bulk.jobs[left].status == "CANCELED"
    assert any("cancelled" in note for note in result.notes)


def test_another_apps_job_is_left_alone_and_awaited_no_longer_than_bounded(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "SLOT_TRIES", 3)
    store.shop.bulk.slots = 1
    left = store.shop.bulk.leave_behind()
    with pytest.raises(VendorUnavailable, match="stays taken"):
        store.sync("orders", extraction="bulk")
    assert store.shop.bulk.jobs[left].status == "RUNNING"


@pytest.mark.parametrize("faults", [("truncated", 503), ("truncated-framed", "truncated-chunked")])
def test_a_bulk_file_cut_short_is_downloaded_again(
    store: Store, faults: tuple[str | int, ...]
) -> None:
    store.emulator.faults.script("bulk file", *faults)
    store.sync("orders", extraction="bulk")
    assert store.count("orders") == all_orders(store)
    assert store.emulator.faults.pending() == {}


def test_a_bulk_file_that_stays_cut_short_stores_nothing(store: Store) -> None:
    store.emulator.faults.always("bulk file", "truncated-framed")
    with pytest.raises(VendorUnavailable, match="cut short"):
        store.sync("orders", extraction="bulk")


def test_an_expired_result_is_unavailable_and_not_an_empty_table(store: Store) -> None:
    store.shop.bulk.script(url_expired=True)
    with pytest.raises(VendorUnavailable, match="expired"):
        store.sync("orders", extraction="bulk")
