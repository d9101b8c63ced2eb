"""Holds exchanges with Braze to its collection (requests) and to the schemas of its answers.

Belongs here: which file judges what, and where they say too little. Does not belong here: the
search for the files (`specs.py`), OpenAPI (`openapi.py`).

The collection's OpenAPI form gives parameters, and of each answer only that it is an object; the
answers' fields stand in schemas written from the collection's texts.
"""

from __future__ import annotations

import json
from functools import cached_property
from typing import Any

from jsonschema import Draft202012Validator

from tests.conformance.fields import unknown_fields
from tests.conformance.openapi import OpenApi
from tests.conformance.specs import NOT_COMPARED, read_spec
from vendor_emulator.recorder import Recorded

ANSWERS = "export_responses.schema.json"
FILES = "/exported/"
OPEN = {
    "/campaigns/details": ("messages", "conversion_behaviors"),
    "/canvas/details": ("steps", "conversion_behaviors"),
}
"""Parts of an answer that the texts leave open."""
ALSO_TOLD = ("/message",)
"""Every body has it; the texts of two lists leave it out."""


class Braze:
    vendor = "braze"

    def __init__(self) -> None:
        self.requests = OpenApi(
            "braze",
            "export.readonly.openapi.json",
            exceptions={"GET /exported/*": "a file on another host, not part of the API"},
        )
        self.used = frozenset(
            {
                *(f"GET {path}" for path in self.paths),
                "POST /users/export/segment",
                "GET /exported/*",
            }
        )

    paths = (
        "/campaigns/list",
        "/campaigns/details",
        "/campaigns/data_series",
        "/canvas/list",
        "/canvas/details",
        "/canvas/data_series",
        "/segments/list",
        "/segments/details",
        "/segments/data_series",
        "/events/list",
        "/events/data_series",
        "/purchases/product_list",
        "/purchases/revenue_series",
        "/kpi/new_users/data_series",
        "/kpi/dau/data_series",
        "/kpi/mau/data_series",
        "/kpi/uninstalls/data_series",
        "/sessions/data_series",
        "/email/hard_bounces",
        "/email/unsubscribes",
        "/templates/email/list",
        "/content_blocks/list",
    )

    def check(self, recorded: Recorded) -> str:
        name = self.requests.check(recorded)
        good = recorded.status in (200, 201) and not recorded.path.startswith(FILES)
        if name == NOT_COMPARED or not good or recorded.answer is None:
            return name
        schema = self.schemas["responses"].get(recorded.path)
        assert schema is not None, f"braze: the answers of {recorded.path} have no schema"
        answer = recorded.received
        judge = Draft202012Validator({**schema, "$defs": self.schemas["$defs"]})
        wrong = [
            f"{'/'.join(map(str, one.absolute_path))}: {one.message}"
            for one in judge.iter_errors(answer)
        ]
        open_parts = tuple(f"/{part}" for part in OPEN.get(recorded.path, ()))
        wrong += [
            f"{at}: no such field"
            for at in unknown_fields(answer, [schema], spec=self.schemas)
            if not at.startswith(open_parts) and at not in ALSO_TOLD
        ]
        assert not wrong, f"braze: {name} is not as {ANSWERS} says:\n  " + "\n  ".join(wrong[:8])
        return name

    @cached_property
    def schemas(self) -> dict[str, Any]:
        text = read_spec("braze", ANSWERS)
        return json.loads(text) if text else {"responses": {}, "$defs": {}}


SPEC = Braze()
