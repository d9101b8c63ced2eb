"""Klaviyo's raw tables.

Belongs here: keys, cursors, lookbacks, what is personal. Does not belong here: how they are read
(`streams.py`), the columns of reports (`statistics.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from dlt_pipelines.connector import Table
from dlt_pipelines.sources.klaviyo import statistics

LATEST_ARRIVAL = timedelta(days=4)
"""Events are filed under the time they happened and may come days later; there is no index on when
they came. Connectors in use since 2023 read four days again."""
HOUR = timedelta(hours=1)
REPORT_LAG = timedelta(days=30)
"""Reports count by the day a message was sent: opens and orders of weeks later change that day."""

TEXT: Mapping[str, Any] = {"data_type": "text"}
TIMESTAMP: Mapping[str, Any] = {"data_type": "timestamp"}
BIGINT: Mapping[str, Any] = {"data_type": "bigint"}
DECIMAL: Mapping[str, Any] = {"data_type": "decimal"}
DATE: Mapping[str, Any] = {"data_type": "date"}

TIMES = {"created_at": "attributes.created", "updated_at": "attributes.updated"}
TIMES_AT = {"created_at": "attributes.created_at", "updated_at": "attributes.updated_at"}
BOTH = {"created_at": TIMESTAMP, "updated_at": TIMESTAMP}


def entity(name: str, description: str, **given: Any) -> Table:
    """A table of records that Klaviyo updates, asked for by the time of the update."""
    settings = {
        "cursor": "updated_at",
        "created": "created_at",
        "lag": HOUR,
        "paths": TIMES,
        "optional": True,
        **given,
    }
    return Table(name=name, description=description, **settings)


def whole(name: str, description: str, **given: Any) -> Table:
    """A small table that is read whole each time: what no longer comes is gone."""
    settings = {"write": "replace", "deletes": "seen", "optional": True, **given}
    return Table(name=name, description=description, **settings)


TABLES: tuple[Table, ...] = (
    whole(
        "accounts",
        "The account itself: one row, with its time zone and currency.",
        columns={"time_zone": TEXT, "currency": TEXT},
        paths={"time_zone": "attributes.timezone", "currency": "attributes.preferred_currency"},
    ),
    Table(
        name="events",
        description="What profiles did: received, opened, clicked, ordered. The last four days are"
        " read again each time, because events arrive late. What an order is attributed to stands"
        " under `attributions` in the record.",
        cursor="datetime",
        created="datetime",
        lag=LATEST_ARRIVAL,
        columns={"metric_id": TEXT, "profile_id": TEXT},
        paths={
            "datetime": "attributes.datetime",
            "metric_id": "relationships.metric.data.id",
            "profile_id": "relationships.profile.data.id",
        },
        personal=(
            "attributes.event_properties.Recipient Email Address",
            "attributes.event_properties.Client IP",
            "attributes.event_properties.From Number",
            "attributes.event_properties.To Number",
            "attributes.event_properties.$email",
            "attributes.event_properties.email",
            "attributes.event_properties.$extra",
        ),
        optional=True,
    ),
    entity(
        "profiles",
        "People, known or not, with their consents. A profile that was deleted for privacy or"
        " merged vanishes at Klaviyo without a word, and stays here.",
        personal=(
            "attributes.email",
            "attributes.phone_number",
            "attributes.external_id",
            "attributes.first_name",
            "attributes.last_name",
            "attributes.organization",
            "attributes.title",
            "attributes.image",
            "attributes.location",
            "attributes.properties",
        ),
    ),
    entity(
        "campaigns",
        "E-mail, text and push campaigns, archived ones too.",
        paths=TIMES_AT,
        deletes="marked",
    ),
    Table(
        name="campaign_messages",
        description="Subjects and contents; replaced together with their campaign.",
        parent=("campaigns", "campaign_id"),
        columns=BOTH,
        paths=TIMES_AT,
        deletes="seen",
        optional=True,
    ),
    Table(
        name="campaign_recipient_estimations",
        description="How many will receive a campaign, as estimated when it last changed.",
        primary_key=("campaign_id",),
        parent=("campaigns", "campaign_id"),
        columns={"estimated_recipient_count": BIGINT},
        paths={"estimated_recipient_count": "attributes.estimated_recipient_count"},
        deletes="seen",
        optional=True,
    ),
    entity("flows", "Automations, archived ones too.", deletes="marked"),
    Table(
        name="flow_actions",
        description="The steps of a flow; replaced together with it.",
        parent=("flows", "flow_id"),
        columns=BOTH,
        paths=TIMES,
        deletes="seen",
        optional=True,
    ),
    Table(
        name="flow_messages",
        description="What a flow's steps send; replaced together with their step.",
        parent=("flow_actions", "flow_action_id"),
        columns={**BOTH, "flow_id": TEXT},
        paths=TIMES,
        deletes="seen",
        optional=True,
    ),
    whole(
        "lists",
        "Lists of profiles. `profile_count` comes with the setting member_counts.",
        columns=BOTH,
        paths=TIMES,
    ),
    whole(
        "segments",
        "Segments, with their definitions. `profile_count` comes with the setting member_counts.",
        columns=BOTH,
        paths=TIMES,
    ),
    whole(
        "list_members",
        "Who is in which list, and since when. Off unless the setting members says yes.",
        primary_key=("list_id", "profile_id"),
        columns={"joined_at": TIMESTAMP},
        paths={"joined_at": "attributes.joined_group_at"},
    ),
    whole(
        "segment_members",
        "Who is in which segment, and since when. Off unless the setting members says yes.",
        primary_key=("segment_id", "profile_id"),
        columns={"joined_at": TIMESTAMP},
        paths={"joined_at": "attributes.joined_group_at"},
    ),
    whole("metrics", "Kinds of events, by the integration that reports them."),
    entity("templates", "Contents of e-mails, as HTML."),
    whole("tags", "Labels on campaigns, flows, lists and segments."),
    whole("tag_groups", "Groups of tags."),
    whole("coupons", "Coupons whose codes Klaviyo gives out."),
    whole(
        "coupon_codes",
        "The codes of each coupon, with who got them.",
        columns={"coupon_id": TEXT, "expires_at": TIMESTAMP},
        paths={
            "coupon_id": "relationships.coupon.data.id",
            "expires_at": "attributes.expires_at",
        },
    ),
    whole("forms", "Sign-up forms.", columns=BOTH, paths=TIMES_AT),
    entity(
        "images",
        "Pictures used in messages.",
        created=None,
        paths={"updated_at": "attributes.updated_at"},
    ),
    whole("catalog_items", "Products of the catalogue.", columns=BOTH, paths=TIMES),
    whole(
        "catalog_variants",
        "Variants of the catalogue's products.",
        columns={**BOTH, "item_id": TEXT},
        paths={**TIMES, "item_id": "relationships.item.data.id"},
    ),
    whole("catalog_categories", "Categories of the catalogue."),
    Table(
        name="metric_aggregates",
        description="Events, value and profiles of each metric and day of the account's time zone;"
        " what the events add up to at Klaviyo. Days without events have no row.",
        primary_key=("metric_id", "date"),
        cursor="date",
        lag=LATEST_ARRIVAL,
        scope=("metric_id",),
        columns={
            "date": DATE,
            "event_count": BIGINT,
            "sum_value": DECIMAL,
            "unique_profiles": BIGINT,
            "time_zone": TEXT,
        },
        paths={"event_count": "count", "unique_profiles": "unique"},
        optional=True,
    ),
    *(
        Table(
            name=report.table,
            description=report.description,
            primary_key=(report.day, *report.group_by),
            cursor=report.day,
            lag=REPORT_LAG,
            scope=("conversion_metric_id",) if report.converts else (),
            columns={
                report.day: DATE,
                "time_zone": TEXT,
                **({"conversion_metric_id": TEXT, "currency": TEXT} if report.converts else {}),
                **{
                    name: DECIMAL if name in statistics.FRACTIONS else BIGINT
                    for name in report.statistics
                },
            },
            paths={
                **{name: f"groupings.{name}" for name in report.group_by},
                **{name: f"statistics.{name}" for name in report.statistics},
            },
            optional=True,
        )
        for report in statistics.REPORTS
    ),
)
BY_NAME = {table.name: table for table in TABLES}
