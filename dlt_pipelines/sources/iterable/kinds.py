"""The 53 kinds of export, and which table each lands in.

Belongs here: names as the vendor writes them. Does not belong here: reading.
"""

from __future__ import annotations

USERS = "user"
GROUPS: dict[str, tuple[str, ...]] = {
    "email_events": (
        "emailSend",
        "emailOpen",
        "emailClick",
        "emailBounce",
        "emailComplaint",
        "emailSubscribe",
        "emailUnSubscribe",
        "emailSendSkip",
        "hostedUnsubscribeClick",
    ),
    "sms_events": (
        "smsSend",
        "smsBounce",
        "smsClick",
        "smsReceived",
        "smsSendSkip",
        "smsUsageInfo",
    ),
    "push_events": ("pushSend", "pushOpen", "pushBounce", "pushUninstall", "pushSendSkip"),
    "web_push_events": ("webPushSend", "webPushClick", "webPushSendSkip"),
    "in_app_events": (
        "inAppSend",
        "inAppOpen",
        "inAppClick",
        "inAppClose",
        "inAppDelete",
        "inAppDelivery",
        "inAppSendSkip",
        "inAppRecall",
        "inboxSession",
        "inboxMessageImpression",
    ),
    "embedded_events": (
        "embeddedSend",
        "embeddedSendSkip",
        "embeddedClick",
        "embeddedReceived",
        "embeddedImpression",
        "embeddedSession",
        "unknownSession",
    ),
    "rcs_events": ("rcsSend", "rcsSendSkip"),
    "whatsapp_events": (
        "whatsAppSend",
        "whatsAppSeen",
        "whatsAppClick",
        "whatsAppBounce",
        "whatsAppReceived",
        "whatsAppSendSkip",
        "whatsAppUsageInfo",
    ),
    "journey_exits": ("journeyExit",),
    "purchases": ("purchase",),
    "custom_events": ("customEvent",),
}
ALL = tuple(kind for kinds in GROUPS.values() for kind in kinds)
USUAL = (
    "emailSend",
    "emailOpen",
    "emailClick",
    "emailBounce",
    "emailComplaint",
    "emailSubscribe",
    "emailUnSubscribe",
    "smsSend",
    "smsBounce",
    "smsClick",
    "smsReceived",
    "pushSend",
    "pushOpen",
    "pushBounce",
    "pushUninstall",
    "inAppSend",
    "inAppOpen",
    "inAppClick",
    "purchase",
    "customEvent",
)
"""Read unless the setting says otherwise: a kind costs a job a sync, and a job a second."""


def chosen(setting: str) -> tuple[str, ...]:
    """The kinds that the setting names: `usual`, `all`, or a list of names."""
    if setting in ("", "usual"):
        return USUAL
    if setting == "all":
        return ALL
    return tuple(dict.fromkeys(name.strip() for name in setting.split(",") if name.strip()))
