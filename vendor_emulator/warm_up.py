"""Asks an emulator for answers before anybody is measured.

Belongs here: reading a list of requests, following pages to their end. Does not belong here:
keeping the answers (each vendor does).

The file is a JSON list. `{"query": "...", "variables": {...}}` is asked, and where it takes
`$after` and answers `pageInfo`, asked again to the last page; `{"bulk": "..."}` is run in bulk.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from vendor_emulator.vendors import Asked

if TYPE_CHECKING:
    from vendor_emulator.server import Emulator

BULK = "mutation($query: String!){bulkOperationRunQuery(query:$query){bulkOperation{id}}}"
POLL = "query($id: ID!){bulkOperation(id:$id){status}}"
DONE = ("COMPLETED", "FAILED", "CANCELED", "EXPIRED")


def warm_up(emulator: Emulator, file: Path) -> tuple[int, float]:
    """Answers asked for, and how long they took. The limits do not count meanwhile."""
    started = time.perf_counter()
    shop = emulator.vendor("shopify")
    limits = shop.bucket.maximum, shop.bucket.restore_rate
    shop.bucket.configure(maximum=1e12, restore_rate=1e12)
    count = 0
    for request in orjson.loads(file.read_bytes()):
        if "bulk" in request:
            started_job = _ask(emulator, BULK, {"query": request["bulk"]})
            job = started_job["data"]["bulkOperationRunQuery"]["bulkOperation"]
            while job and _ask(emulator, POLL, job)["data"]["bulkOperation"]["status"] not in DONE:
                time.sleep(0.02)
            count += 1
            continue
        variables: dict[str, Any] | None = dict(request.get("variables") or {})
        while variables is not None:
            answer = _ask(emulator, request["query"], variables)
            count += 1
            cursor = _next(answer.get("data")) if "$after" in request["query"] else None
            variables = {**variables, "after": cursor} if cursor else None
    shop.bucket.configure(maximum=limits[0], restore_rate=limits[1])
    return count, time.perf_counter() - started


def _ask(emulator: Emulator, query: str, variables: dict[str, Any]) -> dict[str, Any]:
    base_url = emulator.base_url("shopify")
    shop = emulator.vendor("shopify")
    asked = Asked(
        method="POST",
        path="/admin/api/2026-10/graphql.json",
        headers={"x-shopify-access-token": shop.credentials(base_url)["access_token"]},
        body=orjson.dumps({"query": query, "variables": variables}),
        base_url=base_url,
    )
    return orjson.loads(shop.answer(asked).body)


def _next(data: Any) -> str | None:
    if not isinstance(data, dict):
        return None
    for root in data.values():
        page = root.get("pageInfo") if isinstance(root, dict) else None
        if page and page.get("hasNextPage"):
            return page.get("endCursor")
    return None
