"""Sends requests over kept connections: as fast as they are answered, or at a rate.

Belongs here: the sender's loop, latencies. Does not belong here: servers (`servers.py`), what is
compared.

The sender is as thin as an event loop allows, so that the server is what is measured: requests are
bytes made before, and of an answer only its status line and its length are looked at.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from itertools import cycle

import uvloop

CONNECTIONS = 64


class Sender(asyncio.Protocol):
    """One connection with one request on its way."""

    def __init__(self) -> None:
        self.answered: asyncio.Future[None] | None = None
        self.transport: asyncio.BaseTransport | None = None
        self.buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        head = self.buffer.find(b"\r\n\r\n")
        if head < 0:
            return
        length_at = self.buffer.find(b"content-length: ") + 16
        length = int(self.buffer[length_at : self.buffer.find(b"\r", length_at)])
        if len(self.buffer) < head + 4 + length:
            return
        if not self.buffer.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(self.buffer[:200])
        self.buffer = b""
        assert self.answered is not None
        if not self.answered.done():
            self.answered.set_result(None)

    async def send(self, request: bytes) -> None:
        self.answered = asyncio.get_running_loop().create_future()
        self.transport.write(request)  # type: ignore[union-attr]
        await self.answered


async def connected(port: int, count: int) -> list[Sender]:
    loop = asyncio.get_running_loop()
    made = [await loop.create_connection(Sender, "127.0.0.1", port) for _ in range(count)]
    return [protocol for _, protocol in made]


def top_rate(port: int, requests: Sequence[bytes], *, seconds: float) -> float:
    """Answered requests per second, with CONNECTIONS always waiting for an answer."""

    async def run() -> float:
        senders = await connected(port, CONNECTIONS)
        supply = cycle(requests)
        count = 0
        until = time.perf_counter() + seconds

        async def keep_sending(sender: Sender) -> None:
            nonlocal count
            while time.perf_counter() < until:
                await sender.send(next(supply))
                count += 1

        began = time.perf_counter()
        await asyncio.gather(*map(keep_sending, senders))
        return count / (time.perf_counter() - began)

    return uvloop.run(run())


def latencies(port: int, requests: Sequence[bytes], *, rate: float, seconds: float) -> list[float]:
    """Seconds from the moment that each request was due, so that a pause counts for all who wait
    in it."""

    async def run() -> list[float]:
        senders = asyncio.Queue[Sender]()
        for sender in await connected(port, CONNECTIONS):
            senders.put_nowait(sender)
        supply = cycle(requests)
        seen: list[float] = []
        began = time.perf_counter()

        async def one(due: float) -> None:
            sender = await senders.get()
            await sender.send(next(supply))
            senders.put_nowait(sender)
            seen.append(time.perf_counter() - due)

        async with asyncio.TaskGroup() as tasks:
            for number in range(int(rate * seconds)):
                due = began + number / rate
                if (ahead := due - time.perf_counter()) > 0:
                    await asyncio.sleep(ahead)
                tasks.create_task(one(due))
        return sorted(seen)

    return uvloop.run(run())
