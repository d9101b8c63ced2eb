"""Lists of few records, read to their end.

Belongs here: their pages. Does not belong here: exports (`exports.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from dlt_pipelines.api import Api
from dlt_pipelines.errors import UnexpectedResponse
from dlt_pipelines.sources.zendesk.client import NAME

LARGEST_PAGE = "100"
PATHS = {"sla_policies": "slas/policies"}
UNPAGED = frozenset({"custom_statuses", "sla_policies"})
"""Lists that take no `page[size]`; the vendor names a next page by number, or none."""


def pages(
    api: Api, name: str, filters: Mapping[str, str] | None = None
) -> Iterator[list[dict[str, Any]]]:
    """Raises `UnexpectedResponse` for a page that leads back to itself."""
    path = f"/api/v2/{PATHS.get(name, name)}"
    params = {**(filters or {})}
    if name not in UNPAGED:
        params["page[size]"] = LARGEST_PAGE
    seen: set[str] = set()
    number = 1
    while True:
        page = api.get(path, params)
        records = page.get(name)
        if not isinstance(records, list):
            raise UnexpectedResponse(NAME, f"the list of {name} has none.")
        yield records
        if isinstance(page.get("meta"), dict):
            if page["meta"].get("has_more") is not True:
                return
            cursor = page["meta"].get("after_cursor")
            if not cursor or cursor in seen:
                raise UnexpectedResponse(
                    NAME, f"the list of {name} leads back to a page that was read."
                )
            seen.add(cursor)
            params["page[after]"] = cursor
        elif page.get("next_page") and records:
            # The address itself is not followed: the key goes to no host that an answer names.
            number += 1
            params["page"] = str(number)
        else:
            return
