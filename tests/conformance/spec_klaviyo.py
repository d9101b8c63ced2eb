"""Holds exchanges with Klaviyo to its OpenAPI file of revision 2026-07-15.

Belongs here: which operations are used, and where the file is loose or wrong. Does not belong here:
the comparison (`openapi.py`).

The file does not insist on the revision header, because it gives it a default; Klaviyo does.
"""

from __future__ import annotations

from tests.conformance.openapi import OpenApi
from vendor_emulator.recorder import Recorded

REVISION = "2026-07-15"

USED = (
    "get_accounts",
    "get_events",
    "get_profiles",
    "get_campaigns",
    "get_campaign_recipient_estimation",
    "get_messages_for_campaign",
    "get_flows",
    "get_actions_for_flow",
    "get_flow_action_messages",
    "get_lists",
    "get_list",
    "get_profiles_for_list",
    "get_segments",
    "get_segment",
    "get_profiles_for_segment",
    "get_metrics",
    "get_templates",
    "get_tags",
    "get_tag_groups",
    "get_coupons",
    "get_coupon_codes",
    "get_forms",
    "get_images",
    "get_catalog_items",
    "get_catalog_variants",
    "get_catalog_categories",
    "query_metric_aggregates",
    "query_campaign_values",
    "query_flow_values",
    "query_flow_series",
    "query_form_values",
    "query_form_series",
    "query_segment_values",
    "query_segment_series",
)


class Klaviyo(OpenApi):
    def check(self, recorded: Recorded) -> str:
        sent = recorded.headers.get("revision")
        assert sent == REVISION or recorded.status == 400, f"klaviyo: revision {sent} was answered"
        return super().check(recorded)


EXCEPTED = {
    f"query_{name} /links/next": "the file has the parameter page_cursor and no place for it in the"
    " answer; it comes as a next link, as everywhere at Klaviyo"
    for name in ("campaign_values", "flow_values", "flow_series")
}

SPEC = Klaviyo(
    "klaviyo",
    "openapi_2026-07-15.extract.patched.json",
    used=USED,
    exceptions={
        "* /errors/*/status": "the status stands in the error too, as JSON:API has it",
        **EXCEPTED,
    },
)
