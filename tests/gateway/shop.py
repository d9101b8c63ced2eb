"""One gateway for all tests of the collector, with sources, and what arrived in its inbox."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import orjson
import requests

from chord_platform.bootstrap import Platform, open_platform
from chord_platform.events.inbox import Position
from chord_platform.settings import Settings, read_settings
from chord_platform.store import migrate
from tests.gateway.served import GatewayProcess


@dataclass
class Shop:
    """front, back: write keys. session keeps its connection, as clients do."""

    settings: Settings
    platform: Platform
    gateway: GatewayProcess
    front: str
    back: str
    session: requests.Session = field(default_factory=requests.Session)

    @property
    def url(self) -> str:
        return self.gateway.url

    def post(self, path: str, **options: Any) -> requests.Response:
        return self.session.post(self.url + path, timeout=30, **options)

    def send(self, path: str, body: Any, **options: Any) -> requests.Response:
        """As the back-end's server would, by Basic."""
        return self.post(path, json=body, auth=(self.back, ""), **options)

    def raw(self, path: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, bytes]:
        """With these headers and no others."""
        address = urlsplit(self.url)
        connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=30)
        try:
            connection.request("POST", path, body, dict(headers))
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def now(self) -> Position:
        return self.platform.inbox.end()

    def since(self, position: Position) -> list[dict[str, Any]]:
        chunks = self.platform.inbox.read(position)
        return [orjson.loads(record) for chunk in chunks for record in chunk.records]

    @contextmanager
    def taking(self) -> Iterator[list[dict[str, Any]]]:
        """The envelopes that arrive within, there after it."""
        arrived: list[dict[str, Any]] = []
        before = self.now()
        yield arrived
        arrived += self.since(before)


@contextmanager
def open_shop(home: Path, **options: Any) -> Iterator[Shop]:
    settings = read_settings(home)
    migrate(settings)
    platform = open_platform(settings)
    add = platform.sources.add
    _, front = add("Shop Front-End (Production)", side="front-end", environment="production")
    _, back = add("Shop Back-End (Production)", side="back-end", environment="production")
    gateway = GatewayProcess(settings, **options)
    gateway.start()
    try:
        yield Shop(settings, platform, gateway, front, back)
    finally:
        gateway.end()
        platform.store.close()


def track(**fields: Any) -> dict[str, Any]:
    return {"type": "track", "event": "Product Added", "userId": "u1", **fields}


def as_json(value: Any) -> bytes:
    return json.dumps(value).encode()
