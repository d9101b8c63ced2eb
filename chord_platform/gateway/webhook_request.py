"""What the receivers of webhooks share: a bounded body as raw bytes, and storing without waiting.

Belongs here: that. Does not belong here: whose secrets, which topic (`routes/`).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from chord_platform.errors import PlatformError
from chord_platform.gateway.bodies import Bodies
from chord_platform.gateway.refusal import Refusal

log = logging.getLogger(__name__)

BODY_BYTES = 8 << 20
"""Shopify's largest bodies (an order of hundreds of lines) have some megabytes; Contentful's, one.
An inflated body would not be what was signed, so that nothing is inflated here."""
RETRY_SECONDS = 5

Work = Callable[[dict[str, str], bytes], Response]


async def received(request: Request, bodies: Bodies, work: Work) -> Response:
    """Reads the body, then works in a thread: the store's disk shall not hold up the collector.

    work: headers by lower-case name, the body; gives the answer.
    """
    headers = {name.lower(): value for name, value in request.headers.items()}
    raw = dict(request.headers.raw)
    raw.pop(b"content-encoding", None)
    try:
        body = await bodies.read(request.receive, raw, limit=BODY_BYTES)
        return await asyncio.to_thread(work, headers, body)
    except Refusal as refusal:
        status = 413 if refusal.code == "payload_too_large" else refusal.status
        return PlainTextResponse(refusal.message, status_code=status)
    except PlatformError as error:
        # Not the vendor's fault: it repeats what was not answered with 200.
        log.error("A webhook could not be stored: %s", error)
        said = "The webhook cannot be stored at the moment; send it again."
        return PlainTextResponse(said, status_code=503, headers={"Retry-After": str(RETRY_SECONDS)})


def unauthorised() -> Response:
    """The same for all reasons: which connections and tenants there are is nobody's business."""
    return PlainTextResponse("The webhook's sender is not known here.", status_code=401)
