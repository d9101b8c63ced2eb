"""A server before the gateway that is overloaded at first: some requests get 503, then all pass.

Belongs here: that server, and what it saw. Does not belong here: the gateway.
"""

from __future__ import annotations

import gzip
import json
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Flaky:
    def __init__(self, target: str, *, failures: int) -> None:
        self.target = target
        self.failures = failures
        self.refused: list[dict[str, Any]] = []
        self.passed: list[dict[str, Any]] = []
        self.url = ""

    @contextmanager
    def served(self) -> Iterator[Flaky]:
        flaky = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, format: str, *args: Any) -> None:
                """The test says what matters."""

            def do_GET(self) -> None:
                self.forward(None)

            def do_OPTIONS(self) -> None:
                self.forward(None)

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                packed = self.headers.get("Content-Encoding") == "gzip"
                said = json.loads(gzip.decompress(body) if packed else body)
                if len(flaky.refused) < flaky.failures:
                    flaky.refused.append(said)
                    origin = self.headers.get("Origin")
                    more = {"Access-Control-Allow-Origin": origin} if origin else {}
                    self.answer(503, more, b"busy")
                    return
                flaky.passed.append(said)
                self.forward(body)

            def forward(self, body: bytes | None) -> None:
                headers = {k: v for k, v in self.headers.items() if k.lower() != "host"}
                url = f"{flaky.target}{self.path}"
                request = urllib.request.Request(
                    url, data=body, headers=headers, method=self.command
                )
                try:
                    with urllib.request.urlopen(request, timeout=20) as answer:
                        self.answer(answer.status, dict(answer.headers), answer.read())
                except urllib.error.HTTPError as error:
                    self.answer(error.code, dict(error.headers), error.read())

            def answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
                self.send_response(status)
                for name, value in headers.items():
                    if name.lower() not in ("content-length", "connection", "transfer-encoding"):
                        self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{server.server_port}"
        try:
            yield self
        finally:
            server.shutdown()
            server.server_close()


def ids_of(bodies: list[dict[str, Any]]) -> set[str]:
    """messageIds of batches and of single messages."""
    messages = [message for body in bodies for message in body.get("batch", [body])]
    return {message["messageId"] for message in messages}
