"""The reports that Klaviyo computes: what is asked of each, and how it is grouped.

Belongs here: names of statistics and groupings. Does not belong here: asking (`reports.py`).

Klaviyo attributes all of a message's statistics to the time it was sent, so a campaign's row is
complete in the frame that holds its sending, and a flow's day goes on changing for weeks.
"""

from __future__ import annotations

from dataclasses import dataclass

MESSAGE = (
    "average_order_value",
    "bounce_rate",
    "bounced",
    "bounced_or_failed",
    "bounced_or_failed_rate",
    "click_rate",
    "click_to_open_rate",
    "clicks",
    "clicks_unique",
    "conversion_rate",
    "conversion_uniques",
    "conversion_value",
    "conversions",
    "delivered",
    "delivery_rate",
    "failed",
    "failed_rate",
    "open_rate",
    "opens",
    "opens_unique",
    "recipients",
    "revenue_per_recipient",
    "spam_complaint_rate",
    "spam_complaints",
    "unsubscribe_rate",
    "unsubscribe_uniques",
    "unsubscribes",
)
FORM = (
    "closed_form",
    "closed_form_uniques",
    "qualified_form",
    "qualified_form_uniques",
    "submit_rate",
    "submits",
    "submitted_form_step",
    "submitted_form_step_uniques",
    "viewed_form",
    "viewed_form_step",
    "viewed_form_step_uniques",
    "viewed_form_uniques",
)
SEGMENT = ("members_added", "members_removed", "net_members_changed", "total_members")
FRACTIONS = frozenset(
    name
    for name in (*MESSAGE, *FORM)
    if name.endswith("_rate") or name.split("_")[-1] in ("value", "recipient")
)


@dataclass(frozen=True)
class Report:
    """group_by: also the names under which the answer tells the groups. converts: it counts
    conversions, and so needs a metric and has money. scope: what the key must be able to read."""

    table: str
    kind: str
    description: str
    statistics: tuple[str, ...]
    group_by: tuple[str, ...]
    asks_groups: bool = True
    converts: bool = False

    @property
    def path(self) -> str:
        return f"/api/{self.kind}s"

    @property
    def is_daily(self) -> bool:
        return "-series-" in self.kind

    @property
    def day(self) -> str:
        """Column of the day, or of the year's first day."""
        return "date" if self.is_daily else "year_start"


BY_FLOW = ("flow_id", "flow_message_id", "send_channel")

REPORTS = (
    Report(
        "campaign_values",
        "campaign-values-report",
        "Statistics of each campaign message, by the calendar year in which it was sent.",
        MESSAGE,
        ("campaign_id", "campaign_message_id", "send_channel"),
        converts=True,
    ),
    Report(
        "flow_values",
        "flow-values-report",
        "Statistics of each flow message, by the calendar year in which it was sent.",
        MESSAGE,
        BY_FLOW,
        converts=True,
    ),
    Report(
        "flow_series",
        "flow-series-report",
        "Statistics of each flow message, by the day on which it was sent. Days on which nothing"
        " was sent have no row.",
        MESSAGE,
        BY_FLOW,
        converts=True,
    ),
    Report(
        "form_values",
        "form-values-report",
        "Statistics of each form, by calendar year.",
        FORM,
        ("form_id",),
    ),
    Report(
        "form_series",
        "form-series-report",
        "Statistics of each form, by day. Days on which nothing happened have no row.",
        FORM,
        ("form_id",),
    ),
    Report(
        "segment_values",
        "segment-values-report",
        "Members that came to and left each segment, by calendar year.",
        SEGMENT,
        ("segment_id",),
        asks_groups=False,
    ),
    Report(
        "segment_series",
        "segment-series-report",
        "Members that came to and left each segment, by day.",
        SEGMENT,
        ("segment_id",),
        asks_groups=False,
    ),
)
