"""Facebook reports that are too much, that fail or that are slow: the remedy ladder, step by step.

Each test reads the same month twice, without and with the trouble, and finds the same rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from dlt_pipelines import api, limits
from dlt_pipelines.errors import VendorUnavailable
from dlt_pipelines.sources.facebook_ads import ladder
from tests.connectors.facebook_ads_account import Advertiser, sent_form

TABLE = "insights_ad_daily"
Open = Callable[..., Advertiser]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "SECOND", 0.002)
    monkeypatch.setattr(limits, "SECOND", 0.002)


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Open]:
    running: list[Advertiser] = []

    def start(**options: Any) -> Advertiser:
        running.append(Advertiser(tmp_path, **options))
        running[-1].values["start_on"] = "2026-09-20"
        return running[-1]

    yield start
    for one in running:
        one.emulator.stop()


def set_right(advertiser: Advertiser) -> list[tuple[Any, ...]]:
    """What the vendor has, read without trouble by another connection."""
    options = advertiser.vendor.reporting.options
    kept, options = dict(options), options
    advertiser.vendor.reporting.options = {}
    advertiser.sync(TABLE, name="calm")
    advertiser.vendor.reporting.options = kept
    advertiser.emulator.requests.clear()
    return advertiser.rows(TABLE, "calm")


def started(advertiser: Advertiser) -> list[dict[str, str]]:
    return [sent_form(one) for one in advertiser.asked("start") if one.status == 200]


def test_a_report_that_is_too_large_for_an_answer_is_made_in_the_background(opened: Open) -> None:
    advertiser = opened(largest_report=10)
    expected = set_right(advertiser)
    advertiser.sync(TABLE)
    assert advertiser.rows(TABLE) == expected
    assert len(started(advertiser)) == 1  # the other account rests in these weeks


@pytest.mark.parametrize("fault", ["too-many-rows", "timed-out"])
def test_an_answer_that_is_refused_for_its_size_is_not_asked_for_again(
    opened: Open, fault: str
) -> None:
    advertiser = opened()
    expected = set_right(advertiser)
    advertiser.faults.script("report", None, fault)
    advertiser.sync(TABLE, account_ids="10150000000001001")
    advertiser.faults.script("report", fault)
    advertiser.sync(TABLE)
    assert advertiser.rows(TABLE) == expected


def test_days_are_halved_until_a_run_bears_them(opened: Open) -> None:
    advertiser = opened(largest_report=10, largest_job=40)
    expected = set_right(advertiser)
    advertiser.sync(TABLE)
    assert advertiser.rows(TABLE) == expected
    lengths = [until[-2:] for _, until in advertiser.ranges(TABLE)]
    assert len(set(lengths)) > 2


def test_a_single_day_is_split_by_campaign_then_ad_set_then_ad(opened: Open) -> None:
    advertiser = opened(largest_report=5, largest_job=1)
    advertiser.values["start_on"] = "2026-09-28"
    expected = set_right(advertiser)
    advertiser.sync(TABLE)
    assert advertiser.rows(TABLE) == expected
    filters = " ".join(sent.get("filtering", "") for sent in started(advertiser))
    assert all(f'"{level}.id"' in filters for level in ("campaign", "adset", "ad"))


def test_a_campaigns_row_is_never_split_below_the_campaign(opened: Open) -> None:
    advertiser = opened(largest_report=5, largest_job=1)
    advertiser.values["start_on"] = "2026-09-28"
    advertiser.sync("insights_campaign_daily")
    filters = " ".join(sent.get("filtering", "") for sent in started(advertiser))
    assert "campaign.id" in filters
    assert "adset.id" not in filters


def test_metrics_are_halved_last_and_joined_on_the_key(opened: Open) -> None:
    advertiser = opened(most_metrics=4)
    advertiser.values["start_on"] = "2026-09-29"
    expected = set_right(advertiser)
    advertiser.sync(TABLE)
    assert advertiser.rows(TABLE) == expected
    assert all(row is not None for row in expected)


def test_a_report_that_no_step_helps_is_an_error_and_no_empty_success(opened: Open) -> None:
    advertiser = opened(most_metrics=0)
    advertiser.values["start_on"] = "2026-09-29"
    with pytest.raises(VendorUnavailable, match=r"less data|report run failed"):
        advertiser.sync(TABLE)


def test_a_run_with_100_percent_that_still_runs_is_waited_for(opened: Open) -> None:
    advertiser = opened(largest_report=10, looks=4)
    expected = set_right(advertiser)
    advertiser.sync(TABLE)
    assert advertiser.rows(TABLE) == expected
    looks = [one.received["async_status"] for one in advertiser.asked("report run")]
    assert looks.count("Job Running") == 4
    assert looks.count("Job Completed") == 1
    assert all(one.status == 200 for one in advertiser.asked("result"))


def test_a_run_that_failed_or_expired_is_begun_anew(opened: Open) -> None:
    advertiser = opened(largest_report=10)
    expected = set_right(advertiser)
    advertiser.faults.script("start", "job-failed", "job-skipped")
    advertiser.sync(TABLE)
    assert advertiser.rows(TABLE) == expected


def test_a_run_that_fails_three_times_is_split(opened: Open) -> None:
    advertiser = opened(largest_report=10)
    expected = set_right(advertiser)
    advertiser.values["account_ids"] = "10150000000001001"
    expected = [row for row in expected if "10150000000001001" in row]
    advertiser.faults.script("start", *["job-failed"] * 3)
    advertiser.sync(TABLE)
    assert advertiser.rows(TABLE) == expected
    assert len(started(advertiser)) == 3 + 2


@pytest.mark.parametrize("fault", ["transient", "unknown"])
def test_an_answer_that_fails_for_a_moment_is_asked_for_again(opened: Open, fault: str) -> None:
    advertiser = opened()
    expected = set_right(advertiser)
    advertiser.faults.script("report", fault, fault)
    advertiser.sync(TABLE)
    assert advertiser.rows(TABLE) == expected
    assert started(advertiser) == []


def test_an_answer_that_fails_three_times_is_made_in_the_background(opened: Open) -> None:
    advertiser = opened()
    expected = set_right(advertiser)
    advertiser.values["account_ids"] = "10150000000001001"
    advertiser.faults.script("report", *["transient"] * 3)
    advertiser.sync(TABLE)
    assert advertiser.rows(TABLE) == [row for row in expected if "10150000000001001" in row]
    assert len(started(advertiser)) == 1


def test_more_rows_than_memory_should_hold_are_read_in_fewer_days(
    opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    advertiser = opened(largest_report_page=10)
    expected = set_right(advertiser)
    monkeypatch.setattr(ladder, "MOST_ROWS", 40)
    advertiser.sync(TABLE)
    assert advertiser.rows(TABLE) == expected


def test_metrics_that_do_not_exist_for_a_breakdown_cost_a_warning(opened: Open) -> None:
    advertiser = opened()
    advertiser.faults.always("insights_product_daily", "no-such-data")
    result = advertiser.sync("insights_product_daily", TABLE)
    assert "no such data" in result.warnings["insights_product_daily"][0]
    assert result.tables[TABLE].total > 0
