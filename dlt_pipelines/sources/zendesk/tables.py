"""The raw tables of a Zendesk account: keys, cursors and where personal data stands.

Belongs here: what lands. Does not belong here: how it is asked for (`exports.py`, `lists.py`).
"""

from __future__ import annotations

from datetime import timedelta

from dlt_pipelines.connector import Table

NONE = timedelta(0)
"""The exports go on from a place of Zendesk's own, which leaves nothing out: no lookback."""
RATINGS_LAG = timedelta(days=30)
"""`start_time` goes by a rating's own time; people change theirs for some weeks."""
PEOPLE = ("name", "email", "phone", "photo", "details", "notes", "alias", "signature")

EXPORTED = (
    Table(
        name="tickets",
        description="Every ticket as it is now; deleted ones have the status `deleted`. Read by"
        " Zendesk's own cursor, which also moves for system changes that leave updated_at as it"
        " was.",
        cursor="updated_at",
        created="created_at",
        lag=NONE,
        deletes="marked",
        columns={"generated_timestamp": {"data_type": "bigint"}},
        personal=(
            "subject",
            "raw_subject",
            "description",
            "recipient",
            "via.source.from",
            "via.source.to",
            "satisfaction_rating.comment",
        ),
    ),
    Table(
        name="ticket_metrics",
        description="How long answers and solutions took; sent along with each ticket.",
        parent=("tickets", "ticket_id"),
        columns={
            "created_at": {"data_type": "timestamp"},
            "updated_at": {"data_type": "timestamp"},
        },
    ),
    Table(
        name="users",
        description="Agents and customers; a deleted one stays and is not active.",
        cursor="updated_at",
        created="created_at",
        lag=NONE,
        deletes="marked",
        personal=(*PEOPLE, "user_fields"),
        optional=True,
    ),
    Table(
        name="organizations",
        description="Companies that customers belong to.",
        cursor="updated_at",
        created="created_at",
        lag=NONE,
        personal=("details", "notes"),
        optional=True,
    ),
    Table(
        name="ticket_events",
        description="What was done to tickets, with the text of comments in `child_events`.",
        cursor="created_at",
        lag=NONE,
        write="append",
        columns={"ticket_id": {"data_type": "text"}},
        personal=("child_events.body", "child_events.html_body", "system"),
        optional=True,
    ),
    Table(
        name="ticket_metric_events",
        description="When a ticket's clocks were started, paused and stopped.",
        cursor="time",
        lag=NONE,
        columns={"ticket_id": {"data_type": "text"}},
        optional=True,
    ),
)
LISTED = (
    Table(
        name="satisfaction_ratings",
        description="How customers rated; a comment may be added some weeks later.",
        cursor="updated_at",
        lag=RATINGS_LAG,
        columns={"ticket_id": {"data_type": "text"}},
        personal=("comment",),
        optional=True,
    ),
    *(
        Table(
            name=name,
            description=description,
            primary_key=("name",) if name == "tags" else ("id",),
            write="replace",
            deletes="seen",
            optional=True,
        )
        for name, description in {
            "groups": "Groups of agents.",
            "group_memberships": "Which agent is in which group.",
            "organization_memberships": "Which user belongs to which organization.",
            "brands": "Brands of the account.",
            "ticket_fields": "Fields of tickets; the custom ones give tickets' custom_fields their"
            " names.",
            "ticket_forms": "Forms that put ticket fields together; of larger plans.",
            "user_fields": "Custom fields of users.",
            "organization_fields": "Custom fields of organizations.",
            "macros": "Prepared actions of agents.",
            "sla_policies": "What answer times are promised; of larger plans.",
            "custom_statuses": "Statuses beneath the five categories.",
            "tags": "The most used tags of the last 60 days, with their counts.",
        }.items()
    ),
)
TABLES = (*EXPORTED, *LISTED)
BY_NAME = {table.name: table for table in TABLES}
