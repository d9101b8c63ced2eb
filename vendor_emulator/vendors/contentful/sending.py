"""Sends webhooks over HTTP beside the requests that caused them, and tries again.

Belongs here: one POST, its time-out, its second and third try. Does not belong here: what is sent.
"""

from __future__ import annotations

import http.client
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from urllib.parse import urlsplit

TIMEOUT_SECONDS = 30
SENDERS = 4


@dataclass(frozen=True)
class Sent:
    """status 0: nobody answered."""

    status: int
    tries: int = 1
    error: str = ""


class Sender:
    """waits: seconds before the second, third, ... try of what was not answered by 2xx."""

    def __init__(self, *, waits: tuple[float, ...]) -> None:
        self.waits = waits
        self.pool = ThreadPoolExecutor(SENDERS, thread_name_prefix="contentful-webhooks")
        self.closing = threading.Event()
        self.under_way = 0
        self.changed = threading.Condition()

    def send(
        self, url: str, headers: Mapping[str, str], body: bytes, then: Callable[[Sent], None]
    ) -> None:
        with self.changed:
            self.under_way += 1
        self.pool.submit(self.run, url, dict(headers), body, then)

    def run(
        self, url: str, headers: Mapping[str, str], body: bytes, then: Callable[[Sent], None]
    ) -> None:
        try:
            tries = 1
            sent = post(url, headers, body)
            for wait in self.waits:
                if 200 <= sent.status < 300 or self.closing.wait(wait):
                    break
                tries += 1
                sent = post(url, headers, body)
            then(Sent(sent.status, tries, sent.error))
        finally:
            with self.changed:
                self.under_way -= 1
                self.changed.notify_all()

    def settle(self, within: float) -> bool:
        end = time.monotonic() + within
        with self.changed:
            while self.under_way:
                if (left := end - time.monotonic()) <= 0:
                    return False
                self.changed.wait(left)
        return True

    def close(self) -> None:
        self.closing.set()
        self.pool.shutdown(wait=False, cancel_futures=True)


def post(url: str, headers: Mapping[str, str], body: bytes) -> Sent:
    parts = urlsplit(url)
    secure = parts.scheme == "https"
    kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
    connection = kind(parts.netloc, timeout=TIMEOUT_SECONDS)
    try:
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("POST", path, body=body, headers=dict(headers))
        answer = connection.getresponse()
        answer.read()
        return Sent(answer.status)
    except (OSError, http.client.HTTPException) as error:
        return Sent(0, error=type(error).__name__)
    finally:
        connection.close()
