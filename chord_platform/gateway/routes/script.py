"""GET /p.js: the script by which a page sends its events.

Belongs here: how the file is served. Does not belong here: what it does (`../script/p.js`).
"""

from __future__ import annotations

import gzip
import hashlib
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from chord_platform.bootstrap import Platform

FILE = Path(__file__).parent.parent / "script" / "p.js"
FRESH_SECONDS = 300
"""A browser asks again after this, and gets 304: a corrected script is everywhere in minutes."""


class Script:
    """The file as it was when the gateway started, plain and compressed."""

    def __init__(self, text: bytes) -> None:
        self.bodies = {"": text, "gzip": gzip.compress(text, mtime=0)}
        self.tag = hashlib.sha256(text).hexdigest()[:20]

    async def answer(self, request: Request) -> Response:
        """Starlette leaves the body out of an answer to HEAD."""
        encoding = "gzip" if "gzip" in request.headers.get("accept-encoding", "") else ""
        tag = f'"{self.tag}-{encoding}"' if encoding else f'"{self.tag}"'
        headers = {
            "ETag": tag,
            "Cache-Control": f"public, max-age={FRESH_SECONDS}",
            "Vary": "Accept-Encoding",
            "Access-Control-Allow-Origin": "*",
            "Cross-Origin-Resource-Policy": "cross-origin",
            "X-Content-Type-Options": "nosniff",
        }
        if is_known(tag, request.headers.get("if-none-match", "")):
            return Response(status_code=304, headers=headers)
        if encoding:
            headers["Content-Encoding"] = encoding
        media = "text/javascript"
        return Response(self.bodies[encoding], headers=headers, media_type=media)


def is_known(tag: str, asked: str) -> bool:
    """Proxies that compress by themselves make a strong tag weak: `W/` says nothing here."""
    given = {part.strip().removeprefix("W/") for part in asked.split(",")}
    return tag in given or "*" in given


async def preflight(request: Request) -> Response:
    """Also of a page that asks for the script with headers of its own."""
    asked = request.headers.get("access-control-request-headers", "")
    headers = {
        "Access-Control-Allow-Origin": "*",
        "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
        "Access-Control-Max-Age": "86400",
    }
    if asked:
        headers["Access-Control-Allow-Headers"] = asked
    return Response(status_code=200, headers=headers)


def routes(platform: Platform) -> list[BaseRoute]:
    return [
        Route("/p.js", Script(FILE.read_bytes()).answer, methods=["GET", "HEAD"]),
        Route("/p.js", preflight, methods=["OPTIONS"]),
    ]
