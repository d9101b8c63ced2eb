"""The servers that are compared, each in a process of its own, with the gateway's uvicorn options.

Belongs here: the gateway, the gateway with a part taken away, and the bare append loop.
Does not belong here: who sends (`load.py`).

    python -m benchmarks.events.servers VARIANT HOME PORT
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import psutil


@dataclass(frozen=True)
class Running:
    port: int
    process: psutil.Process

    def cpu(self) -> float:
        spent = self.process.cpu_times()
        return spent.user + spent.system

    def peak_mb(self) -> float:
        return self.process.memory_info().rss / 1e6


@contextmanager
def running(variant: str, home: Path) -> Iterator[Running]:
    port = free_port()
    command = [sys.executable, "-m", "benchmarks.events.servers", variant, str(home), str(port)]
    child = subprocess.Popen(command)
    try:
        wait_for(port, child)
        yield Running(port, psutil.Process(child.pid))
    finally:
        child.terminate()
        child.wait()


def free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(port: int, child: subprocess.Popen[bytes]) -> None:
    import socket

    until = time.monotonic() + 30
    while time.monotonic() < until and child.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError("the server did not start")


class AppendLoop:
    """(c): each event of the body onto the end of a file, one fsync for all that wait, then 200.
    (d): the body as it came, unread. No key, no limit, no event's form: what a durable answer
    costs at the least."""

    def __init__(self, path: Path, *, reads: bool) -> None:
        self.reads = reads
        self.file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        self.waiting: list[tuple[bytes, asyncio.Future[None]]] = []
        self.is_writing = False

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        parts = []
        while True:
            message = await receive()
            parts.append(message["body"])
            if not message["more_body"]:
                break
        loop = asyncio.get_running_loop()
        stored: asyncio.Future[None] = loop.create_future()
        body = b"".join(parts)
        if self.reads:
            given = orjson.loads(body)
            body = b"\n".join([orjson.dumps(each) for each in given.get("batch", (given,))])
        self.waiting.append((body, stored))
        if not self.is_writing:
            self.is_writing = True
            loop.create_task(self.write())  # noqa: RUF006 - ends when nothing waits
        await stored
        headers = [(b"content-type", b"application/json"), (b"content-length", b"2")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"{}"})

    async def write(self) -> None:
        loop = asyncio.get_running_loop()
        while self.waiting:
            group, self.waiting = self.waiting, []
            await loop.run_in_executor(None, self.append, [body for body, _ in group])
            for _, stored in group:
                stored.set_result(None)
        self.is_writing = False

    def append(self, bodies: Sequence[bytes]) -> None:
        os.write(self.file, b"\n".join(bodies))
        os.fdatasync(self.file)


def app_of(variant: str, home: Path) -> Any:
    from chord_platform.bootstrap import open_platform
    from chord_platform.events import segment_log
    from chord_platform.gateway.app import build_app
    from chord_platform.settings import read_settings

    if variant in ("append loop", "append bodies"):
        return AppendLoop(home / "appended.log", reads=variant == "append loop")
    platform = open_platform(read_settings(home))
    if variant == "unstored":
        platform.inbox.append = answered_at_once  # type: ignore[method-assign]
    if variant == "table":
        from benchmarks.events.inbox import Table

        platform.inbox.log = Table(home)  # type: ignore[assignment]
    if variant == "unsynced":
        segment_log.os.fdatasync = lambda file: None
    return build_app(platform)


async def answered_at_once(records: Sequence[bytes]) -> None:
    return None


def main() -> None:
    import uvicorn

    from chord_platform.gateway.server import tune

    variant, home, port = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    app = app_of(variant, home)
    tune()
    uvicorn.run(
        app,
        port=port,
        loop="uvloop",
        http="httptools",
        ws="none",
        log_level="warning",
        access_log=False,
        server_header=False,
        date_header=False,
    )


if __name__ == "__main__":
    main()
