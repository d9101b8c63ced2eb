"""Asynchronous reports of Pinterest: ordered, waited for, fetched.

Belongs here: the life of a report. Does not belong here: what it is about (`reports.py`).

A report's address lives five minutes and the report an hour, so both may have gone when their turn
comes: then the address is asked for again, or the report is ordered again.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dlt_pipelines.errors import UnexpectedResponse, VendorUnavailable
from dlt_pipelines.sources.pinterest_ads.client import NAME, Client, NotPermitted

Record = dict[str, Any]

LONGEST_POLL = 30.0
PATIENCE = 3600.0
"""Seconds: a report is kept for an hour, and one that takes longer is not coming."""
ORDERS = 3
ENDED = ("DOES_NOT_EXIST", "EXPIRED", "FAILED", "CANCELLED")


class Orders:
    def __init__(self, client: Client, account_id: str) -> None:
        self.client = client
        self.path = f"/ad_accounts/{account_id}/reports"

    def order(self, body: Mapping[str, Any]) -> str:
        answer = self.client.order(self.path, body)
        if not answer.get("token"):
            raise UnexpectedResponse(NAME, "the vendor took a report and gave no token.")
        return answer["token"]

    def rows(self, body: Mapping[str, Any]) -> list[Record]:
        status = ""
        for _ in range(ORDERS):
            token = self.order(body)
            status, url = self.waited_for(token)
            for _ in range(2):
                if status != "FINISHED" or not url:
                    break
                try:
                    return rows_of(self.client.files.get(url))
                except NotPermitted:
                    status, url = self.state(token)
        raise VendorUnavailable(
            NAME,
            f"a report of {body['start_date']} to {body['end_date']} ended {status} three times.",
            hint="It is tried again by itself.",
        )

    def waited_for(self, token: str) -> tuple[str, str | None]:
        """How it ended, and its address."""
        wait, waited = 0.5, 0.0
        while True:
            status, url = self.state(token)
            if status == "FINISHED" or status in ENDED:
                return status, url
            if waited >= PATIENCE:
                raise VendorUnavailable(
                    NAME, "a report takes longer than an hour.", hint="It is tried again by itself."
                )
            self.client.api.pause(wait, None)
            waited += wait
            wait = min(wait * 2, LONGEST_POLL)

    def state(self, token: str) -> tuple[str, str | None]:
        answer = self.client.analyse(self.path, {"token": token})
        return answer["report_status"], answer.get("url")


def rows_of(report: Any) -> list[Record]:
    """Rows stand in lists by the id (or the day) that the report is sorted by."""
    if isinstance(report, list):
        return report
    if isinstance(report, dict):
        return [row for rows in report.values() for row in rows]
    raise UnexpectedResponse(NAME, "a report is neither a list nor an object.")
