"""The business's mailing as Iterable's records.

Belongs here: ids and fields. Does not belong here: requests (`service.py`), what changes
(`world.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from vendor_emulator.business import Business, Checkout, Customer
from vendor_emulator.business_mail import MailCampaign, MailEvent, MailFlow

Record = dict[str, Any]
FIRST_CAMPAIGN, FIRST_TRIGGERED, FIRST_TEMPLATE, FIRST_LIST = (
    1_100_000,
    1_900_000,
    5_200_000,
    77_000,
)
FIRST_SMS_TEMPLATE = 20
OWNER = "marketer@example.com"
MEDIA = {"email": "Email", "sms": "SMS"}
KINDS = {
    ("email", "received"): ("emailSend",),
    ("email", "opened"): ("emailOpen",),
    ("email", "clicked"): ("emailClick",),
    ("email", "bounced"): ("emailSend", "emailBounce"),
    ("email", "unsubscribed"): ("emailUnSubscribe",),
    ("email", "marked_spam"): ("emailComplaint",),
    ("sms", "received"): ("smsSend",),
    ("sms", "clicked"): ("smsClick",),
    ("sms", "bounced"): ("smsSend", "smsBounce"),
}


def millis(time: datetime) -> int:
    return int(time.timestamp()) * 1000


def exported(time: datetime) -> str:
    """As the exports write a time."""
    return time.strftime("%Y-%m-%d %H:%M:%S +00:00")


def template_of(channel: str, template_id: int) -> int:
    return FIRST_TEMPLATE + template_id + (FIRST_SMS_TEMPLATE if channel == "sms" else 0)


def campaign_record(campaign: MailCampaign) -> Record:
    return {
        "id": FIRST_CAMPAIGN + campaign.id,
        "createdAt": millis(campaign.created_at),
        "updatedAt": millis(campaign.updated_at),
        "startAt": millis(campaign.sent_at),
        "endedAt": millis(campaign.updated_at),
        "name": campaign.name,
        "templateId": template_of(campaign.channel, campaign.template_id),
        "messageMedium": MEDIA[campaign.channel],
        "createdByUserId": OWNER,
        "updatedByUserId": OWNER,
        "campaignState": "Archived" if campaign.is_archived else "Finished",
        "listIds": [FIRST_LIST + 1],
        "suppressionListIds": [FIRST_LIST + 3],
        "sendSize": 0,
        "labels": [],
        "type": "Blast",
    }


def triggered_record(flow: MailFlow) -> Record:
    return {
        "id": FIRST_TRIGGERED + flow.id,
        "createdAt": millis(flow.created_at),
        "updatedAt": millis(flow.updated_at),
        "name": flow.name,
        "templateId": template_of("email", flow.template_id),
        "messageMedium": "Email",
        "createdByUserId": OWNER,
        "updatedByUserId": OWNER,
        "campaignState": "Running" if flow.status == "live" else "Ready",
        "listIds": [],
        "suppressionListIds": [],
        "workflowId": flow.id,
        "labels": [],
        "type": "Triggered",
    }


def journey_record(flow: MailFlow) -> Record:
    return {
        "id": flow.id,
        "name": flow.name,
        "description": "",
        "enabled": flow.status == "live",
        "isArchived": flow.is_archived,
        "journeyType": "Published" if flow.status == "live" else "Draft",
        "createdAt": millis(flow.created_at),
        "updatedAt": millis(flow.updated_at),
        "creatorUserId": OWNER,
        "startTileId": flow.id * 10,
        "triggerEventNames": [],
    }


def template_record(template_id: int, name: str, at: datetime) -> Record:
    """The list's part; times of templates are texts, unlike those of campaigns."""
    shown = at.strftime("%Y-%m-%dT%H:%M:%S.000Z")
    return {
        "templateId": template_id,
        "createdAt": shown,
        "updatedAt": shown,
        "name": name,
        "creatorUserId": OWNER,
        "messageTypeId": 501,
    }


def template_content(medium: str, template: Record) -> Record:
    shared = {"templateId": template["templateId"], "name": template["name"], "messageTypeId": 501}
    if medium == "SMS":
        return {**shared, "message": f"{template['name']}: see what is new."}
    return {
        **shared,
        "subject": template["name"],
        "preheaderText": "",
        "fromName": "Fable & Co",
        "fromEmail": "hello@fable.example",
        "replyToEmail": "hello@fable.example",
        "html": f"<html><body><h1>{template['name']}</h1></body></html>",
        "plainText": template["name"],
        "metadata": template,
    }


def user_record(customer: Customer) -> Record:
    place = customer.default_address
    return {
        "email": customer.email,
        "userId": f"c{customer.id}",
        "itblUserId": f"{customer.id * 2654435761 % 2**64:016x}",
        "firstName": customer.first_name,
        "lastName": customer.last_name,
        "phoneNumber": customer.phone,
        "locale": customer.locale,
        "city": place.city if place else None,
        "emailListIds": [FIRST_LIST + 1] if customer.accepts_marketing else [],
        "signupDate": exported(customer.created_at),
        "profileUpdatedAt": exported(customer.updated_at),
    }


def list_records(business: Business) -> list[Record]:
    made = millis(business.start)
    return [
        {
            "id": FIRST_LIST + number,
            "name": name,
            "createdAt": made + number * 60_000,
            "listType": kind,
            **({"isGlobalSuppressionEnabled": True} if kind == "Suppression" else {}),
        }
        for number, name, kind in (
            (1, "Newsletter", "Standard"),
            (2, "Good customers", "Dynamic"),
            (3, "Do not write", "Suppression"),
        )
    ]


def mail_events(event: MailEvent, channels: dict[int, tuple[str, int]]) -> Iterator[Record]:
    """An event of the business as one or two of Iterable's, each with its kind as `_kind`.

    `channels`: the channel and template of a campaign, by its id here.
    """
    if event.kind == "placed_order":
        yield {
            "_kind": "purchase",
            "id": f"order-{event.order_id}",
            "email": event.email,
            "userId": f"c{event.customer_id}",
            "total": float(event.value or 0),
            "createdAt": exported(event.at),
            "shoppingCartItems": [],
        }
        return
    if event.campaign_id is not None:
        campaign = FIRST_CAMPAIGN + event.campaign_id
    else:
        campaign = FIRST_TRIGGERED + (event.flow_id or 0)
    channel, template = channels[campaign]
    for kind in KINDS.get((channel, event.kind), ()):
        record: Record = {
            "_kind": kind,
            "email": event.email,
            "userId": f"c{event.customer_id}",
            "messageId": f"{event.id // 8 * 0x9E3779B1 % 2**128:032x}",
            "campaignId": campaign,
            "templateId": template,
            "createdAt": exported(event.at),
        }
        if kind == "emailClick":
            record |= {"href": "https://shop.example.com/new", "ip": "203.0.113.7"}
        if kind == "emailOpen":
            record |= {"ip": "203.0.113.7", "userAgent": "Mail"}
        if kind == "emailBounce":
            record |= {"recipientState": "HardBounce"}
        yield record


def cart_event(cart: Checkout) -> Record:
    return {
        "_kind": "customEvent",
        "email": cart.email,
        "eventName": "checkoutAbandoned",
        "cartId": cart.id,
        "total": float(cart.total),
        "createdAt": exported(cart.created_at),
    }
