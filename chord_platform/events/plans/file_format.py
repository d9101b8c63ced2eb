"""What a plan's files must look like, as JSON Schemas of the files themselves.

Belongs here: shapes of `plan.json` and of an event's file.
Does not belong here: reading them (`plan_files.py`), writing them (`plan_text.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chord_platform.events.plans.plan import CALLS, SEVERITIES, SIDES

DRAFT_07 = "http://json-schema.org/draft-07/schema#"
PERIODS = ("hour", "day", "week")

TEXT: Mapping[str, Any] = {"type": "string", "minLength": 1}
NAMES: Mapping[str, Any] = {"type": "array", "items": TEXT, "uniqueItems": True}
SHARE: Mapping[str, Any] = {"type": "number", "minimum": 0, "maximum": 1}
SEVERITY: Mapping[str, Any] = {"enum": list(SEVERITIES)}
SOME_SIDES: Mapping[str, Any] = {
    "type": "array",
    "items": {"enum": list(SIDES)},
    "minItems": 1,
    "uniqueItems": True,
}

THRESHOLDS: Mapping[str, Any] = {
    "type": "object",
    "properties": {
        "violation_rate": {
            "type": "object",
            "properties": dict.fromkeys(PERIODS, SHARE),
            "additionalProperties": False,
        },
        "least_events": {"type": "integer", "minimum": 1},
        "volume_deviations": {"type": "number", "exclusiveMinimum": 0},
    },
    "additionalProperties": False,
}

SCHEMA_OF_MESSAGES: Mapping[str, Any] = {
    "type": "object",
    "properties": {"$schema": {"const": DRAFT_07}},
}

EVENT_FILE: Mapping[str, Any] = {
    "type": "object",
    "properties": {
        "event": TEXT,
        "call": {"enum": list(CALLS)},
        "description": {"type": "string"},
        "sides": SOME_SIDES,
        "labels": {"type": "object", "additionalProperties": {"type": "string"}},
        "also_called": NAMES,
        "severity": SEVERITY,
        "thresholds": THRESHOLDS,
        "extra_rules": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "rule": {"const": "item_like_the_event"},
                    "items": TEXT,
                    "same": {**NAMES, "minItems": 1},
                },
                "required": ["rule", "items", "same"],
                "additionalProperties": False,
            },
        },
        "versions": {
            "type": "object",
            "minProperties": 1,
            "propertyNames": {"pattern": "^[1-9][0-9]{0,5}$"},
            "additionalProperties": {
                "type": "object",
                "properties": {
                    "schema": SCHEMA_OF_MESSAGES,
                    "back_end_schema": SCHEMA_OF_MESSAGES,
                },
                "required": ["schema"],
                "additionalProperties": False,
            },
        },
    },
    "required": ["event", "call", "sides", "versions"],
    "additionalProperties": False,
}

PLAN_FILE: Mapping[str, Any] = {
    "type": "object",
    "properties": {
        "name": {"type": "string", "pattern": "^[a-z0-9][a-z0-9-]{0,62}$"},
        "title": TEXT,
        "description": {"type": "string"},
        "severity": SEVERITY,
        "thresholds": {**THRESHOLDS, "required": list(THRESHOLDS["properties"])},
        "mandatory": {
            "type": "object",
            "additionalProperties": {
                "type": "object",
                "properties": {"within_hours": {"type": "number", "exclusiveMinimum": 0}},
                "required": ["within_hours"],
                "additionalProperties": False,
            },
        },
    },
    "required": ["name", "title", "severity", "thresholds"],
    "additionalProperties": False,
}
