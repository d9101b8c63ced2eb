"""Holds what is forwarded to Segment to its own OpenAPI file.

Belongs here: which operation is used. Does not belong here: the comparison (`openapi.py`).
"""

from __future__ import annotations

from tests.conformance.openapi import OpenApi

SPEC = OpenApi("segment", "http_tracking_api.openapi.json", used={"batch"})
