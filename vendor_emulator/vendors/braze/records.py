"""Campaigns, Canvases, segments, templates and people in Braze's fields.

Belongs here: one record. Does not belong here: which there are, and what they did (`world.py`).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from vendor_emulator.business_mail import MailCampaign, MailFlow

Record = dict[str, Any]
SEGMENTS = (("Everyone", True), ("Buyers", True), ("Silent", False))
"""Name, and whether its analytics are tracked."""


def braze_id(kind: str, number: int | str) -> str:
    return str(uuid5(NAMESPACE_URL, f"{kind} {number}"))


def stamp(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S+00:00")


def spaced(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S +0000")


def campaign_record(campaign: MailCampaign, stamped_at: datetime | None) -> Record:
    edited = stamped_at or campaign.updated_at
    return {
        "id": braze_id("campaign", campaign.id),
        "name": campaign.name,
        "is_api_campaign": False,
        "tags": ["newsletter"],
        "created_at": stamp(campaign.created_at),
        "updated_at": stamp(edited),
        "archived": campaign.is_archived,
        "draft": False,
        "enabled": not campaign.is_archived,
        "description": "",
        "schedule_type": "time_based",
        "channels": [campaign.channel],
        "first_sent": stamp(campaign.sent_at),
        "last_sent": stamp(campaign.sent_at),
        "teams": [],
        "messages": {
            braze_id("variation", campaign.id): {
                "channel": campaign.channel,
                "name": "Variant 1",
                "subject": campaign.subject,
            }
        },
        "conversion_behaviors": [{"type": "Makes Purchase", "window": 259_200}],
    }


def never_sent(created_at: datetime) -> Record:
    pattern = MailCampaign(
        id=0,
        name="A draft that was never sent",
        channel="email",
        subject="",
        template_id=1,
        is_archived=False,
        created_at=created_at,
        sent_at=created_at,
        updated_at=created_at,
    )
    record = campaign_record(replace(pattern), None)
    return {**record, "draft": True, "enabled": False, "first_sent": None, "last_sent": None}


def canvas_record(flow: MailFlow) -> Record:
    is_live = flow.status == "live"
    return {
        "id": braze_id("canvas", flow.id),
        "name": flow.name,
        "tags": ["flow"],
        "created_at": stamp(flow.created_at),
        "updated_at": stamp(flow.updated_at),
        "description": "",
        "archived": flow.is_archived,
        "draft": flow.status == "draft",
        "enabled": is_live,
        "schedule_type": "action_based",
        "first_entry": stamp(flow.created_at + timedelta(days=1)) if is_live else None,
        "last_entry": stamp(flow.created_at + timedelta(days=700)) if is_live else None,
        "channels": ["email"],
        "teams": [],
        "variants": [
            {
                "id": braze_id("variant", flow.id),
                "name": "Variant 1",
                "first_step_ids": [braze_id("step", flow.id)],
            }
        ],
        "steps": [
            {
                "id": braze_id("step", flow.id),
                "name": "Mail",
                "type": "message",
                "next_step_ids": [],
                "next_paths": [],
                "channels": ["email"],
                "messages": {},
            }
        ],
    }


def segment_record(number: int, name: str, at: datetime) -> Record:
    return {
        "id": braze_id("segment", number),
        "name": name,
        "analytics_tracking_enabled": dict(SEGMENTS)[name],
        "tags": [],
        "created_at": stamp(at),
        "updated_at": stamp(at),
        "description": "",
        "text_description": name,
        "teams": [],
    }


def template_record(number: int, at: datetime) -> Record:
    return {
        "email_template_id": braze_id("template", number),
        "template_name": f"Template {number}",
        "created_at": stamp(at),
        "updated_at": stamp(at),
        "tags": [],
    }


def block_record(number: int, at: datetime) -> Record:
    return {
        "content_block_id": braze_id("block", number),
        "name": f"block_{number}",
        "content_type": "html",
        "liquid_tag": "{{content_blocks.${block_" + str(number) + "}}}",
        "inclusion_count": number,
        "created_at": stamp(at),
        "last_edited": stamp(at),
        "tags": [],
    }


def user_record(customer: Any) -> Record:
    return {
        "created_at": stamp(customer.created_at),
        "external_id": str(customer.id),
        "user_aliases": [],
        "braze_id": braze_id("user", customer.id).replace("-", "")[:24],
        "first_name": customer.first_name,
        "last_name": customer.last_name,
        "email": customer.email,
        "phone": customer.phone,
        "language": "en",
        "time_zone": "America/New_York",
        "email_subscribe": "opted_in" if customer.accepts_marketing else "unsubscribed",
        "custom_attributes": {"favourite_product": None},
        "custom_events": [],
        "purchases": [],
    }
