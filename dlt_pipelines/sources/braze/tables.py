"""The raw tables of a Braze workspace: keys, cursors and where personal data stands.

Belongs here: what lands. Does not belong here: how it is asked for (`source.py`).
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from dlt_pipelines.connector import Table

RESTATED = timedelta(days=30)
"""Opens, conversions and revenue of a mail arrive for weeks; Braze restates its days."""
LATE = timedelta(days=3)
DATE: dict[str, Any] = {"data_type": "date"}
COUNT: dict[str, Any] = {"data_type": "bigint"}
MONEY: dict[str, Any] = {"data_type": "decimal"}
TIME = {"date": "time"}
PEOPLE = (
    "external_id",
    "user_aliases",
    "first_name",
    "last_name",
    "email",
    "dob",
    "phone",
    "home_city",
    "last_coordinates",
    "custom_attributes",
    "push_tokens",
    "devices",
)


def series(name: str, description: str, *thing: str, **columns: Any) -> Table:
    """No row is ever withdrawn: a series has all its days, with zeros."""
    return Table(
        name=name,
        description=description,
        primary_key=(*thing, "date"),
        cursor="date",
        lag=RESTATED,
        columns={"date": DATE, **columns},
        paths=TIME,
        optional=True,
    )


TABLES = (
    Table(
        name="campaigns",
        description="Every campaign with its details, archived ones too. Those that can still send"
        " are read each time: sending moves no edit time.",
        cursor="last_edited",
        lag=LATE,
        deletes="marked",
        columns={"name": {"data_type": "text"}},
        optional=True,
    ),
    Table(
        name="canvases",
        description="Every Canvas with its details, variants and steps, archived ones too.",
        cursor="last_edited",
        lag=LATE,
        deletes="marked",
        columns={"name": {"data_type": "text"}},
        optional=True,
    ),
    Table(
        name="segments",
        description="Segments with their details; always read whole.",
        write="replace",
        deletes="seen",
        optional=True,
    ),
    series(
        "campaign_analytics",
        "A campaign's day: totals, and in `messages` each channel's variations.",
        "campaign_id",
        unique_recipients=COUNT,
        conversions=COUNT,
        conversions_by_send_time=COUNT,
        revenue=MONEY,
    ),
    Table(
        name="canvas_analytics",
        description="A Canvas's day: totals, and each variant's and step's.",
        primary_key=("canvas_id", "date"),
        cursor="date",
        lag=RESTATED,
        columns={
            "date": DATE,
            "entries": COUNT,
            "conversions": COUNT,
            "conversions_by_entry_time": COUNT,
            "revenue": MONEY,
        },
        paths={
            **TIME,
            "entries": "total_stats.entries",
            "conversions": "total_stats.conversions",
            "conversions_by_entry_time": "total_stats.conversions_by_entry_time",
            "revenue": "total_stats.revenue",
        },
        optional=True,
    ),
    series(
        "segment_analytics",
        "A segment's estimated size by day, where its analytics are tracked.",
        "segment_id",
        size=COUNT,
    ),
    Table(
        name="custom_events",
        description="Names of custom events.",
        primary_key=("name",),
        write="replace",
        deletes="seen",
        optional=True,
    ),
    series("custom_event_counts", "How often a custom event came, by day.", "event", count=COUNT),
    Table(
        name="products",
        description="Names of products that were bought.",
        primary_key=("name",),
        write="replace",
        deletes="seen",
        optional=True,
    ),
    series(
        "product_revenue",
        "Revenue by product and day; the product '' is all of them together.",
        "product",
        revenue=MONEY,
    ),
    series(
        "kpis",
        "New users, daily and monthly active users, uninstalls by day.",
        new_users=COUNT,
        dau=COUNT,
        mau=COUNT,
        uninstalls=COUNT,
    ),
    series("sessions", "Sessions by day.", sessions=COUNT),
    Table(
        name="hard_bounces",
        description="Addresses that bounced for good.",
        primary_key=("email", "hard_bounced_at"),
        cursor="hard_bounced_at",
        lag=LATE,
        personal=("email",),
        optional=True,
    ),
    Table(
        name="unsubscribes",
        description="Addresses that unsubscribed from e-mail.",
        primary_key=("email", "unsubscribed_at"),
        cursor="unsubscribed_at",
        lag=LATE,
        personal=("email",),
        optional=True,
    ),
    Table(
        name="email_templates",
        description="E-mail templates, without those of the drag-and-drop editor.",
        primary_key=("email_template_id",),
        cursor="updated_at",
        created="created_at",
        optional=True,
    ),
    Table(
        name="content_blocks",
        description="Pieces of content that templates share.",
        primary_key=("content_block_id",),
        cursor="last_edited",
        created="created_at",
        optional=True,
    ),
    Table(
        name="users",
        description="People of the segments that are named in export_segments; off without any."
        " A field that a person lacks is absent.",
        primary_key=("braze_id",),
        created="created_at",
        personal=PEOPLE,
        optional=True,
    ),
)
BY_NAME = {table.name: table for table in TABLES}
