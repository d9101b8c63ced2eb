"""Slack's incoming webhooks, emulated.

Belongs here: what the emulator is told about this vendor. Does not belong here: anything else.
"""

from __future__ import annotations

from vendor_emulator.vendors import Vendor
from vendor_emulator.vendors.slack.service import Slack

VENDOR = Vendor(
    name="slack",
    title="Slack (incoming webhooks)",
    open=Slack,
    paths=("/services/T.../B.../...",),
    faults={
        "throttled": "status 429 with Retry-After: one message a second and channel",
        "rollup-error": "status 500: Slack is ill",
        "archived": "status 410: the channel is archived",
        "revoked": "status 404: the webhook was taken back",
    },
)
