"""Somebody's own receiver of signed webhooks, emulated.

Belongs here: what the emulator is told about it. Does not belong here: anything else.
"""

from __future__ import annotations

from vendor_emulator.vendors import Vendor
from vendor_emulator.vendors.webhook_receiver.service import PATH, WebhookReceiver

VENDOR = Vendor(
    name="webhook_receiver",
    title="A receiver of signed webhooks",
    open=WebhookReceiver,
    paths=(PATH,),
)
