"""The emulated Google Ads API refuses what Google refuses, in Google's words."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from vendor_emulator.business import Business
from vendor_emulator.clock import Clock
from vendor_emulator.vendors import Asked, Opening
from vendor_emulator.vendors.google_ads import access
from vendor_emulator.vendors.google_ads.service import GoogleAds
from vendor_emulator.vendors.google_ads.world import CLOSED, MANAGER

US = "4000002001"
DAY = "segments.date = '2026-09-01'"


class Client:
    def __init__(self, folder: Any, **options: Any) -> None:
        business = Business(orders=40)
        self.clock = Clock(business.now)
        self.service = GoogleAds(Opening(business, self.clock, folder, options))
        self.headers = {"developer-token": access.DEVELOPER_TOKEN, "login-customer-id": MANAGER}
        self.headers["authorization"] = f"Bearer {self.token()}"

    def token(self, **changed: str) -> str:
        sent = {
            "grant_type": "refresh_token",
            "client_id": access.CLIENT_ID,
            "client_secret": access.CLIENT_SECRET,
            "refresh_token": access.REFRESH_TOKEN,
            **changed,
        }
        body = "&".join(f"{name}={value}" for name, value in sent.items()).encode()
        answer = self.service.answer(Asked("POST", "/token", body=body))
        told = orjson.loads(answer.body)
        return told.get("access_token") or told["error"]

    def post(self, how: str, sent: Any, *, account: str = US, **headers: str | None) -> Any:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        kept = {name: value for name, value in {**self.headers, **named}.items() if value}
        path = f"/v26/customers/{account}/googleAds:{how}"
        asked = Asked("POST", path, headers=kept, body=orjson.dumps(sent))
        return orjson.loads(self.service.answer(asked).body)

    def refusal(self, query: str, **given: Any) -> str:
        return code_of(self.post("search", {"query": query}, **given))


def code_of(body: Any) -> str:
    error = body[-1]["error"] if isinstance(body, list) else body["error"]
    (failure,) = error["details"]
    (family, code), *_ = failure["errors"][0]["errorCode"].items()
    return f"{family}.{code}"


@pytest.fixture
def client(tmp_path: Any) -> Client:
    return Client(tmp_path)


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("SELECT campaign.id", "queryError.EXPECTED_FROM"),
        ("SELECT campaign.id FROM nothing", "queryError.BAD_RESOURCE_TYPE_IN_FROM_CLAUSE"),
        ("SELECT campaign.start_date FROM campaign", "queryError.UNRECOGNIZED_FIELD"),
        (f"SELECT metrics.video_views FROM campaign WHERE {DAY}", "queryError.UNRECOGNIZED_FIELD"),
        (
            "SELECT ad_group.id FROM campaign",
            "queryError.PROHIBITED_RESOURCE_TYPE_IN_SELECT_CLAUSE",
        ),
        (
            "SELECT segments.conversion_action, metrics.cost_micros FROM campaign",
            "queryError.PROHIBITED_SEGMENT_WITH_METRIC_IN_SELECT_OR_WHERE_CLAUSE",
        ),
        ("SELECT segments.date FROM campaign", "queryError.EXPECTED_FILTERS_ON_DATE_RANGE"),
        (
            f"SELECT campaign.id FROM campaign WHERE {DAY} AND segments.device = 'MOBILE'",
            "queryError.EXPECTED_REFERENCED_FIELD_IN_SELECT_CLAUSE",
        ),
        (
            "SELECT click_view.gclid FROM click_view WHERE"
            " segments.date BETWEEN '2026-09-01' AND '2026-09-02'",
            "clickViewError.EXPECTED_FILTER_ON_A_SINGLE_DAY",
        ),
        (
            "SELECT click_view.gclid FROM click_view WHERE segments.date = '2026-01-01'",
            "clickViewError.DATE_TOO_OLD",
        ),
        (
            "SELECT change_status.resource_name FROM change_status",
            "changeStatusError.CHANGE_DATE_RANGE_INFINITE",
        ),
        ("drop table campaigns", "queryError.UNEXPECTED_INPUT"),
    ],
)
def test_a_query_that_breaks_a_rule_is_refused_by_its_name(
    client: Client, query: str, code: str
) -> None:
    assert client.refusal(query) == code


def test_page_sizes_are_not_the_callers_to_choose(client: Client) -> None:
    sent = {"query": "SELECT campaign.id FROM campaign", "pageSize": 5}
    assert code_of(client.post("search", sent)) == "requestError.PAGE_SIZE_NOT_SUPPORTED"


def test_a_page_token_is_good_for_its_query_and_two_hours(tmp_path: Any) -> None:
    client = Client(tmp_path, largest_page=2)
    query = "SELECT ad_group_ad.ad.id FROM ad_group_ad"
    token = client.post("search", {"query": query})["nextPageToken"]
    other = {"query": query + " LIMIT 9", "pageToken": token}
    assert code_of(client.post("search", other)) == "requestError.INVALID_PAGE_TOKEN"
    client.clock.advance(3_000)
    assert client.post("search", {"query": query, "pageToken": token})["results"]
    client.clock.advance(10_000)
    client.headers["authorization"] = f"Bearer {client.token()}"
    late = client.post("search", {"query": query, "pageToken": token})
    assert code_of(late) == "requestError.EXPIRED_PAGE_TOKEN"


def test_keys_and_accounts_are_looked_at(client: Client) -> None:
    query = "SELECT campaign.id FROM campaign"
    assert client.refusal(query, authorization=None) == "authenticationError.OAUTH_TOKEN_INVALID"
    named = client.refusal(query, developer_token=None)
    assert named == "requestError.DEVELOPER_TOKEN_PARAMETER_MISSING"
    unlinked = client.refusal(query, login_customer_id=None)
    assert unlinked == "authorizationError.USER_PERMISSION_DENIED"
    dashes = client.refusal(query, login_customer_id="900-000-0001")
    assert dashes == "headerError.INVALID_LOGIN_CUSTOMER_ID"
    assert client.refusal(query, account=CLOSED) == "authorizationError.CUSTOMER_NOT_ENABLED"
    metrics = f"SELECT campaign.id, metrics.clicks FROM campaign WHERE {DAY}"
    manager = client.refusal(metrics, account=MANAGER)
    assert manager == "queryError.REQUESTED_METRICS_FOR_MANAGER"
    assert client.token(refresh_token="old") == "invalid_grant"
    assert client.token(client_secret="wrong") == "invalid_client"


def test_an_access_token_lasts_an_hour(client: Client) -> None:
    client.clock.advance(3_600)
    code = client.refusal("SELECT campaign.id FROM campaign")
    assert code == "authenticationError.OAUTH_TOKEN_EXPIRED"


def test_a_stream_is_a_list_and_so_is_its_error(client: Client) -> None:
    query = f"SELECT campaign.id, segments.date, metrics.clicks FROM campaign WHERE {DAY}"
    chunks = client.post("searchStream", {"query": query})
    assert isinstance(chunks, list)
    assert "metrics" in chunks[0]["results"][0]
    assert isinstance(client.post("searchStream", {"query": "nonsense"}), list)


def test_operations_of_a_day_run_out_and_pages_are_not_counted(tmp_path: Any) -> None:
    client = Client(tmp_path, operations_per_day=1, largest_page=2)
    query = "SELECT campaign.id FROM campaign"
    token = client.post("search", {"query": query})["nextPageToken"]
    assert client.post("search", {"query": query, "pageToken": token})["results"]
    assert client.refusal(query) == "quotaError.RESOURCE_EXHAUSTED"
    client.clock.advance(86_400)
    client.headers["authorization"] = f"Bearer {client.token()}"
    assert client.post("search", {"query": query})["results"]


def test_every_grain_adds_up_to_the_same_spend(client: Client) -> None:
    def spent(resource: str) -> int:
        query = (
            f"SELECT segments.date, segments.ad_network_type, metrics.cost_micros FROM {resource}"
            " WHERE segments.date BETWEEN '2026-08-01' AND '2026-09-01'"
        )
        rows = [row for chunk in client.post("searchStream", {"query": query})
                for row in chunk.get("results", ())]  # fmt: skip
        return sum(int(row["metrics"].get("costMicros", 0)) for row in rows)

    assert spent("campaign") == spent("geographic_view")
    assert spent("ad_group") == spent("ad_group_ad") == spent("landing_page_view")
    assert spent("campaign") == spent("ad_group_ad") + spent("asset_group")
