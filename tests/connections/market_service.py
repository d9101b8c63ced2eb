"""The market's own side: a small HTTP service whose answers a test decides."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

KEY = "canary-4711"


class Market:
    """`status`: what every path answers instead of its rows, when set; `body` likewise."""

    def __init__(self) -> None:
        self.url = ""
        self.key = KEY
        self.status: int | None = None
        self.body: bytes | None = None
        self.scopes = ["read_sales", "read_stalls"]
        self.gate: threading.Event | None = None
        self.asked: list[str] = []
        self.rows: dict[str, list[dict[str, Any]]] = {
            "sales": [sale(1), sale(2), sale(3)],
            "stalls": [{"id": "north"}, {"id": "south"}],
        }

    @property
    def values(self) -> dict[str, str]:
        return {"base_url": self.url, "api_key": self.key}

    def answer(self, path: str, key: str) -> tuple[int, bytes]:
        self.asked.append(path)
        if self.gate and path != "/account":
            self.gate.wait(10)
        if self.status:
            return self.status, self.body or f'{{"refused": "{key}"}}'.encode()
        if key != self.key:
            return 401, b'{"error": "unknown key"}'
        if self.body:
            return 200, self.body
        if path == "/account":
            return 200, json.dumps({"name": "Market of Bergen", "scopes": self.scopes}).encode()
        return 200, json.dumps(self.rows[path.strip("/")]).encode()


@contextmanager
def open_market() -> Iterator[Market]:
    market = Market()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body = market.answer(self.path, self.headers.get("X-Market-Key", ""))
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    market.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield market
    finally:
        if market.gate:
            market.gate.set()
        server.shutdown()
        server.server_close()


def sale(number: int, *, at: str = "2026-11-01T00:00:00+00:00") -> dict[str, Any]:
    return {"id": str(number), "amount": f"{number}.00", "updated_at": at}
