"""What the Google Ads API refuses in a query that reads well.

Belongs here: the vendor's rules of SELECT and WHERE. Does not belong here: the language itself
(`gaql.py`), which fields there are (`catalogue.py`).
"""

from __future__ import annotations

from datetime import date

from vendor_emulator.vendors.google_ads.catalogue import (
    BESIDE,
    KNOWN,
    NOT_ASKED_FOR,
    RESOURCES,
    Resource,
)
from vendor_emulator.vendors.google_ads.failures import Refused
from vendor_emulator.vendors.google_ads.gaql import Condition, Parsed


def require_allowed(query: Parsed, *, today: date) -> None:
    """Raises `Refused` as the vendor does."""
    resource = RESOURCES.get(query.resource)
    if resource is None or query.resource in NOT_ASKED_FOR:
        raise refused("BAD_RESOURCE_TYPE_IN_FROM_CLAUSE", query.resource)
    for name in [*query.select, *(condition.field for condition in query.where)]:
        require_field(query.resource, resource, name)
    for segment in query.segments:
        for metric in query.metrics:
            if metric not in BESIDE[segment]:
                raise refused(
                    "PROHIBITED_SEGMENT_WITH_METRIC_IN_SELECT_OR_WHERE_CLAUSE",
                    f"{segment} with {metric}",
                )
    for condition in query.where:
        name = condition.field
        is_free = name == "segments.date" or not name.startswith(("segments.", "metrics."))
        if not is_free and name not in query.select:
            raise refused("EXPECTED_REFERENCED_FIELD_IN_SELECT_CLAUSE", name)
    for name, _ in query.order:
        if name not in query.select:
            raise refused("EXPECTED_REFERENCED_FIELD_IN_SELECT_CLAUSE", name)
    if "segments.date" in query.select or "segments.month" in query.select:
        days(query)
    OWN_RULES.get(query.resource, lambda query, today: None)(query, today)


def require_field(name: str, resource: Resource, field: str) -> None:
    prefix, _, rest = field.partition(".")
    if field not in KNOWN or not rest:
        raise refused("UNRECOGNIZED_FIELD", field)
    if prefix == "metrics" and rest not in resource.metrics:
        raise refused("PROHIBITED_METRIC_IN_SELECT_OR_WHERE_CLAUSE", field)
    if prefix == "segments" and rest not in resource.segments:
        raise refused("PROHIBITED_SEGMENT_IN_SELECT_OR_WHERE_CLAUSE", field)
    allowed = {name, "metrics", "segments", *resource.attributed, *resource.segmenting}
    if prefix not in allowed:
        raise refused("PROHIBITED_RESOURCE_TYPE_IN_SELECT_CLAUSE", field)


def days(query: Parsed) -> tuple[date, date]:
    """The finite range of days. Raises `Refused` for an open one."""
    low: list[date] = []
    high: list[date] = []
    for condition in query.on("segments.date"):
        values = [day(value) for value in condition.values]
        if condition.op in ("=", "BETWEEN", ">="):
            low.append(values[0])
        if condition.op in ("=", "BETWEEN", "<="):
            high.append(values[-1])
    if not low or not high:
        raise refused("EXPECTED_FILTERS_ON_DATE_RANGE", "segments.date needs a finite range")
    return max(low), min(high)


def day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise refused("INVALID_DATE_FORMAT", text) from None


def one_day(query: Parsed, today: date) -> None:
    first, last = days(query) if query.on("segments.date") else (None, None)
    if first is None or first != last:
        raise Refused(
            "clickViewError", "EXPECTED_FILTER_ON_A_SINGLE_DAY", "click_view: one day a query."
        )
    if (today - first).days > 90:
        raise Refused("clickViewError", "DATE_TOO_OLD", "click_view: the last 90 days.")


def limited_changes(query: Parsed, today: date) -> None:
    conditions = query.on("change_status.last_change_date_time")
    if not any(low(one) for one in conditions) or not any(high(one) for one in conditions):
        raise Refused(
            "changeStatusError", "CHANGE_DATE_RANGE_INFINITE", "A finite range is needed."
        )
    if query.limit is None:
        raise Refused("changeStatusError", "LIMIT_NOT_SPECIFIED", "A LIMIT is needed.")
    if query.limit > 10_000:
        raise Refused("changeStatusError", "INVALID_LIMIT_CLAUSE", "At most 10000.")
    oldest = min(day(one.values[0][:10]) for one in conditions if low(one))
    if (today - oldest).days > 90:
        raise Refused("changeStatusError", "START_DATE_TOO_OLD", "The last 90 days.")


def low(condition: Condition) -> bool:
    return condition.op in ("=", "BETWEEN", ">=", ">")


def high(condition: Condition) -> bool:
    return condition.op in ("=", "BETWEEN", "<=", "<")


OWN_RULES = {"click_view": one_day, "change_status": limited_changes}


def refused(code: str, what: str) -> Refused:
    return Refused("queryError", code, f"Error in query: {what}.")
