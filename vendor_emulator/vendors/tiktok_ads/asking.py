"""What a request may ask: its parameters, read as strictly as the vendor reads them.

Belongs here: parameter names, types, JSON in the query, pages. Does not belong here: rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import orjson

from vendor_emulator.vendors.tiktok_ads.answers import INVALID, WRONG, Refusal

STATUSES = frozenset(
    {
        "STATUS_ALL",
        "STATUS_CLOSED",
        "STATUS_DELETE",
        "STATUS_DELIVERY_OK",
        "STATUS_DISABLE",
        "STATUS_FROZEN",
        "STATUS_NOT_DELETE",
        "STATUS_NOT_DELIVERY",
        "STATUS_TIME_DONE",
    }
)
CAMPAIGN_FILTERS = frozenset(
    {"campaign_ids", "campaign_name", "objective_type", "primary_status", "secondary_status"}
    | {"creation_filter_start_time", "creation_filter_end_time"}
)
AD_GROUP_FILTERS = (CAMPAIGN_FILTERS - {"campaign_name"}) | {
    "adgroup_ids",
    "adgroup_name",
    "optimization_goal",
    "promotion_type",
}
AD_FILTERS = (CAMPAIGN_FILTERS - {"campaign_name"}) | {
    "adgroup_ids",
    "optimization_goal",
    "modified_after",
}
PLAIN_FILTERS = frozenset({"buying_types", "campaign_system_origins"})
PAGED = frozenset({"page", "page_size"})
LISTED = PAGED | {"advertiser_id", "filtering", "fields"}
EXCLUDING = LISTED | {"exclude_field_types_in_response"}

PARAMETERS: Mapping[str, frozenset[str]] = {
    "/advertiser/info/": frozenset({"advertiser_ids", "fields"}),
    "/bc/get/": PAGED | {"bc_id", "scene", "filtering"},
    "/bc/asset/get/": PAGED | {"bc_id", "asset_type", "child_bc_id", "filtering"},
    "/campaign/get/": EXCLUDING,
    "/adgroup/get/": EXCLUDING,
    "/ad/get/": EXCLUDING,
    "/smart_plus/campaign/get/": LISTED,
    "/smart_plus/adgroup/get/": LISTED,
    "/smart_plus/ad/get/": LISTED,
    "/pixel/list/": PAGED | {"advertiser_id", "pixel_id", "code", "name", "order_by", "filtering"},
    "/dmp/custom_audience/list/": PAGED | {"advertiser_id", "custom_audience_ids"},
    "/file/video/ad/search/": PAGED | {"advertiser_id", "filtering"},
    "/file/image/ad/info/": frozenset({"advertiser_id", "image_ids"}),
    "/gmv_max/store/list/": frozenset({"advertiser_id"}),
    "/campaign/gmv_max/info/": frozenset({"advertiser_id", "campaign_id"}),
    "/gmv_max/report/get/": PAGED
    | {"advertiser_id", "store_ids", "dimensions", "metrics", "enable_total_metrics"}
    | {"start_date", "end_date", "filtering", "sort_field", "sort_type", "context_info"},
    "/report/integrated/get/": PAGED
    | {"advertiser_id", "advertiser_ids", "bc_id", "service_type", "report_type", "data_level"}
    | {"dimensions", "metrics", "start_date", "end_date", "query_lifetime", "order_field"}
    | {"order_type", "filtering", "query_mode", "enable_total_metrics"}
    | {"multi_adv_report_in_utc_time"},
}
FILTERS: Mapping[str, frozenset[str]] = {
    "/campaign/get/": CAMPAIGN_FILTERS
    | PLAIN_FILTERS
    | {"campaign_type", "is_smart_performance_campaign", "optimization_goal"},
    "/adgroup/get/": AD_GROUP_FILTERS | PLAIN_FILTERS | {"bid_strategy", "billing_events"},
    "/ad/get/": AD_FILTERS | PLAIN_FILTERS | {"ad_ids", "ad_name", "destination"},
    "/smart_plus/campaign/get/": CAMPAIGN_FILTERS,
    "/smart_plus/adgroup/get/": AD_GROUP_FILTERS,
    "/smart_plus/ad/get/": AD_FILTERS | {"smart_plus_ad_ids"},
}
LARGEST = {
    "/bc/get/": 50,
    "/bc/asset/get/": 50,
    "/smart_plus/ad/get/": 100,
    "/pixel/list/": 20,
    "/dmp/custom_audience/list/": 100,
    "/file/video/ad/search/": 100,
}


def refuse_unknown(path: str, params: Sequence[tuple[str, str]]) -> dict[str, str]:
    """The parameters by name; a name the endpoint does not have, or one given twice, is refused."""
    found: dict[str, str] = {}
    for name, value in params:
        if name not in PARAMETERS[path]:
            raise Refusal(WRONG, f"{name}: Unknown field.")
        if name in found:
            raise Refusal(WRONG, f"{name}: Given more than once.")
        found[name] = value
    return found


def json_value(asked: Mapping[str, str], name: str, kind: type) -> Any:
    """Lists and objects travel as JSON text; None when the parameter is absent."""
    if name not in asked:
        return None
    try:
        value = orjson.loads(asked[name])
    except orjson.JSONDecodeError:
        raise Refusal(WRONG, f"{name}: Not a valid JSON value.") from None
    if not isinstance(value, kind):
        raise Refusal(WRONG, f"{name}: Not a valid {kind.__name__}.")
    return value


def texts(asked: Mapping[str, str], name: str, *, most: int | None = None) -> list[str]:
    values = json_value(asked, name, list)
    if not values or not all(isinstance(value, str) for value in values):
        raise Refusal(WRONG, f"{name}: Missing data for required field.")
    if most is not None and len(values) > most:
        raise Refusal(40011, f"{name}: at most {most} can be given.")
    return values


def filtering(path: str, asked: Mapping[str, str]) -> dict[str, Any]:
    given: dict[str, Any] = json_value(asked, "filtering", dict) or {}
    known = FILTERS.get(path)
    for name in given:
        if known is not None and name not in known:
            raise Refusal(WRONG, f"filtering.{name}: Unknown field.")
    status = given.get("primary_status", "STATUS_NOT_DELETE")
    if status not in STATUSES:
        raise Refusal(WRONG, "filtering.primary_status: Not a valid choice.")
    return given


def required(asked: Mapping[str, str], name: str) -> str:
    if not asked.get(name):
        raise Refusal(WRONG, f"{name}: Missing data for required field.")
    return asked[name]


def day(asked: Mapping[str, str], name: str) -> date:
    try:
        return date.fromisoformat(required(asked, name))
    except ValueError:
        raise Refusal(WRONG, f"{name}: Not a valid date.") from None


def page_of(
    path: str, asked: Mapping[str, str], rows: Sequence[Any], *, largest: int
) -> tuple[Sequence[Any], dict[str, int]]:
    """One page and its `page_info`. `largest` is a test's own limit beneath the vendor's."""
    most = LARGEST.get(path, 1000)
    page, size = whole(asked, "page", 1), whole(asked, "page_size", 10)
    if not 1 <= size <= most:
        raise Refusal(WRONG, f"page_size: Must be between 1 and {most}.")
    if page < 1:
        raise Refusal(WRONG, "page: Must be greater than or equal to 1.")
    size = min(size, largest)
    start = (page - 1) * size
    return rows[start : start + size], {
        "page": page,
        "page_size": size,
        "total_number": len(rows),
        "total_page": -(-len(rows) // size),
    }


def whole(asked: Mapping[str, str], name: str, default: int) -> int:
    try:
        return int(asked.get(name, default))
    except ValueError:
        raise Refusal(INVALID, f"{name}: Not a valid integer.") from None
