"""Brands, fields, forms and rules of the account as Zendesk shows them.

Belongs here: records that need nothing of the business. Does not belong here: which of them there
are (`account.py`).
"""

from __future__ import annotations

from typing import Any

from vendor_emulator.business_support import SUBJECTS
from vendor_emulator.vendors.zendesk.records import (
    ADDRESS,
    BRAND,
    FIELD_ORDER,
    FIELD_REASON,
    FORM,
    Record,
)


def brand(name: str, made: dict[str, Any]) -> Record:
    return {
        "id": BRAND,
        "url": f"{ADDRESS}/brands/{BRAND}.json",
        "name": name,
        "brand_url": "https://fable-and-co.zendesk.com",
        "subdomain": "fable-and-co",
        "host_mapping": None,
        "has_help_center": True,
        "help_center_state": "enabled",
        "active": True,
        "default": True,
        "is_deleted": False,
        "logo": None,
        "ticket_form_ids": [FORM],
        "signature_template": "{{agent.signature}}",
        **made,
    }


def ticket_field(key: int, title: str, kind: str, made: dict[str, Any]) -> Record:
    options: list[Record] = []
    if kind == "tagger":
        options = [
            {
                "id": key * 100 + number,
                "name": subject,
                "raw_name": subject,
                "value": subject.lower().replace(" ", "_").strip("?"),
            }
            for number, subject in enumerate(SUBJECTS)
        ]
    return {
        "id": key,
        "url": f"{ADDRESS}/ticket_fields/{key}.json",
        "type": kind,
        "title": title,
        "raw_title": title,
        "description": title,
        "raw_description": title,
        "position": key % 10,
        "active": True,
        "required": False,
        "collapsed_for_agents": False,
        "regexp_for_validation": None,
        "title_in_portal": title,
        "raw_title_in_portal": title,
        "visible_in_portal": True,
        "editable_in_portal": True,
        "required_in_portal": False,
        "tag": None,
        "removable": kind != "status",
        "agent_description": None,
        "custom_field_options": options,
        **made,
    }


def custom_field(key: int, name: str, title: str, kind: str, made: dict[str, Any]) -> Record:
    return {
        "id": key,
        "url": f"{ADDRESS}/user_fields/{key}.json",
        "key": name,
        "type": kind,
        "title": title,
        "raw_title": title,
        "description": "",
        "raw_description": "",
        "position": 1,
        "active": True,
        "system": False,
        "regexp_for_validation": None,
        **made,
    }


def ticket_form(made: dict[str, Any]) -> Record:
    return {
        "id": FORM,
        "url": f"{ADDRESS}/ticket_forms/{FORM}.json",
        "name": "Default",
        "raw_name": "Default",
        "display_name": "Default",
        "raw_display_name": "Default",
        "end_user_visible": True,
        "position": 1,
        "active": True,
        "default": True,
        "in_all_brands": True,
        "restricted_brand_ids": [],
        "ticket_field_ids": [360_000_400, FIELD_ORDER, FIELD_REASON],
        "agent_conditions": [],
        "end_user_conditions": [],
        **made,
    }


def sla_policy(made: dict[str, Any]) -> Record:
    return {
        "id": 360_000_700,
        "url": f"{ADDRESS}/slas/policies/360000700.json",
        "title": "Answer within a day",
        "description": None,
        "position": 1,
        "filter": {"all": [{"field": "type", "operator": "is", "value": "question"}], "any": []},
        "policy_metrics": [
            {
                "priority": "normal",
                "target": 1440,
                "business_hours": False,
                "metric": "first_reply_time",
            }
        ],
        **made,
    }
