"""The raw tables of Iterable: keys, cursors and where personal data stands.

Belongs here: what lands. Does not belong here: how it is asked for (`source.py`, `events.py`).
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from dlt_pipelines.connector import Table
from dlt_pipelines.sources.iterable.kinds import GROUPS

LATE = timedelta(days=4)
"""Opens and clicks are known up to some days after they happened; their time is the event's."""
METRICS_LATE = timedelta(days=3)
METRICS_SLICE = timedelta(days=30)
TEXT: dict[str, Any] = {"data_type": "text"}
TIMESTAMP: dict[str, Any] = {"data_type": "timestamp"}
DATE: dict[str, Any] = {"data_type": "date"}
COUNT: dict[str, Any] = {"data_type": "bigint"}
MONEY: dict[str, Any] = {"data_type": "decimal"}
MADE = {"created_at": TIMESTAMP, "updated_at": TIMESTAMP}
PERSON_OF_AN_EVENT = (
    "email",
    "userId",
    "itblUserId",
    "user",
    "ip",
    "city",
    "region",
    "postalCode",
    "phoneNumber",
    "fromPhoneNumber",
    "toPhoneNumber",
    "body",
    "dataFields",
)
PERSON = (
    *PERSON_OF_AN_EVENT,
    "firstName",
    "lastName",
    "fullName",
    "name",
    "dateOfBirth",
    "birthday",
    "address",
    "address1",
    "address2",
    "zip",
    "phoneNumberDetails",
    "unconfirmedMobilePhoneNumber",
    "devices",
    "browserTokens",
    "shoppingCartItems",
)
METRICS = {
    "email_sends": ("Total Email Sends", COUNT),
    "emails_delivered": ("Total Emails Delivered", COUNT),
    "emails_bounced": ("Total Emails Bounced", COUNT),
    "email_opens": ("Total Email Opens", COUNT),
    "unique_email_opens": ("Unique Email Opens", COUNT),
    "email_clicks": ("Total Emails Clicked", COUNT),
    "unique_email_clicks": ("Unique Email Clicks", COUNT),
    "unsubscribes": ("Total Unsubscribes", COUNT),
    "complaints": ("Total Complaints", COUNT),
    "sms_sends": ("Total SMS Sends", COUNT),
    "purchases": ("Total Purchases", COUNT),
    "revenue": ("Revenue", MONEY),
}


def events(name: str, description: str) -> Table:
    """The vendor gives events no id: `event_id` is a hash of what tells two of them apart. It is
    personal because it could be tried out with addresses."""
    return Table(
        name=name,
        description=description,
        primary_key=("event_id",),
        cursor="created_at",
        lag=LATE,
        columns={"data_type": TEXT, "campaign_id": TEXT, "message_id": TEXT, "email": TEXT},
        paths={"campaign_id": "campaignId", "message_id": "messageId"},
        personal=("event_id", *PERSON_OF_AN_EVENT),
        optional=True,
    )


DESCRIPTIONS = {
    "email_events": "E-mails sent, opened, clicked, bounced, complained of; who left and joined.",
    "sms_events": "Texts sent, received, clicked, bounced.",
    "push_events": "Push messages sent, opened, bounced; apps removed.",
    "web_push_events": "Push messages of browsers.",
    "in_app_events": "Messages inside the app, and sessions of its inbox.",
    "embedded_events": "Messages embedded in a page or an app.",
    "rcs_events": "RCS messages sent.",
    "whatsapp_events": "WhatsApp messages sent, seen, clicked, received.",
    "journey_exits": "Who left a journey.",
    "purchases": "Purchases that were reported to Iterable, and the campaign they are put down to.",
    "custom_events": "Events of the store's own.",
}


def whole(
    name: str,
    description: str,
    *,
    key: tuple[str, ...] = ("id",),
    columns: dict[str, Any] | None = None,
    personal: tuple[str, ...] = (),
    paths: dict[str, str] | None = None,
    optional: bool = True,
) -> Table:
    """A list that is always read whole: what did not come is gone."""
    return Table(
        name=name,
        description=description,
        primary_key=key,
        write="replace",
        deletes="seen",
        columns=columns or {},
        paths=paths or {},
        personal=personal,
        optional=optional,
    )


TABLES = (
    whole(
        "campaigns",
        "Campaigns of every state, archived ones too; always read whole, a thousand a page.",
        columns={
            **MADE,
            "message_medium": TEXT,
            "campaign_state": TEXT,
            "template_id": TEXT,
            "workflow_id": TEXT,
        },
        paths={
            "message_medium": "messageMedium",
            "campaign_state": "campaignState",
            "template_id": "templateId",
            "workflow_id": "workflowId",
        },
        personal=("createdByUserId", "updatedByUserId"),
        optional=False,
    ),
    Table(
        name="campaign_metrics",
        description="A campaign's numbers of one UTC day, for campaigns that may still move.",
        primary_key=("campaign_id", "date"),
        cursor="date",
        lag=METRICS_LATE,
        slice=METRICS_SLICE,
        columns={"date": DATE, **{name: kind for name, (_, kind) in METRICS.items()}},
        paths={"campaign_id": "id", **{name: path for name, (path, _) in METRICS.items()}},
        optional=True,
    ),
    Table(
        name="templates",
        description="Templates of e-mails, texts, pushes and in-app messages, with their contents.",
        primary_key=("template_id",),
        cursor="updated_at",
        deletes="seen",
        columns={"created_at": TIMESTAMP, "message_medium": TEXT},
        paths={"template_id": "templateId", "message_medium": "messageMedium"},
        personal=("creatorUserId", "content.creatorUserId", "content.metadata.creatorUserId"),
        optional=True,
    ),
    whole(
        "journeys",
        "Journeys (workflows), archived ones too.",
        columns=MADE,
        personal=("creatorUserId", "draft.creatorUserId"),
    ),
    whole("lists", "Lists of users.", columns={"created_at": TIMESTAMP}),
    whole(
        "list_users",
        "Who is on which list; five lists a minute, each whole.",
        key=("list_id", "user"),
        paths={"list_id": "listId"},
        personal=("user",),
    ),
    whole("channels", "Channels that messages go through."),
    whole("message_types", "Types of message that a person may leave.", columns=MADE),
    whole("metadata_tables", "Tables of the project's metadata.", key=("name",)),
    Table(
        name="users",
        description="Profiles, by the time they last changed.",
        cursor="updated_at",
        lag=timedelta(days=1),
        columns={"email": TEXT},
        personal=("id", *PERSON),
        optional=True,
    ),
    whole(
        "forgotten_users",
        "Who asked to be forgotten: a SHA-256 of the e-mail or user id in lower case.",
        key=("kind", "hashed"),
        personal=("hashed",),
    ),
    *(events(name, DESCRIPTIONS[name]) for name in GROUPS),
)
BY_NAME = {table.name: table for table in TABLES}
