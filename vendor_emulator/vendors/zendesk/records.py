"""The business's support desk in Zendesk's fields.

Belongs here: tickets, their events, metrics and ratings as Zendesk shows them. Does not belong
here: the account around them (`account.py`), the order of changes (`feed.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from vendor_emulator.business_support import Ticket, TicketStep

AGENT, ADMIN, GROUP = 360_000_100, 360_000_001, 360_000_200
BRAND, FORM, STATUS = 360_000_300, 360_000_310, 360_000_320
FIELD_ORDER, FIELD_REASON = 360_000_401, 360_000_402
USER, ORGANIZATION = 361_000_000, 362_000_000
STATUSES = ("new", "open", "pending", "hold", "solved")
ADDRESS = "https://fable-and-co.zendesk.com/api/v2"
Record = dict[str, Any]


def stamp(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def second(at: datetime) -> int:
    return int(at.timestamp())


def organization_of(customer_id: int) -> int | None:
    return ORGANIZATION + 1 + customer_id % 3 if customer_id % 10 == 0 else None


def status_id(status: str) -> int:
    known = "solved" if status in ("closed", "deleted") else status
    return STATUS + 1 + STATUSES.index(known)


def ticket_record(ticket: Ticket, order_name: str, at: datetime | None = None) -> Record:
    """`at`: when the change was made, where it is not the business's own time."""
    changed, asked = at or ticket.updated_at, ticket.steps[0].comment
    reason = ticket.subject.lower().replace(" ", "_").strip("?")
    rating: Record = {"score": "offered" if len(ticket.steps) > 3 else "unoffered"}
    if ticket.rating:
        rating = {"id": ticket.id * 8, "score": ticket.rating, "comment": "Thank you!"}
    fields = [{"id": FIELD_ORDER, "value": order_name}, {"id": FIELD_REASON, "value": reason}]
    return {
        "url": f"{ADDRESS}/tickets/{ticket.id}.json",
        "id": ticket.id,
        "external_id": None,
        "via": {"channel": ticket.channel, "source": {"from": {}, "to": {}, "rel": None}},
        "created_at": stamp(ticket.created_at),
        "updated_at": stamp(changed),
        "generated_timestamp": second(changed),
        "type": "question",
        "subject": ticket.subject,
        "raw_subject": ticket.subject,
        "description": asked,
        "priority": ticket.priority,
        "status": ticket.status,
        "recipient": "hello@fable-and-co.example",
        "requester_id": USER + ticket.customer_id,
        "submitter_id": USER + ticket.customer_id,
        "assignee_id": None if ticket.agent is None else AGENT + ticket.agent,
        "organization_id": organization_of(ticket.customer_id),
        "group_id": GROUP + ticket.group,
        "collaborator_ids": [],
        "follower_ids": [],
        "email_cc_ids": [],
        "forum_topic_id": None,
        "problem_id": None,
        "has_incidents": False,
        "is_public": True,
        "due_at": None,
        "tags": sorted((*ticket.tags, reason)),
        "custom_fields": fields,
        "satisfaction_rating": rating,
        "sharing_agreement_ids": [],
        "custom_status_id": status_id(ticket.status),
        "followup_ids": [],
        "ticket_form_id": FORM,
        "brand_id": BRAND,
        "allow_channelback": False,
        "allow_attachments": True,
        "from_messaging_channel": ticket.channel == "chat",
    }


def metric_record(ticket: Ticket, at: datetime | None = None) -> Record:
    times = {step.status: step.at for step in ticket.steps}
    created, replied = ticket.created_at, times.get("pending")
    solved = times.get("solved")
    comments = [step.at for step in ticket.steps if step.comment] or [created]

    def minutes(until: datetime | None) -> Record:
        passed = None if until is None else int((until - created).total_seconds() // 60)
        return {"calendar": passed, "business": None if passed is None else passed // 3}

    def at_time(moment: datetime | None) -> str | None:
        return None if moment is None else stamp(moment)

    reply_seconds = None if replied is None else int((replied - created).total_seconds())
    return {
        "url": f"{ADDRESS}/ticket_metrics/{ticket.id * 10 + 3}.json",
        "id": ticket.id * 10 + 3,
        "ticket_id": ticket.id,
        "created_at": stamp(created),
        "updated_at": stamp(at or ticket.updated_at),
        "group_stations": 1,
        "assignee_stations": 0 if replied is None else 1,
        "reopens": 1 if "open" in times and replied else 0,
        "replies": sum(step.by_agent is not None for step in ticket.steps),
        "assignee_updated_at": at_time(replied),
        "requester_updated_at": stamp(created),
        "status_updated_at": stamp(ticket.steps[-1].at),
        "custom_status_updated_at": stamp(ticket.steps[-1].at),
        "initially_assigned_at": at_time(replied),
        "assigned_at": at_time(replied),
        "solved_at": at_time(solved),
        "latest_comment_added_at": stamp(comments[-1]),
        "reply_time_in_minutes": minutes(replied),
        "reply_time_in_seconds": {"calendar": reply_seconds},
        "first_resolution_time_in_minutes": minutes(solved),
        "full_resolution_time_in_minutes": minutes(solved),
        "agent_wait_time_in_minutes": minutes(times.get("open")),
        "requester_wait_time_in_minutes": minutes(solved),
        "on_hold_time_in_minutes": {"calendar": 0, "business": 0},
    }


def event_record(
    ticket: Ticket, step: TicketStep, before: TicketStep | None, at: datetime | None = None
) -> Record:
    when = at or step.at
    who = USER + ticket.customer_id if step.by_agent is None else AGENT + step.by_agent
    children: list[Record] = []
    if step.comment:
        children.append(
            {
                "id": step.id * 10 + 1,
                "via": "Mail",
                "via_reference_id": None,
                "comment_present": True,
                "comment_public": True,
                "event_type": "Comment",
                "_comment": {
                    "type": "Comment",
                    "author_id": who,
                    "body": step.comment,
                    "html_body": f'<div class="zd-comment"><p>{step.comment}</p></div>',
                    "public": True,
                    "attachments": [],
                    "audit_id": step.id,
                    "created_at": stamp(when),
                },
            }
        )
    change: Record = {"id": step.id * 10 + 2, "via": "Mail", "status": step.status}
    if before is None:
        children.append({**change, "event_type": "Create"})
    else:
        children.append({**change, "previous_value": before.status, "event_type": "Change"})
    return {
        "id": step.id,
        "ticket_id": ticket.id,
        "timestamp": second(when),
        "created_at": stamp(when),
        "updater_id": who,
        "via": "Mail",
        "system": {},
        "metadata": {},
        "event_type": "Audit",
        "child_events": children,
    }


def metric_events(
    ticket: Ticket, step: TicketStep, at: datetime | None = None
) -> Iterator[tuple[int, Record]]:
    """What a step means for the ticket's clocks."""
    kinds = {
        "new": (("reply_time", "activate"), ("resolution_time", "activate")),
        "pending": (("reply_time", "fulfill"),),
        "solved": (("resolution_time", "fulfill"),),
    }
    for place, (metric, kind) in enumerate(kinds.get(step.status, ())):
        key = step.id * 10 + 5 + place
        yield (
            key,
            {
                "id": key,
                "ticket_id": ticket.id,
                "metric": metric,
                "instance_id": 1,
                "type": kind,
                "time": stamp(at or step.at),
            },
        )


def rating_record(ticket: Ticket, at: datetime | None = None) -> Record:
    rated_at = ticket.steps[3].at
    return {
        "id": ticket.id * 8,
        "url": f"{ADDRESS}/satisfaction_ratings/{ticket.id * 8}.json",
        "assignee_id": None if ticket.agent is None else AGENT + ticket.agent,
        "group_id": GROUP + ticket.group,
        "requester_id": USER + ticket.customer_id,
        "ticket_id": ticket.id,
        "score": ticket.rating,
        "comment": "Thank you!",
        "reason": "No reason provided",
        "reason_id": 0,
        "reason_code": 0,
        "created_at": stamp(at or rated_at),
        "updated_at": stamp(at or rated_at),
    }
