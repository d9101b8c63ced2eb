"""A vendor of two tables behind a real socket, and its connector, for the tests of Dagster.

The vendor's world can be told to refuse, to fail and to be slow: `faults` are the statuses of its
next answers, `slow_seconds` what each answer takes.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import dlt
import requests

from dlt_pipelines.connector import CheckResult, ConnectionSettings, Connector, Field, Table, Window
from dlt_pipelines.records import raw_table
from dlt_pipelines.streams import stream

START = datetime(2026, 2, 1, tzinfo=UTC)
ITEMS = Table(
    name="items",
    description="Things the toy shop sells.",
    cursor="updated_at",
    created="created_at",
    columns={"price": {"data_type": "decimal"}},
    personal=("payload",),
)
STORES = Table(name="stores", write="replace", deletes="seen")


def get(settings: ConnectionSettings, path: str, **params: str) -> Any:
    answer = requests.get(
        f"{settings['base_url']}{path}",
        params=params,
        headers={"Authorization": f"Bearer {settings['token']}"},
        timeout=60,
    )
    settings.report.api_requests += 1
    answer.raise_for_status()
    return answer.json()


def check(settings: ConnectionSettings) -> CheckResult:
    return CheckResult(account=get(settings, "/account")["name"])


def counts(settings: ConnectionSettings, tables: Sequence[str], before: datetime) -> dict[str, int]:
    return {
        table: get(settings, "/count", table=table, before=before.isoformat())["count"]
        for table in tables
    }


def build(settings: ConnectionSettings) -> Any:
    def items(window: Window) -> Iterator[Any]:
        since = window.since.isoformat() if window.since else ""
        yield raw_table(ITEMS, get(settings, "/items", since=since), settings.report)

    def stores(window: Window) -> Iterator[Any]:
        yield raw_table(STORES, get(settings, "/stores"), settings.report)

    @dlt.source(name="toy")
    def source() -> Iterator[Any]:
        yield stream(settings, ITEMS, items)
        yield stream(settings, STORES, stores)

    return source()


CONNECTOR = Connector(
    name="toy",
    title="Toy",
    description="For tests",
    category="commerce",
    fields=(
        Field(name="base_url", label="Address"),
        Field(name="token", label="Token", secret=True),
    ),
    setup_guide="",
    tables=(ITEMS, STORES),
    check=check,
    build_source=build,
    counts=counts,
)


@dataclass
class ToyVendor:
    """`with ToyVendor() as vendor: vendor.url`."""

    token: str = "good"
    faults: list[int] = field(default_factory=list)
    slow_seconds: float = 0.0
    hidden: int = 0
    items: list[dict[str, Any]] = field(
        default_factory=lambda: [item(number) for number in range(1, 6)]
    )
    stores: list[dict[str, Any]] = field(default_factory=lambda: [{"id": "main"}])
    asked: list[str] = field(default_factory=list)

    def __enter__(self) -> ToyVendor:
        vendor = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                vendor.answer(self)

            def log_message(self, *_: Any) -> None:
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_: Any) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    @property
    def values(self) -> dict[str, str]:
        return {"base_url": self.url, "token": self.token}

    def add_item(self, number: int) -> None:
        now = datetime.now(UTC).isoformat()
        self.items.append({**item(number), "updated_at": now})

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        self.asked.append(handler.path)
        time.sleep(self.slow_seconds)
        status, body = self.reply(handler)
        text = json.dumps(body).encode()
        handler.send_response(status)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", str(len(text)))
        handler.end_headers()
        handler.wfile.write(text)

    def reply(self, handler: BaseHTTPRequestHandler) -> tuple[int, Any]:
        if self.faults:
            return self.faults.pop(0), {"error": "scripted"}
        if handler.headers["Authorization"] != f"Bearer {self.token}":
            return 401, {"error": "unknown token"}
        path, query = urlsplit(handler.path).path, parse_qs(urlsplit(handler.path).query)
        if path == "/account":
            return 200, {"name": "Toy shop"}
        if path == "/items":
            since = query.get("since", [""])[0]
            return 200, [row for row in self.items if row["updated_at"] >= since]
        if path == "/stores":
            return 200, self.stores
        if path == "/count":
            rows = getattr(self, query["table"][0])
            return 200, {"count": len(rows) + self.hidden}
        return 404, {"error": "no such path"}


def item(number: int) -> dict[str, Any]:
    moment = (START - timedelta(days=number)).isoformat()
    return {
        "id": str(number),
        "price": f"{number}.50",
        "created_at": moment,
        "updated_at": moment,
    }
