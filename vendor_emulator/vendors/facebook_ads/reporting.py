"""Reports on their way out: in the answer or as a run, page by page.

Belongs here: when a report is too much, its runs and its pages. Does not belong here: what may be
asked (`insights.py`), how a run goes on (`jobs.py`).
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from datetime import date
from typing import Any

from vendor_emulator.clock import Clock
from vendor_emulator.vendors.facebook_ads import insights, jobs
from vendor_emulator.vendors.facebook_ads.figures import LEVELS, Figures
from vendor_emulator.vendors.facebook_ads.graph import Call, Refused, page
from vendor_emulator.vendors.facebook_ads.insights import Report, Row
from vendor_emulator.vendors.facebook_ads.lists import Lists
from vendor_emulator.vendors.facebook_ads.world import World

KEPT = 8
HOURLY = "hourly_stats_aggregated_by_advertiser_time_zone"
REPORTS = {
    "insights_account_daily": ("account", ()),
    "insights_campaign_daily": ("campaign", ()),
    "insights_ad_set_daily": ("adset", ()),
    "insights_ad_daily": ("ad", ()),
    "insights_country_daily": ("ad", ("country",)),
    "insights_region_daily": ("ad", ("region",)),
    "insights_age_gender_daily": ("ad", ("age", "gender")),
    "insights_placement_daily": (
        "ad",
        ("publisher_platform", "platform_position", "impression_device"),
    ),
    "insights_product_daily": ("ad", ("product_id",)),
    "insights_hourly": ("campaign", (HOURLY,)),
}
NAMED = {(level, frozenset(breakdowns)): name for name, (level, breakdowns) in REPORTS.items()}


class Reporting:
    """Options: `largest_report_page`, `largest_report` and `largest_job` (rows), `most_metrics` (in
    one report), `looks` (at a job that runs)."""

    def __init__(
        self, world: World, lists: Lists, clock: Clock, options: Mapping[str, Any], token: str
    ) -> None:
        self.world, self.lists, self.clock, self.options = world, lists, clock, options
        self.token = token
        self.figures = Figures(world)
        self.jobs = jobs.Jobs(looks=int(options.get("looks", 1)))
        self.kept: OrderedDict[Any, list[Row]] = OrderedDict()

    def today(self, account: str) -> date:
        return self.clock.now().astimezone(self.world.zones[account]).date()

    def answered(self, call: Call, account: str) -> Any:
        report = insights.report_of(call, account, self.today(account))
        if call.asked.method == "POST":
            begun = int(self.clock.now().timestamp())
            return {"report_run_id": self.jobs.start(report, begun, self.too_much(report)).id}
        most = int(self.options.get("largest_report", 25_000))
        if len(self.rows_of(report)) > most or self.is_overloaded(report):
            raise Refused("(#100) There are too many rows for this report", subcode=1487534)
        return self.paged(call, report)

    def run(self, call: Call, run: jobs.Run, edge: str) -> Any:
        call.only(())
        if not edge:
            return self.jobs.look(run, call.fields())
        if edge != "insights":
            raise Refused(f"(#2500) Unknown path components: /{edge}", code=2500)
        if not run.is_done:
            raise Refused("(#2601) The report run is not completed", code=2601, subcode=1815107)
        return self.paged(call, run.report)

    def too_much(self, report: Report) -> dict[str, Any] | None:
        most = self.options.get("largest_job")
        is_long = most is not None and len(self.rows_of(report)) > int(most)
        return jobs.TOO_MANY_ROWS if is_long or self.is_overloaded(report) else None

    def is_overloaded(self, report: Report) -> bool:
        most = self.options.get("most_metrics")
        return most is not None and report.metrics > int(most)

    def paged(self, call: Call, report: Report) -> dict[str, Any]:
        rows = self.rows_of(report)
        largest = int(self.options.get("largest_report_page", 5000))
        start, end, paging = page(call, rows, largest=largest, token=self.token)
        today = self.today(report.account)
        made = [
            insights.shown(report, row, self.about(report, row), today) for row in rows[start:end]
        ]
        return {"data": made, "paging": paging} if paging else {"data": made}

    def rows_of(self, report: Report) -> list[Row]:
        today = self.today(report.account)
        key = (
            report.account,
            report.level,
            report.breakdowns,
            report.increment,
            report.since,
            report.until,
            tuple(sorted((level, tuple(ids)) for level, ids in report.only.items())),
            self.world.version,
            today,
        )
        if key not in self.kept:
            self.kept[key] = insights.rows_of(report, self.figures, today)
            while len(self.kept) > KEPT:
                self.kept.popitem(last=False)
        return self.kept[key]

    def about(self, report: Report, row: Row) -> dict[str, Mapping[str, Any]]:
        found: dict[str, Mapping[str, Any]] = {"account": self.world.accounts[report.account]}
        for level, number in zip(LEVELS[1:], row[2], strict=False):
            found[level] = self.lists.by_id(report.account, f"{level}s", number)
        return found


def name_of(report: Report) -> str:
    return NAMED.get((report.level, frozenset(report.breakdowns)), "insights")
