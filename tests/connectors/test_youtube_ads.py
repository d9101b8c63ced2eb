"""What is peculiar to YouTube Ads: all that ran on YouTube, and nothing twice beside Google."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from dlt_pipelines import api
from dlt_pipelines.sources.google_ads import CONNECTOR as GOOGLE
from dlt_pipelines.sources.youtube_ads import CONNECTOR as YOUTUBE
from tests.connectors.google_ads_account import Ads

STAGING = Path(__file__).parents[2] / "sql" / "staging"
LEVELS = ("campaign", "ad_group", "asset_group", "ad")
READ = [f"{level}_{kind}" for level in LEVELS for kind in ("daily", "conversions_daily")]
READ += ["customers", "campaigns", "ad_groups", "asset_groups", "ads"]
SPENT = "select channel, entity_level, sum(spend), sum(purchases) from {} group by all order by all"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "SECOND", 0.01)


@pytest.fixture
def youtube(tmp_path: Path) -> Iterator[Ads]:
    opened = Ads(YOUTUBE, tmp_path / "youtube")
    yield opened
    opened.emulator.stop()


@pytest.fixture
def google(tmp_path: Path) -> Iterator[Ads]:
    opened = Ads(GOOGLE, tmp_path / "google")
    yield opened
    opened.emulator.stop()


def performance(ads: Ads) -> str:
    """The staging query of the connector as a subquery."""
    name = ads.connector.name
    text = (STAGING / name / f"stg_{name}__performance_daily.sql").read_text()
    return f"({text.rstrip()}\n)"


def test_of_mixed_campaigns_only_what_ran_on_youtube_is_read(youtube: Ads) -> None:
    youtube.sync("campaign_daily", "campaigns")
    found = youtube.rows(
        "select distinct c.advertising_channel_type, d.ad_network_type from raw.campaign_daily as d"
        " join raw.campaigns as c on d.campaign_id = c.id order by all"
    )
    assert found == [
        ("DEMAND_GEN", "YOUTUBE"),
        ("PERFORMANCE_MAX", "YOUTUBE"),
        ("VIDEO", "YOUTUBE"),
    ]


def test_videos_have_the_spend_of_their_campaigns(youtube: Ads) -> None:
    youtube.sync("campaign_daily", "video_daily", "videos")
    assert youtube.value("select sum(cost) from raw.video_daily") == youtube.value(
        "select sum(cost) from raw.campaign_daily"
    )
    assert youtube.value(
        "select count(*) from raw.video_daily where video_id not in (select id from raw.videos)"
    ) == 0  # fmt: skip


def test_google_and_youtube_of_one_account_count_nothing_twice(google: Ads, youtube: Ads) -> None:
    google.sync(*READ, "campaign_customer_types_daily", start_on="2026-07-01")
    alone = google.rows(SPENT.format(alone_of(google)))
    assert {channel for channel, *_ in alone} == {"google", "youtube"}
    assert google.value("select sum(cost) from raw.campaign_daily") == sum(
        spend for _, level, spend, _ in alone if level == "campaign"
    )

    youtube.sync(*READ, start_on="2026-08-01")
    both = f"(select * from {performance(google)} union all select * from {performance(youtube)})"
    assert google.rows(SPENT.format(both)) == alone
    told_by = f"select min(date_local) from {performance(youtube)}"
    kept = f"select max(date_local) from {performance(google)} where channel = 'youtube'"
    assert google.value(told_by) > google.value(kept)


def alone_of(google: Ads) -> str:
    """Google's staging where no YouTube connection has ever loaded: its tables read as empty."""
    text = performance(google)
    for level in LEVELS:
        nothing = "(select null::varchar as account_id, null::date as date where false)"
        text = text.replace(f"from raw_youtube_ads.{level}_daily as y", f"from {nothing} as y")
    return text
