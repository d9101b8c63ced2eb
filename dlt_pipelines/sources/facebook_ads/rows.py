"""From a row of Insights to a row of a raw table.

Belongs here: typed columns of a report. Does not belong here: reading reports.

The payload keeps the vendor's row. Purchases are one action type: `omni_purchase` counts each
purchase once, over web, app, shop and offline. `purchase` and, of the pixel alone,
`offsite_conversion.fb_pixel_purchase` are the same purchases again: where an account has no omni
events one of them is taken, and they are never added.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pyarrow as pa

from dlt_pipelines.connector import SyncReport, Table
from dlt_pipelines.records import raw_table
from dlt_pipelines.sources.facebook_ads.accounts import Account
from dlt_pipelines.sources.facebook_ads.report_tables import COLUMN_OF, LISTS, NAMES, Report

PURCHASES = ("omni_purchase", "purchase", "offsite_conversion.fb_pixel_purchase")
UNKNOWN = "unknown"
"""Meta's own word for a breakdown's value that it does not know; a key needs some value."""
SCALE = Decimal("0.000000001")
Row = dict[str, Any]


def arrow(
    report: Report,
    table: Table,
    account: Account,
    rows: Sequence[Row],
    *,
    report_time: str,
    sync_report: SyncReport,
) -> pa.Table:
    shared = {
        "currency": account.record.get("currency"),
        "time_zone": account.time_zone,
        "attribution": f"ad_set@{report_time}",
    }
    flat = [{**shared, **flattened(report, row)} for row in rows]
    return raw_table(table, flat, sync_report, payloads=rows)


def flattened(report: Report, row: Row) -> Row:
    flat = {NAMES.get(name, name): value for name, value in row.items()}
    for name in report.breakdowns:
        flat[COLUMN_OF.get(name, name)] = row.get(name) or UNKNOWN
    for name in LISTS:
        if name in report.metrics:
            flat[name] = int(added(row.get(name) or ()))
    if "actions" in report.metrics:
        counts, values = by_type(row, "actions"), by_type(row, "action_values")
        kind = next((kind for kind in PURCHASES if kind in counts or kind in values), None)
        flat["purchases"] = counts.get(kind, Decimal(0))
        flat["purchase_value"] = values.get(kind, Decimal(0))
        flat["purchase_action_type"] = kind
    if "conversions" in report.metrics:
        flat["conversions_reported"] = without_parts(by_type(row, "conversions"))
        flat["conversions_value_reported"] = without_parts(by_type(row, "conversion_values"))
    return flat


def by_type(row: Row, name: str) -> dict[str | None, Decimal]:
    found: dict[str | None, Decimal] = {}
    for entry in row.get(name) or ():
        kind = entry.get("action_type")
        found[kind] = found.get(kind, Decimal(0)) + exact(entry.get("value"))
    return found


def added(entries: Sequence[Row]) -> Decimal:
    return sum((exact(entry.get("value")) for entry in entries), Decimal(0))


def exact(value: Any) -> Decimal:
    """Values come as text, now and then with the tail of a float (119.97999999999999)."""
    number = Decimal(str(value or 0))
    return number.quantize(SCALE) if number.as_tuple().exponent < -9 else number  # type: ignore[operator]


def without_parts(values: dict[str | None, Decimal]) -> Decimal:
    """`subscribe_total` holds `subscribe_website` and its like; other types stand alone."""
    totals = [kind for kind in values if kind and kind.endswith("_total")]
    parts = {
        kind
        for kind in values
        for total in totals
        if kind and kind != total and kind.startswith(total.removesuffix("total"))
    }
    return sum((value for kind, value in values.items() if kind not in parts), Decimal(0))
