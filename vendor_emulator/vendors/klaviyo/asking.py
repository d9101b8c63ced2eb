"""Questions for numbers: `POST /api/metric-aggregates` and `POST /api/...-reports`.

Belongs here: refusing what Klaviyo refuses, and the shape of the answer. Does not belong here:
counting (`numbers.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import orjson

from vendor_emulator.vendors import Asked
from vendor_emulator.vendors.klaviyo.errors import MEDIA_TYPE, Refused, invalid
from vendor_emulator.vendors.klaviyo.grammar import read_filter
from vendor_emulator.vendors.klaviyo.numbers import (
    DAY,
    ZONE,
    Numbers,
    added,
    days_between,
    local,
    metric_ids,
    over_all,
    statistics,
    summed,
)
from vendor_emulator.vendors.klaviyo.records import (
    SITE,
    campaign_id,
    flow_id,
    flow_message_id,
    message_id,
)
from vendor_emulator.vendors.klaviyo.statistics import STATISTICS
from vendor_emulator.vendors.klaviyo.world import World

GROUPS = {
    "campaign": ("campaign_id", "campaign_message_id", "send_channel"),
    "flow": ("flow_id", "flow_message_id", "send_channel"),
    "form": ("form_id",),
    "segment": (),
}
MEASUREMENTS = ("count", "sum_value", "unique")
LARGEST_REPORT = 1000
LONGEST = timedelta(days=366)
LONGEST_DAILY = timedelta(days=60)
SEGMENTS_SINCE = date(2023, 6, 1)


def sent(asked: Asked, kind: str) -> dict[str, Any]:
    media = asked.headers.get("content-type", "").partition(";")[0].strip()
    if media not in (MEDIA_TYPE, "application/json"):
        raise Refused(415, f"Unsupported media type '{media}' in request.")
    try:
        body = orjson.loads(asked.body)
        data = body["data"]
        attributes = data["attributes"]
    except (orjson.JSONDecodeError, KeyError, TypeError):
        raise invalid("The payload is malformed.") from None
    if data.get("type") != kind:
        raise Refused(400, f"The type must be '{kind}'.", pointer="/data/type")
    return attributes


def required(attributes: dict[str, Any], *names: str) -> None:
    for name in names:
        if name not in attributes:
            raise Refused(400, f"'{name}' is a required field.", pointer=at(name))


def unknown(attributes: dict[str, Any], *names: str) -> None:
    for name in attributes:
        if name not in names:
            raise Refused(400, f"'{name}' is not a valid field.", pointer=at(name))


def at(name: str) -> str:
    return f"/data/attributes/{name}"


def aggregates(asked: Asked, numbers: Numbers) -> dict[str, Any]:
    found = sent(asked, "metric-aggregate")
    known = ("metric_id", "measurements", "interval", "page_size", "by", "filter", "timezone")
    unknown(found, *known, "page_cursor", "return_fields", "sort")
    required(found, "metric_id", "measurements", "filter")
    if found["metric_id"] not in metric_ids():
        raise Refused(404, "A metric with this id does not exist.", pointer=at("metric_id"))
    for name in found["measurements"]:
        if name not in MEASUREMENTS:
            raise Refused(400, f"'{name}' is not a measurement.", pointer=at("measurements"))
    if found.get("interval", "day") != "day" or found.get("by"):
        raise Refused(400, "Only days without dimensions are emulated.", pointer=at("interval"))
    try:
        ZoneInfo(found.get("timezone", "UTC"))
    except ZoneInfoNotFoundError:
        raise Refused(400, "Invalid timezone.", pointer=at("timezone")) from None
    allowed = {"datetime": ("greater-or-equal", "less-than")}
    terms = [term for text in found["filter"] for term in read_filter(text, allowed)]
    limits = {term.operator: term.value.replace(tzinfo=None) for term in terms}
    if set(limits) != {"greater-or-equal", "less-than"}:
        raise Refused(400, "A time range on 'datetime' is required.", pointer=at("filter"))
    first, end = limits["greater-or-equal"], limits["less-than"]
    if not first < end or end - first > LONGEST:
        raise Refused(400, "The time range is longer than one year.", pointer=at("filter"))
    days, series = numbers.aggregates(found["metric_id"], first.date(), (end - DAY).date())
    return {
        "data": {
            "type": "metric-aggregate",
            "id": "00000000-0000-4000-8000-000000000001",
            "attributes": {
                "dates": [midnight(day) for day in days],
                "data": [
                    {
                        "dimensions": [],
                        "measurements": {name: series[name] for name in found["measurements"]},
                    }
                ],
            },
            "links": {"self": f"{SITE}/api/metric-aggregates"},
        },
        "links": {"self": f"{SITE}/api/metric-aggregates"},
    }


def midnight(day: date) -> str:
    """The account's midnight, told in UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=ZONE).astimezone(UTC).isoformat()


def report(
    asked: Asked, name: str, world: World, numbers: Numbers, *, largest: int | None
) -> dict[str, Any]:
    """`name` such as flow_series; `largest`: groups of one page."""
    subject, form = name.split("_")
    kind = f"{subject}-{form}-report"
    found = sent(asked, kind)
    is_series, converts = form == "series", subject in ("campaign", "flow")
    grouped = () if subject == "segment" else ("group_by",)
    needed = ("statistics", "timeframe", *(("interval",) if is_series else ()))
    needed = (*needed, "conversion_metric_id") if converts else needed
    unknown(found, *needed, *grouped, "filter")
    required(found, *needed)
    for statistic in found["statistics"]:
        if statistic not in STATISTICS[subject]:
            raise Refused(400, f"'{statistic}' is not a statistic.", pointer=at("statistics"))
    if converts and found["conversion_metric_id"] not in metric_ids():
        raise Refused(404, "This metric does not exist.", pointer=at("conversion_metric_id"))
    groups = found.get("group_by") or list(GROUPS[subject])
    if set(groups) - set(GROUPS[subject]):
        raise Refused(400, "This group by is not emulated.", pointer=at("group_by"))
    for needs in GROUPS[subject][:-1]:
        if needs not in groups:
            raise Refused(400, f"'{needs}' is required.", pointer=at("group_by"))
    first, last = frame(found["timeframe"], is_series=is_series, world=world)
    if subject == "segment" and first < SEGMENTS_SINCE:
        raise Refused(400, "Data is unavailable before June 1st, 2023.", pointer=at("timeframe"))
    if is_series and found["interval"] != "daily":
        raise Refused(400, "Only daily series are emulated.", pointer=at("interval"))
    days = days_between(first, last)
    wanted = found["statistics"]
    attributes: dict[str, Any] = {}
    if converts:
        sums = numbers.by_day_sent(found["conversion_metric_id"])
        attributes["results"] = [
            {"groupings": chosen(subject, number, world, groups), "statistics": values}
            for number in sources(subject, world)
            if (values := of_source((subject, number), sums, days, wanted, is_series=is_series))
        ]
    else:
        attributes["results"] = [
            {"groupings": {f"{subject}_id": key}, "statistics": values}
            for place, key in enumerate(world.of(subject))
            for series in [
                summed(world.business.seed, place, days, wanted, today=local(world.business.now))
            ]
            for values in [series if is_series else over_all(series)]
        ]
    if is_series:
        attributes["date_times"] = [f"{day}T00:00:00+00:00" for day in days]
    links = {"self": f"{SITE}/api/{kind}s"}
    if converts:
        links |= cut(attributes, asked, largest)
    return {"data": {"type": kind, "attributes": attributes}, "links": links}


def cut(attributes: dict[str, Any], asked: Asked, largest: int | None) -> dict[str, str]:
    """Leaves one page of the results, and says where the next is; what is asked is asked again."""
    cursor = asked.query.get("page_cursor", "0")
    if not cursor.isdigit() or int(cursor) > len(attributes["results"]):
        raise invalid("Invalid cursor provided.", "page_cursor")
    end = int(cursor) + (largest or LARGEST_REPORT)
    more = end < len(attributes["results"])
    attributes["results"] = attributes["results"][int(cursor) : end]
    return {"next": f"{asked.base_url}{asked.path}?page_cursor={end}"} if more else {}


def frame(asked: dict[str, Any], *, is_series: bool, world: World) -> tuple[date, date]:
    """The offsets are ignored: the account's own days."""
    if set(asked) != {"start", "end"}:
        raise Refused(400, "Only custom time frames are emulated.", pointer=at("timeframe"))
    try:
        start, end = (datetime.fromisoformat(asked[name]) for name in ("start", "end"))
    except ValueError:
        raise Refused(400, "Invalid timeframe.", pointer=at("timeframe")) from None
    if not start < end or end - start > LONGEST:
        raise Refused(400, "The timeframe is longer than one year.", pointer=at("timeframe"))
    if is_series and end - start > LONGEST_DAILY:
        raise Refused(400, "Daily series span at most 60 days.", pointer=at("timeframe"))
    return start.date(), end.date()


def sources(subject: str, world: World) -> list[int]:
    found = world.mailing.campaigns if subject == "campaign" else world.mailing.flows
    return [one.id for one in found]


def chosen(subject: str, number: int, world: World, groups: Sequence[str]) -> dict[str, str]:
    if subject == "campaign":
        channel = next(one.channel for one in world.mailing.campaigns if one.id == number)
        found = {"campaign_id": campaign_id(number), "campaign_message_id": message_id(number)}
    else:
        channel = "email"
        found = {"flow_id": flow_id(number), "flow_message_id": flow_message_id(number)}
    return {
        name: value for name, value in (found | {"send_channel": channel}).items() if name in groups
    }


def of_source(
    source: tuple[str, int],
    sums: Any,
    days: Sequence[date],
    wanted: Sequence[str],
    *,
    is_series: bool,
) -> dict[str, Any] | None:
    """None: nothing was sent in the frame."""
    daily = [sums.get((source, day)) for day in days]
    if not any(daily):
        return None
    if not is_series:
        return statistics(added(each for each in daily if each), wanted)
    each_day = [statistics(added([each] if each else []), wanted) for each in daily]
    return {name: [values[name] for values in each_day] for name in wanted}
