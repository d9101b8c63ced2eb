"""What an account has beside its campaigns: custom conversions, audiences, a pixel.

Belongs here: what they look like. Does not belong here: campaigns and what is in them
(`objects.py`).
"""

from __future__ import annotations

from vendor_emulator.business_ads import AdAccount
from vendor_emulator.vendors.facebook_ads.objects import Node, account_id, object_id


def belongings(owner: AdAccount) -> dict[str, list[Node]]:
    number, made_at = account_id(owner.id), owner.created_at
    pixel = object_id(owner.id)
    conversions = [
        {
            "id": object_id(owner.id * 1000 + place),
            "account_id": number,
            "name": name,
            "description": None,
            "custom_event_type": event,
            "rule": '{"and":[{"event":{"eq":"PageView"}},{"url":{"i_contains":"thanks"}}]}',
            "aggregation_rule": None,
            "default_conversion_value": 0,
            "retention_days": 0,
            "event_source_type": "pixel",
            "pixel": {"id": pixel},
            "is_archived": place == 1,
            "is_unavailable": False,
            "creation_time": made_at,
            "first_fired_time": made_at,
            "last_fired_time": None,
        }
        for place, (name, event) in enumerate(
            (("Thank-you page", "PURCHASE"), ("Quiz done", "OTHER"), ("Trial", "START_TRIAL"))
        )
    ]
    audiences = [
        {
            "id": object_id(owner.id * 1000 + 500 + place),
            "account_id": number,
            "name": name,
            "description": None,
            "subtype": subtype,
            "approximate_count_lower_bound": 1000 * (place + 1),
            "approximate_count_upper_bound": 1200 * (place + 1),
            "customer_file_source": None,
            "data_source": None,
            "delivery_status": {"code": 200, "description": "This audience is ready for use."},
            "operation_status": {"code": 200, "description": "Normal"},
            "lookalike_spec": None,
            "pixel_id": pixel if subtype == "WEBSITE" else None,
            "retention_days": 30 if subtype == "WEBSITE" else None,
            "rule": None,
            "sharing_status": None,
            "time_content_updated": int(made_at.timestamp()),
            "time_created": int(made_at.timestamp()),
            "time_updated": int(made_at.timestamp()),
        }
        for place, (name, subtype) in enumerate(
            (("Visitors, 30 days", "WEBSITE"), ("Buyers", "CUSTOM"), ("Like buyers", "LOOKALIKE"))
        )
    ]
    pixels = [
        {
            "id": pixel,
            "name": f"{owner.name} pixel",
            "creation_time": made_at,
            "last_fired_time": None,
            "is_unavailable": False,
            "is_created_by_business": True,
            "data_use_setting": "ADVERTISING_AND_ANALYTICS",
            "enable_automatic_matching": True,
            "automatic_matching_fields": ["em", "fn"],
            "first_party_cookie_status": "FIRST_PARTY_COOKIE_ENABLED",
        }
    ]
    return {"customconversions": conversions, "customaudiences": audiences, "adspixels": pixels}
