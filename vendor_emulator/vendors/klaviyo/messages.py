"""The business's campaigns and flows as Klaviyo's JSON:API records.

Belongs here: campaigns, flows, their steps, messages and templates. Does not belong here: to whom
they were sent (`event_log.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from vendor_emulator.business import Business
from vendor_emulator.business_mail import MailCampaign, MailFlow, Mailing
from vendor_emulator.vendors.klaviyo.records import (
    Record,
    campaign_id,
    code,
    flow_id,
    flow_message_id,
    message_id,
    record,
    tag_id,
    template_id,
    written,
)


def campaign(one: MailCampaign, business: Business) -> tuple[Record, Record, Record]:
    """The campaign, its message, and the estimation of its recipients."""
    key, message = campaign_id(one.id), message_id(one.id)
    is_email = one.channel == "email"
    tag = "Newsletter" if one.id % 2 else "Promotional"
    made = record(
        "campaign",
        key,
        {
            "name": one.name,
            "status": "Sent",
            "archived": one.is_archived,
            "audiences": {"included": [code(0, "Li")], "excluded": []},
            "send_options": {"use_smart_sending": True},
            "tracking_options": {"add_tracking_params": True, "custom_tracking_params": []}
            | ({"is_tracking_clicks": True, "is_tracking_opens": True} if is_email else {}),
            "send_strategy": {
                "method": "static",
                "datetime": written(one.sent_at),
                "options": {"is_local": False},
            },
            "created_at": written(one.created_at),
            "scheduled_at": written(one.created_at + timedelta(hours=3)),
            "updated_at": written(one.updated_at),
            "send_time": written(one.sent_at),
        },
        campaign_messages=[("campaign-message", message)],
        tags=[("tag", tag_id(tag))],
    )
    definition: Record = {"channel": one.channel}
    if is_email:
        definition |= {
            "label": one.name,
            "content": {
                "subject": one.subject,
                "preview_text": "",
                "from_email": "hello@fable.example",
                "from_label": business.name,
                "reply_to_email": None,
                "cc_email": None,
                "bcc_email": None,
            },
        }
    else:
        definition |= {"content": {"body": one.subject, "media_url": None}}
    sent = record(
        "campaign-message",
        message,
        {
            "definition": definition,
            "send_times": [{"datetime": written(one.sent_at), "is_local": False}],
            "created_at": written(one.created_at),
            "updated_at": written(one.updated_at),
        },
        campaign=("campaign", key),
        template=("template", template_id(one.template_id)) if is_email else None,
    )
    estimate = record(
        "campaign-recipient-estimation", key, {"estimated_recipient_count": 100 + one.id}
    )
    return made, sent, estimate


def flow(one: MailFlow, business: Business) -> tuple[Record, list[Record], Record]:
    """The flow, its two steps, and the message that the second sends."""
    created, updated = written(one.created_at), written(one.updated_at)
    times = {"created": created, "updated": updated}
    wait, send = str(one.id * 10 + 1), str(one.id * 10 + 2)
    message = flow_message_id(one.id)
    made = record(
        "flow",
        flow_id(one.id),
        {
            "name": one.name,
            "status": one.status,
            "archived": one.is_archived,
            **times,
            "trigger_type": "Metric" if one.id % 2 else "Added to List",
        },
        flow_actions=[("flow-action", wait), ("flow-action", send)],
        tags=[("tag", tag_id("Automatic"))],
    )
    email = {
        "from_email": "hello@fable.example",
        "from_label": business.name,
        "reply_to_email": None,
        "cc_email": None,
        "bcc_email": None,
        "subject_line": one.name,
        "preview_text": "",
        "template_id": template_id(one.template_id),
        "smart_sending_enabled": True,
        "transactional": False,
        "add_tracking_params": True,
        "custom_tracking_params": None,
        "additional_filters": None,
        "name": one.name,
        "id": message,
    }
    delay = {"id": wait, "type": "time-delay", "data": {"unit": "minutes", "value": 10}}
    sending = {
        "id": send,
        "type": "send-email",
        "data": {"message": email, "status": one.status},
    }
    owner = {"flow": ("flow", flow_id(one.id))}
    steps = [
        record("flow-action", wait, {**times, "definition": delay}, **owner),
        record(
            "flow-action",
            send,
            {**times, "definition": sending},
            **owner,
            flow_messages=[("flow-message", message)],
        ),
    ]
    sent = record(
        "flow-message",
        message,
        {"channel": "email", **times, "definition": email},
        flow_action=("flow-action", send),
        template=("template", template_id(one.template_id)),
    )
    return made, steps, sent


def templates(mailing: Mailing, business: Business) -> Iterator[Record]:
    created = written(business.start)
    numbers = {one.template_id for one in (*mailing.campaigns, *mailing.flows)}
    for number in sorted(numbers):
        yield record(
            "template",
            template_id(number),
            {
                "name": f"Template {number}",
                "editor_type": "CODE",
                "html": f"<html><body><h1>{business.name}</h1><p>{number}</p></body></html>",
                "text": f"{business.name} {number}",
                "amp": None,
                "created": created,
                "updated": created,
            },
        )
