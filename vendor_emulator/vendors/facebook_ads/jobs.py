"""Report runs: Insights that are made in the background.

Belongs here: starting, progress, how a run can end. Does not belong here: the rows.

A run says 100 percent while it is still running, for one look at least; done is `Job Completed`
with 100 percent, and nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from vendor_emulator.vendors.facebook_ads.graph import Refused
from vendor_emulator.vendors.facebook_ads.insights import Report

FIRST_ID = 623_000_000_000_000_000
FIELDS = frozenset(
    {
        "id",
        "account_id",
        "async_status",
        "async_percent_completion",
        "date_start",
        "date_stop",
        "is_running",
        "time_ref",
        "error_code",
        "error_message",
        "error_subcode",
        "error_user_msg",
        "error_user_title",
    }
)
FAILURE = {
    "error_code": 2,
    "error_subcode": 1504044,
    "error_message": "Service temporarily unavailable",
    "error_user_title": "The report could not be made",
    "error_user_msg": "Something went wrong. Please try again.",
}
TOO_MANY_ROWS = {
    "error_code": 100,
    "error_subcode": 1487534,
    "error_message": "There are too many rows for this report",
    "error_user_title": "Too much data",
    "error_user_msg": "Please reduce the amount of data you're asking for.",
}


@dataclass
class Run:
    id: str
    report: Report
    begun: int
    looks: int
    ending: str = "Job Completed"
    error: dict[str, Any] = field(default_factory=dict)

    def status(self) -> tuple[str, int]:
        if self.looks > 1:
            return "Job Running", 40
        if self.looks == 1:
            return "Job Running", 100
        return self.ending, 100 if self.ending == "Job Completed" else 40

    @property
    def is_done(self) -> bool:
        return self.looks <= 0 and self.ending == "Job Completed"


class Jobs:
    """`looks` is how often a run says that it is still running; `endings` are those to come."""

    def __init__(self, *, looks: int = 1) -> None:
        self.looks = looks
        self.runs: dict[str, Run] = {}
        self.endings: list[tuple[str, dict[str, Any]]] = []

    def start(self, report: Report, begun: int, error: dict[str, Any] | None) -> Run:
        run = Run(str(FIRST_ID + len(self.runs)), report, begun, self.looks)
        if error:
            run.ending, run.error = "Job Failed", error
        elif self.endings:
            run.ending, run.error = self.endings.pop(0)
        self.runs[run.id] = run
        return run

    def look(self, run: Run, fields: Sequence[str]) -> dict[str, Any]:
        status, percent = run.status()
        run.looks -= 1
        whole = {
            "id": run.id,
            "account_id": run.report.account,
            "async_status": status,
            "async_percent_completion": percent,
            "date_start": run.report.since.isoformat(),
            "date_stop": run.report.until.isoformat(),
            "is_running": status == "Job Running",
            "time_ref": run.begun,
            **(run.error if status == "Job Failed" else {}),
        }
        for name in fields:
            if name not in FIELDS:
                raise Refused(
                    f"(#100) Tried accessing nonexisting field ({name}) on node type (AdReportRun)"
                )
        wanted = {"id", *fields} if fields else whole.keys()
        return {name: value for name, value in whole.items() if name in wanted}
