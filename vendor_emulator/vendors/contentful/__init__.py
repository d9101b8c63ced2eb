"""Contentful's content management API, emulated.

Belongs here: what the emulator is told about this vendor. Does not belong here: anything else.
"""

from __future__ import annotations

from vendor_emulator.vendors import Vendor
from vendor_emulator.vendors.contentful.service import Contentful

VENDOR = Vendor(
    name="contentful",
    title="Contentful (content management API)",
    open=Contentful,
    paths=(
        "/spaces/{space}/environments/{environment}/entries",
        "/spaces/{space}/environments/{environment}/assets",
        "/spaces/{space}/environments/{environment}/content_types",
        "/spaces/{space}/environments/{environment}/tags",
        "/spaces/{space}/environments/{environment}/locales",
        "/spaces/{space}/webhook_definitions",
        "/users/me",
    ),
    faults={
        "throttled": "status 429 with X-Contentful-RateLimit-Reset",
        "version-mismatch": "status 409 without a message, as if somebody had written in between",
        "half-processed": "a file is accepted for processing, and never processed",
        "ill": "status 503 in Contentful's error form",
        "revoked": "status 401: the management token is not known any more",
    },
)
