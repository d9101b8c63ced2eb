"""Iterable's records as rows: its three ways to write a time, keys that it does not give.

Belongs here: values in, values out. Does not belong here: requests.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa

from dlt_pipelines.connector import SyncReport, Table
from dlt_pipelines.records import raw_table

Record = dict[str, Any]
TELLS_APART = (
    "messageId",
    "email",
    "userId",
    "createdAt",
    "id",
    "_id",
    "eventId",
    "eventName",
    "orderId",
    "href",
    "url",
    "linkUrl",
    "campaignId",
    "templateId",
    "total",
)
"""Fields by which two events of a kind differ. Not the whole record: an event that is exported
again may carry more than it did (a bot's mark, a user's id)."""


def given(
    table: Table,
    records: Sequence[Record],
    report: SyncReport,
    **columns: Sequence[Any],
) -> pa.Table:
    """Rows whose named columns are computed; the payload stays as the vendor wrote it."""
    rows = raw_table(table, records, report)
    for name, values in columns.items():
        place = rows.column_names.index(name)
        rows = rows.set_column(place, rows.field(place), pa.array(values, rows.field(place).type))
    return rows


def dated(table: Table, records: Sequence[Record], report: SyncReport) -> pa.Table:
    """With `created_at` and `updated_at` where the table has them."""
    names = {"created_at": "createdAt", "updated_at": "updatedAt"}
    columns = {
        name: [moment(record.get(path)) for record in records]
        for name, path in names.items()
        if name in table.columns or name == table.cursor
    }
    return given(table, records, report, **columns)


def moment(value: Any) -> datetime | None:
    """`1700000000000`, `2026-01-31T10:00:00.000Z` or `2026-01-31 10:00:00 +00:00`."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return datetime.fromtimestamp(value / 1000, UTC)
    if not isinstance(value, str) or not value:
        return None
    try:
        time = datetime.fromisoformat(value.replace(" +", "+").replace(" -", "-"))
    except ValueError:
        return None
    return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)


def event_id(kind: str, event: Mapping[str, Any]) -> str:
    parts = [kind, *(str(event.get(name, "")) for name in TELLS_APART)]
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:32]


def asked(time: datetime) -> str:
    """As exports want it; without the offset it would be read in the project's own zone."""
    return time.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S +00:00")
