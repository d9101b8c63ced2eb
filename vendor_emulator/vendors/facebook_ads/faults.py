"""What this vendor can be told to go wrong with, in its own words.

Belongs here: the vendor's forms of faults. Does not belong here: faults any vendor can have, the
script of which comes when (`vendor_emulator/faults.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson

from vendor_emulator.vendors import Answer, Asked
from vendor_emulator.vendors.facebook_ads import jobs, lists
from vendor_emulator.vendors.facebook_ads.graph import Refused, cursor, same_place
from vendor_emulator.vendors.facebook_ads.usage import INSIGHTS, MANAGEMENT, REFUSALS, throttled

if TYPE_CHECKING:
    from vendor_emulator.vendors.facebook_ads.service import FacebookAds

FAULTS = {
    "throttled": "400, code 80000 or 80004; the minutes to wait stand in a usage header (0 here)",
    "throttled-long": "the same, with 45 minutes to wait",
    "throttled-app": "403, code 4 / 1504022: the app's allowance, and no header says how long",
    "nearly-used": "a good answer whose usage header says 80 percent",
    "used-up": "a good answer whose usage header says 96 percent and 45 minutes",
    "transient": "500, code 2: temporarily unavailable",
    "unknown": "500, code 1: an unknown error occurred",
    "reduce": "500, code 1: please reduce the amount of data you're asking for",
    "too-many-rows": "400, code 100 / 1487534: too many rows for one report",
    "timed-out": "400, code 100 / 1504018: the request took too long",
    "no-such-data": "400, code 2 / 1504041: nothing for these metrics and breakdowns",
    "job-failed": "the next report run ends as Job Failed",
    "job-skipped": "the next report run ends as Job Skipped",
    "empty-page": "a page without rows that is not the last one",
    "denied": "400, code 10: the app lacks the permission for this edge",
    "revoked": "400, code 190 / 460: the token is refused from now on",
    "expired": "400, code 190 / 463, from now on",
    "app-removed": "400, code 190 / 458, from now on",
}
TOKENS = {
    "revoked": (460, "The session has been invalidated because the user changed their password"),
    "expired": (463, "Session has expired"),
    "app-removed": (458, "The user has not authorized application 1"),
}
ENDINGS = {"job-failed": ("Job Failed", jobs.FAILURE), "job-skipped": ("Job Skipped", {})}


def answer(service: FacebookAds, name: str, asked: Asked) -> Answer | None:
    if name in ENDINGS:
        service.jobs.endings.append(ENDINGS[name])
        return service.answer(asked)
    if name in ("nearly-used", "used-up"):
        return crowded(service, asked, percent=80.0 if name == "nearly-used" else 96.0)
    if name == "empty-page":
        return empty_page(service, asked)
    if name in TOKENS:
        subcode, message = TOKENS[name]
        text = f"Error validating access token: {message}"
        service.revoked = Refused(text, code=190, subcode=subcode)
        return service.revoked.answer()
    refused = refusal(service, name, asked)
    return None if refused is None else refused.answer()


def refusal(service: FacebookAds, name: str, asked: Asked) -> Refused | None:
    kind = INSIGHTS if "insights" in service.names(asked) else MANAGEMENT
    account = next(iter(service.world.accounts))
    if name in ("throttled", "throttled-long", "429"):
        minutes = 45 if name == "throttled-long" else 0
        code, message = REFUSALS[kind]
        return throttled(code, message, service.usage.headers(account, kind, 100.0, minutes))
    return {
        "throttled-app": Refused(
            "(#4) Application request limit reached", code=4, subcode=1504022, status=403
        ),
        "transient": Refused(
            "(#2) Service temporarily unavailable", code=2, status=500, is_transient=True
        ),
        "500": Refused("An unknown error occurred", code=1, status=500),
        "503": Refused("(#2) Service temporarily unavailable", code=2, status=503),
        "unknown": Refused("An unknown error occurred", code=1, subcode=99, status=500),
        "reduce": lists.too_much(),
        "too-many-rows": Refused("(#100) There are too many rows", subcode=1487534),
        "timed-out": Refused("(#100) The request timed out", subcode=1504018),
        "no-such-data": Refused("(#2) There is no such data", code=2, subcode=1504041),
        "denied": Refused("(#10) Application does not have permission for this action", code=10),
    }.get(name)


def crowded(service: FacebookAds, asked: Asked, *, percent: float) -> Answer:
    made = service.answer(asked)
    kind = INSIGHTS if "insights" in service.names(asked) else MANAGEMENT
    account = next(iter(service.world.accounts))
    minutes = 45 if percent >= 95 else 0
    headers = service.usage.headers(account, kind, percent, minutes)
    return Answer(made.status, made.body, {**made.headers, **headers}, made.media_type)


def empty_page(service: FacebookAds, asked: Asked) -> Answer:
    """Rows that were filtered away leave an empty page behind; the next one has what it had."""
    made = service.answer(asked)
    body = orjson.loads(made.body)
    if "next" not in body.get("paging", {}):
        return made
    after = same_place(asked.query.get("after") or cursor(0))
    cursors = {"before": after, "after": after}
    empty = {"data": [], "paging": {**body["paging"], "cursors": cursors}}
    return Answer(made.status, orjson.dumps(empty), made.headers, made.media_type)
