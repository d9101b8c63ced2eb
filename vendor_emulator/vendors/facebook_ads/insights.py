"""Insights: what a report may ask for, and its rows.

Belongs here: the rules of parameters, fields and breakdowns, the shape of a row. Does not belong
here: the sums (`figures.py`), reports that are made in the background (`jobs.py`).

All numbers are text. Lists without an entry and fields without a value are absent. Rows without
delivery do not exist. `attribution_setting` is only told to who asks for unified attribution.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from vendor_emulator.vendors.facebook_ads import report_fields
from vendor_emulator.vendors.facebook_ads.figures import (
    HOURLY,
    LEVELS,
    Figures,
    Key,
    Sums,
    each_day,
)
from vendor_emulator.vendors.facebook_ads.graph import Call, Refused

PARAMS = frozenset(
    {
        "level",
        "time_range",
        "time_increment",
        "breakdowns",
        "action_breakdowns",
        "action_attribution_windows",
        "action_report_time",
        "use_unified_attribution_setting",
        "use_account_attribution_setting",
        "filtering",
    }
)
WINDOWS = ("1d_click", "1d_ev", "1d_view", "28d_click", "7d_click", "dda", "default")
ENDED_WINDOWS = ("7d_view", "28d_view")
REPORT_TIMES = ("conversion", "impression", "lifetime", "mixed")
COMBINATIONS = tuple(
    frozenset(names.split())
    for names in (
        "",
        "country",
        "region",
        "age",
        "gender",
        "age gender",
        "publisher_platform",
        "publisher_platform platform_position",
        "publisher_platform impression_device",
        "publisher_platform platform_position impression_device",
        "impression_device",
        "product_id",
        HOURLY,
    )
)
UNIQUE = frozenset({"reach", "frequency", "cpp", "unique_clicks"})
FILTERS = {"campaign.id": "campaign", "adset.id": "adset", "ad.id": "ad"}


@dataclass(frozen=True)
class Report:
    account: str
    level: str
    fields: tuple[str, ...]
    breakdowns: tuple[str, ...]
    windows: tuple[str, ...]
    increment: str
    since: date
    until: date
    is_unified: bool
    only: Mapping[str, Collection[str]]

    @property
    def metrics(self) -> int:
        return sum(name not in report_fields.PLAIN for name in self.fields)


def months_before(day: date, months: int) -> date:
    month = day.year * 12 + day.month - 1 - months
    last = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month % 12]
    return date(month // 12, month % 12 + 1, min(day.day, last))


def report_of(call: Call, account: str, today: date) -> Report:
    call.only(PARAMS)
    level = call.value("level") or "account"
    if level not in LEVELS:
        raise Refused(f"(#100) level must be one of the following values: {', '.join(LEVELS)}")
    breakdowns = tuple(call.listed("breakdowns"))
    refuse_combination(breakdowns)
    fields = tuple(call.fields()) or ("account_id", "impressions", "spend")
    for name in fields:
        if name not in report_fields.NAMES:
            raise Refused(f"(#100) {name} is not valid for fields param.")
    if HOURLY in breakdowns and UNIQUE & set(fields):
        raise Refused("(#100) reach and frequency cannot be asked for with hourly breakdowns.")
    for window in (windows := tuple(call.listed("action_attribution_windows"))):
        if window in ENDED_WINDOWS:
            raise Refused(f"(#100) The attribution window {window} is no longer supported.")
        if window not in WINDOWS:
            raise Refused(
                "(#100) action_attribution_windows[0] must be one of the following values:"
                f" {', '.join(WINDOWS)}"
            )
    if (call.value("action_report_time") or "impression") not in REPORT_TIMES:
        raise Refused("(#100) action_report_time is not one of the known values")
    if set(call.listed("action_breakdowns")) - {"action_type"}:
        raise Refused("(#100) Only action_type is told apart here")
    increment = str(call.value("time_increment") or "all_days")
    if increment not in ("1", "monthly", "all_days"):
        raise Refused("(#100) time_increment must be 1, monthly or all_days here")
    since, until = range_of(call, today)
    return Report(
        account=account,
        level=level,
        fields=fields,
        breakdowns=breakdowns,
        windows=windows,
        increment=increment,
        since=since,
        until=until,
        is_unified=call.flag("use_unified_attribution_setting"),
        only=filters_of(call),
    )


def refuse_combination(breakdowns: tuple[str, ...]) -> None:
    if "dma" in breakdowns:
        raise Refused("(#100) The breakdown dma is no longer supported, see comscore_market.")
    if frozenset(breakdowns) not in COMBINATIONS:
        named = ", ".join(("action_type", *breakdowns))
        raise Refused(f"(#100) Current combination of data breakdown columns ({named}) is invalid")


def range_of(call: Call, today: date) -> tuple[date, date]:
    given = call.value("time_range")
    if not isinstance(given, dict) or given.keys() != {"since", "until"}:
        raise Refused("(#100) Param time_range must be an object with since and until")
    try:
        since, until = (date.fromisoformat(given[name]) for name in ("since", "until"))
    except (TypeError, ValueError):
        raise Refused("(#100) param time_range must be of dates YYYY-MM-DD") from None
    if since > until:
        raise Refused("(#100) The start of the time range is after its end", subcode=1487851)
    if since < months_before(today, 37):
        raise Refused(
            "(#3018) The start date of the time range cannot be beyond 37 months from the current"
            " date",
            code=3018,
        )
    return since, until


def filters_of(call: Call) -> dict[str, list[str]]:
    only: dict[str, list[str]] = {}
    for name, operator, value in call.filters():
        if name not in FILTERS or operator != "IN" or not isinstance(value, list) or not value:
            raise Refused(f"(#100) filtering by {name} {operator} is not known here")
        only[FILTERS[name]] = [str(each) for each in value]
    return only


Row = tuple[date, date, Key, Key, Sums]


def rows_of(report: Report, figures: Figures, today: date) -> list[Row]:
    """In the order of days and ids. Days that have not begun in the account's zone are empty."""
    days = each_day(report.since, min(report.until, today))
    found: list[Row] = []
    for since, until, part in buckets(report, days):
        sums = figures.rows(
            report.account, report.level, report.breakdowns, part, dict(report.only)
        )
        found += [(since, until, *group, numbers) for group, numbers in sorted(sums.items())]
    return found


def buckets(report: Report, days: Sequence[date]) -> Iterator[tuple[date, date, Sequence[date]]]:
    # An hour of several days is one sum, whatever the increment says.
    if report.increment == "all_days" or HOURLY in report.breakdowns:
        yield report.since, report.until, days
    elif report.increment == "1":
        yield from ((day, day, (day,)) for day in days)
    else:
        months: dict[tuple[int, int], list[date]] = {}
        for day in days:
            months.setdefault((day.year, day.month), []).append(day)
        yield from ((part[0], part[-1], part) for part in months.values())


def shown(report: Report, row: Row, names: Mapping[str, Mapping[str, Any]], today: date) -> Any:
    """`names` are the account and the objects of the row, by level."""
    since, until, _, values, numbers = row
    old_reach = bool(report.breakdowns) and since < months_before(today, 13)
    made: dict[str, Any] = {}
    for name in report.fields:
        if old_reach and name in UNIQUE:
            continue
        value = report_fields.value(name, numbers, names, report)
        if value is not None and value != []:
            made[name] = value
    made.update(zip(report.breakdowns, values, strict=True))
    made["date_start"], made["date_stop"] = since.isoformat(), until.isoformat()
    return made
