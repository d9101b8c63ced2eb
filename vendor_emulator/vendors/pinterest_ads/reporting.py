"""Pinterest's analytics and its reports in the making.

Belongs here: the questions for numbers, what is refused of them, a report's life. Does not belong
here: routes (`service.py`), what is told of a day (`analytics.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import orjson

from vendor_emulator.clock import Clock
from vendor_emulator.vendors import Answer, Asked, json_answer
from vendor_emulator.vendors.pinterest_ads.analytics import (
    KNOWN,
    LEVELS,
    REPORT_TIMES,
    VALUES,
    WINDOWS,
    Report,
    told,
)
from vendor_emulator.vendors.pinterest_ads.asking import Parameters, Refused, bad, days_of
from vendor_emulator.vendors.pinterest_ads.world import World

LINK_SECONDS, REPORT_SECONDS = 300, 3600
ENTITIES = {"campaigns": "campaign_ids", "ad_groups": "ad_group_ids", "ads": "ad_ids"}
ANALYTICS = {
    "analytics": ("account", "", "account_daily"),
    "campaigns/analytics": ("campaign", "campaign_ids", "campaign_daily"),
    "ad_groups/analytics": ("group", "ad_group_ids", "ad_group_daily"),
    "ads/analytics": ("ad", "ad_ids", "ad_daily"),
    "targeting_analytics": ("account", "", "account_targeting_daily"),
    "campaigns/targeting_analytics": ("campaign", "campaign_ids", "campaign_targeting_daily"),
    "ad_groups/targeting_analytics": ("group", "ad_group_ids", "ad_group_targeting_daily"),
    "ads/targeting_analytics": ("ad", "ad_ids", "ad_targeting_daily"),
}
WINDOW_NAMES = (
    "click_window_days",
    "engagement_window_days",
    "view_window_days",
    "conversion_report_time",
)
BODY_NEEDED = ("start_date", "end_date", "granularity", "level", "columns")
BODY_NAMES = (*BODY_NEEDED, "report_format", "targeting_types", *ENTITIES.values(), "primary_sort")
OWN_IDS = ("AD_ACCOUNT_ID", "CAMPAIGN_ID", "AD_GROUP_ID", "AD_ID")


class Reporting:
    def __init__(self, world: World, clock: Clock) -> None:
        self.world, self.clock = world, clock
        self.reports: dict[str, Report] = {}

    @property
    def today(self) -> date:
        return self.clock.now().date()

    def analytics(self, account: str, rest: str, parameters: Parameters) -> Any:
        level, ids_name, _ = ANALYTICS[rest]
        dates = parameters.needed("start_date"), parameters.needed("end_date")
        days = days_of(*dates, today=self.today, back=90, longest=90)
        parameters.needed("granularity", allowed=("DAY",))
        columns = self.columns(parameters.listed("columns"))
        self.windows({name: parameters.one(name) for name in WINDOW_NAMES})
        ids = parameters.ids(ids_name) if ids_name else None
        if ids_name and not ids:
            raise bad(f"Missing parameter {ids_name}.")
        targeting: list[str] = []
        if "targeting" in rest:
            targeting = parameters.listed("targeting_types")
            self.targeting(targeting, at_most=14)
        parameters.done()
        rows = told(self.world, account, level, days, columns, ids=ids, targeting=targeting)
        if not targeting:
            return rows
        return {
            "data": [
                {
                    "targeting_type": row.pop("TARGETING_TYPE"),
                    "targeting_value": row.pop("TARGETING_VALUE"),
                    "metrics": row,
                }
                for row in rows
            ]
        }

    def columns(self, columns: list[str]) -> list[str]:
        unknown = [one for one in columns if one not in KNOWN]
        if unknown or not columns:
            raise bad(f"Invalid columns: {', '.join(unknown) or 'none'}.")
        return columns

    def windows(self, given: Mapping[str, Any]) -> None:
        for name, value in given.items():
            if value in ("", None):
                continue
            known = REPORT_TIMES if name == "conversion_report_time" else map(str, WINDOWS)
            if str(value) not in known:
                raise bad(f"Invalid {name}.")

    def targeting(self, types: list[str], *, at_most: int) -> None:
        if not 1 <= len(types) <= at_most or any(one not in VALUES for one in types):
            raise bad("Invalid targeting_types.")

    def order(self, account: str, asked: Asked) -> Any:
        try:
            body = orjson.loads(asked.body)
        except orjson.JSONDecodeError as error:
            raise bad("The body is no JSON.") from error
        known = {*WINDOW_NAMES, *BODY_NAMES}
        if not isinstance(body, dict) or set(body) - known:
            raise bad(f"Invalid report: {', '.join(sorted(set(body) - known))}.")
        if missing := [one for one in BODY_NEEDED if one not in body]:
            raise bad(f"Missing {', '.join(missing)}.")
        days_of(body["start_date"], body["end_date"], today=self.today, back=914, longest=186)
        if body["granularity"] != "DAY" or body["level"] not in LEVELS:
            raise bad("Invalid granularity or level.")
        if body.get("report_format", "JSON") != "JSON":
            raise bad("This emulation makes JSON reports only.")
        self.columns(body["columns"])
        self.windows({name: body[name] for name in WINDOW_NAMES if name in body})
        if body["level"].endswith("_TARGETING"):
            self.targeting(body.get("targeting_types") or [], at_most=5)
        elif "targeting_types" in body:
            raise bad("targeting_types needs a level that ends in _TARGETING.")
        token = f"report-{len(self.reports) + 1}"
        self.reports[token] = Report(account, body, self.clock.seconds())
        return {"report_status": "IN_PROGRESS", "token": token, "message": None}

    def state(self, account: str, asked: Asked, parameters: Parameters) -> Any:
        token = parameters.needed("token")
        parameters.done()
        report = self.reports.get(token)
        if report is None or report.account != account:
            return {"report_status": "DOES_NOT_EXIST", "url": None, "size": None}
        now = self.clock.seconds()
        if now - report.ordered_at > REPORT_SECONDS:
            return {"report_status": "EXPIRED", "url": None, "size": None}
        report.asked_for += 1
        if report.asked_for == 1:
            return {"report_status": "IN_PROGRESS", "url": None, "size": None}
        signature = uuid5(NAMESPACE_URL, f"{token} {report.asked_for}").hex
        report.links[signature] = now + LINK_SECONDS
        url = f"{asked.base_url}/report-files/{token}?signature={signature}"
        return {"report_status": "FINISHED", "url": url, "size": 1.0}

    def file(self, asked: Asked) -> Answer:
        """On a host of its own: the signature opens it, and a token there would be a leak."""
        report = self.reports.get(asked.path.rpartition("/")[2])
        if "authorization" in asked.headers:
            return Answer(400, b"Only one auth mechanism allowed", media_type="application/xml")
        ends_at = report.links.get(asked.query.get("signature", "")) if report else None
        if report is None or ends_at is None or ends_at < self.clock.seconds():
            return Refused(403, 0, "Request has expired.").answer
        body, level = report.body, LEVELS[report.body["level"]]
        days = date.fromisoformat(body["start_date"]), date.fromisoformat(body["end_date"])
        ids = next((body[name] for name in ENTITIES.values() if name in body), None)
        found: dict[str, list[Any]] = {}
        for row in told(
            self.world,
            report.account,
            level,
            days,
            body["columns"],
            ids=ids,
            targeting=body.get("targeting_types", ()),
        ):
            own = next(row[name] for name in reversed(OWN_IDS) if name in row)
            found.setdefault(own, []).append(row)
        return json_answer(found)
