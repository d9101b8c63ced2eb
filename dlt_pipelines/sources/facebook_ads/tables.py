"""The raw tables of Facebook Ads: objects with their fields, reports with their grain.

Belongs here: what lands, and which fields are asked for. Does not belong here: how a list is read
(`objects.py`), how a report is (`reports.py`).

Addresses that the vendor signs anew at each request (`thumbnail_url` of a creative, `url` of an
image, `source` of a video) are not asked for: they expire, and each sync would change every row.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from dlt_pipelines.connector import Table

LAG = timedelta(minutes=15)
RESTATED = timedelta(days=28)
"""Meta attributes purchases to the day of the impression for up to 28 days."""
REPORT_SLICE = timedelta(days=90)
"""A first sync of 37 months is committed in thirteen slices; each is some minutes of report runs
of a large account, and that much is lost by a crash."""
TIMES = {"created_at": "created_time", "updated_at": "updated_time"}
TEXT: dict[str, Any] = {"data_type": "text"}
DATE: dict[str, Any] = {"data_type": "date"}
BIGINT: dict[str, Any] = {"data_type": "bigint"}
DECIMAL: dict[str, Any] = {"data_type": "decimal"}
TIMESTAMP: dict[str, Any] = {"data_type": "timestamp"}


def words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


STATUSES = {
    "campaigns": ("ACTIVE", "ARCHIVED", "DELETED", "IN_PROCESS", "PAUSED", "WITH_ISSUES"),
    "adsets": words("ACTIVE ARCHIVED CAMPAIGN_PAUSED DELETED IN_PROCESS PAUSED WITH_ISSUES"),
    "ads": words(
        "ACTIVE ADSET_PAUSED ARCHIVED CAMPAIGN_PAUSED DELETED DISAPPROVED IN_PROCESS "
        "PAUSED PENDING_BILLING_INFO PENDING_REVIEW PREAPPROVED WITH_ISSUES"
    ),
}
"""All of them: a list leaves archived and deleted objects out unless it is asked for them, and
spend of the past belongs to such objects."""


@dataclass(frozen=True, kw_only=True)
class List:
    """One edge of an ad account.

    page     the vendor's largest page for objects of this size
    how      changed (filtered by `updated_time`), newest (newest first, read up to what is known),
             logged (a log with since and until), whole
    """

    table: Table
    edge: str
    fields: tuple[str, ...]
    page: int = 500
    how: str = "whole"


ACCOUNT_FIELDS = words(
    "id account_id name account_status disable_reason currency timezone_id "
    "timezone_name timezone_offset_hours_utc created_time business_name "
    "business_country_code spend_cap is_prepay_account"
)
"""Without `age`, `balance` and `amount_spent`, which move by the minute."""
AD_ACCOUNTS = Table(
    name="ad_accounts",
    description="Ad accounts that the token sees (or those named in the settings), with the"
    " currency and the time zone that all their money and days are in.",
    columns={
        "account_id": TEXT,
        "name": TEXT,
        "account_status": BIGINT,
        "currency": TEXT,
        "time_zone": TEXT,
        "created_at": TIMESTAMP,
    },
    paths={"time_zone": "timezone_name", "created_at": "created_time"},
)
LISTS = (
    List(
        table=Table(
            name="campaigns",
            description="Campaigns of any status, archived and deleted ones among them.",
            cursor="updated_at",
            lag=LAG,
            deletes="marked",
            columns={"created_at": TIMESTAMP, "account_id": TEXT, "effective_status": TEXT},
            paths=TIMES,
        ),
        edge="campaigns",
        how="changed",
        fields=words(
            "id account_id name objective buying_type bid_strategy status configured_status "
            "effective_status daily_budget lifetime_budget spend_cap special_ad_categories "
            "smart_promotion_type start_time stop_time created_time updated_time"
        ),
    ),
    List(
        table=Table(
            name="ad_sets",
            description="Ad sets of any status; `attribution_spec` is the window that this ad"
            " set's purchases are counted by. `effective_status` is as of the last change of the"
            " ad set itself: pausing its campaign does not move its `updated_time`.",
            cursor="updated_at",
            lag=LAG,
            deletes="marked",
            columns={
                "created_at": TIMESTAMP,
                "account_id": TEXT,
                "campaign_id": TEXT,
                "effective_status": TEXT,
            },
            paths=TIMES,
        ),
        edge="adsets",
        how="changed",
        fields=words(
            "id account_id campaign_id name status configured_status effective_status "
            "optimization_goal billing_event bid_strategy bid_amount daily_budget "
            "lifetime_budget attribution_spec destination_type promoted_object targeting "
            "start_time end_time created_time updated_time"
        ),
    ),
    List(
        table=Table(
            name="ads",
            description="Ads of any status, each with its creative's id. `effective_status` is as"
            " of the last change of the ad itself.",
            cursor="updated_at",
            lag=LAG,
            deletes="marked",
            columns={
                "created_at": TIMESTAMP,
                "account_id": TEXT,
                "campaign_id": TEXT,
                "ad_set_id": TEXT,
                "creative_id": TEXT,
                "effective_status": TEXT,
            },
            paths={**TIMES, "ad_set_id": "adset_id", "creative_id": "creative.id"},
        ),
        edge="ads",
        how="changed",
        fields=words(
            "id account_id campaign_id adset_id name status configured_status "
            "effective_status creative{id} conversion_domain source_ad_id created_time "
            "updated_time"
        ),
    ),
    List(
        table=Table(
            name="ad_creatives",
            description="What ads show: texts, links, the ids of image, video and post. Read whole:"
            " creatives have no time of change.",
            deletes="seen",
            columns={"account_id": TEXT},
        ),
        edge="adcreatives",
        page=50,
        fields=words(
            "id account_id name title body status object_type object_story_spec "
            "effective_object_story_id instagram_permalink_url asset_feed_spec "
            "call_to_action_type link_url template_url url_tags image_hash video_id "
            "product_set_id"
        ),
    ),
    List(
        table=Table(
            name="ad_images",
            description="Images of the account's library.",
            cursor="updated_at",
            lag=LAG,
            columns={"created_at": TIMESTAMP, "account_id": TEXT},
            paths=TIMES,
        ),
        edge="adimages",
        how="newest",
        fields=words(
            "id account_id hash name status width height permalink_url creatives "
            "created_time updated_time"
        ),
    ),
    List(
        table=Table(
            name="ad_videos",
            description="Videos of the account's library.",
            cursor="updated_at",
            lag=LAG,
            columns={"created_at": TIMESTAMP, "account_id": TEXT},
            paths=TIMES,
        ),
        edge="advideos",
        how="newest",
        fields=words(
            "id title name description length published content_category permalink_url "
            "created_time updated_time"
        ),
    ),
    List(
        table=Table(
            name="custom_conversions",
            description="Rules by which the account counts own conversions; read whole.",
            deletes="seen",
            columns={"account_id": TEXT},
        ),
        edge="customconversions",
        fields=words(
            "id account_id name description custom_event_type rule aggregation_rule "
            "default_conversion_value retention_days event_source_type is_archived "
            "is_unavailable creation_time first_fired_time"
        ),
    ),
    List(
        table=Table(
            name="custom_audiences",
            description="Audiences (their rules and sizes, never their members); read whole.",
            deletes="seen",
            columns={"account_id": TEXT},
            optional=True,
        ),
        edge="customaudiences",
        fields=words(
            "id account_id name description subtype approximate_count_lower_bound "
            "approximate_count_upper_bound customer_file_source delivery_status "
            "operation_status lookalike_spec pixel_id retention_days rule time_created "
            "time_updated time_content_updated"
        ),
    ),
    List(
        table=Table(
            name="pixels",
            description="Pixels (data sets) of the account; read whole. A pixel that several"
            " accounts share is one row, of the account that was read last.",
            deletes="seen",
            columns={"account_id": TEXT},
            optional=True,
        ),
        edge="adspixels",
        fields=words(
            "id name creation_time is_unavailable is_created_by_business data_use_setting "
            "enable_automatic_matching automatic_matching_fields first_party_cookie_status"
        ),
    ),
    List(
        table=Table(
            name="activities",
            description="Who changed what in the account, and when.",
            primary_key=("event_time", "object_id", "event_type", "actor_id"),
            cursor="event_time",
            lag=timedelta(hours=1),
            columns={"account_id": TEXT},
            personal=("actor_name",),
            optional=True,
        ),
        edge="activities",
        how="logged",
        fields=words(
            "event_time event_type translated_event_type object_id object_name object_type "
            "actor_id actor_name application_id application_name extra_data"
        ),
    ),
)
