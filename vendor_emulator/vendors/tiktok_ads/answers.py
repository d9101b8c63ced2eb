"""The envelope of every answer: status 200, a `code`, a message, a request's id, `data`.

Belongs here: good and bad envelopes. Does not belong here: who gets which (`service.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from typing import Any

import orjson

from vendor_emulator.vendors import Answer

numbers = count(1)
NOT_FOUND = Answer(404, b"404 page not found", media_type="text/plain; charset=utf-8")


@dataclass
class Refusal(Exception):
    code: int
    message: str


INVALID, FORBIDDEN, WRONG = 40000, 40001, 40002
EMPTY_TOKEN = Refusal(
    40104, "Access token is empty. Please fill in the access token in the header."
)
WRONG_TOKEN = Refusal(40105, "Access token is incorrect or has been revoked.")
FAULTS = {
    "throttled": Refusal(40100, "Too many requests. Please retry in some time."),
    "throttled-minute": Refusal(40100, "Too many requests. QPM limit reached."),
    "throttled-day": Refusal(40100, "Too many requests. QPD limit reached."),
    "429": Refusal(40100, "Too many requests. Please retry in some time."),
    "ill": Refusal(50000, "System error. Please try again later."),
    "503": Refusal(50000, "System error. Please try again later."),
    "timeout": Refusal(50002, "Error processing request on TikTok side."),
    "maintenance": Refusal(60001, "The system is in maintenance."),
    "partial": Refusal(20001, "Partially successful."),
    "forbidden": Refusal(FORBIDDEN, "No permission to perform the related operation."),
}


def good(data: Any) -> Answer:
    return envelope(0, "OK", data)


def bad(refusal: Refusal) -> Answer:
    return envelope(refusal.code, refusal.message, {})


def envelope(code: int, message: str, data: Any) -> Answer:
    number = f"20260930{next(numbers):016d}A1B2C3D4"
    return Answer(
        body=orjson.dumps({"code": code, "message": message, "request_id": number, "data": data}),
        media_type="application/json",
        headers={"X-Tt-Logid": number},
    )
